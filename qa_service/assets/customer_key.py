"""The key that turns customers' numbers into tokens: a file of this installation, made when it is first needed."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from qa_service.core.customers import LEAST_KEY_BYTES, customer_token
from qa_service.core.errors import UsageError

#: More is no key but a wrong path.
_MOST_BYTES = 4_096
_MODE = 0o600


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """The key in `path`, read anew for every number, so that nothing keeps it."""

    path: Path

    def token(self, number: str) -> str | None:
        """The token of a number; None for what is no telephone number. See core.customers.

        Raises:
            UsageError: `customer_key_unreadable`, `customer_key_unsafe` or `customer_key_unfit`.
        """
        return customer_token(number, self._key())

    def _key(self) -> bytes:
        try:
            if not self.path.exists():
                _make(self.path)
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                self._check_private(status)
                key = file.read(_MOST_BYTES + 1)
        except OSError as error:
            reason = error.strerror or "cannot be read"
            raise UsageError(
                "customer_key_unreadable",
                where=str(self.path),
                problem=f"the key of customer numbers cannot be read or made: {reason}",
                fix="Let QA_CUSTOMER_KEY_FILE name a file in a folder that qa-service may write",
                reason=reason,
            ) from error
        if not LEAST_KEY_BYTES <= len(key) <= _MOST_BYTES:
            raise UsageError(
                "customer_key_unfit",
                where=str(self.path),
                problem=f"a key has {LEAST_KEY_BYTES} to {_MOST_BYTES} bytes, and this file has another size",
                fix="Restore the key from a backup; a new key gives every customer a new token",
                least=LEAST_KEY_BYTES,
                most=_MOST_BYTES,
            )
        return key

    def _check_private(self, status: os.stat_result) -> None:
        if stat.S_IMODE(status.st_mode) & ~_MODE:
            raise UsageError(
                "customer_key_unsafe",
                where=str(self.path),
                problem="others may read or change the key of customer numbers",
                fix="Run chmod 600 on it; whoever may have read it can find out numbers from tokens",
            )


def _make(path: Path) -> None:
    """A new random key, whole or not at all; where another process was quicker, its key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LEAST_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(written, path)
        except FileExistsError:
            return
    finally:
        written.unlink()
