"""The installation's master key: wraps the key of every call's sound. Lost with it is all sound."""

from __future__ import annotations

import hmac
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qa_service.core.errors import UsageError

KEY_BYTES = 32
_NONCE = 12


class MasterKey:
    """Wraps and unwraps short secrets; what a wrapped secret belongs to is part of the seal."""

    def __init__(self, key: bytes) -> None:
        """`key` is KEY_BYTES long."""
        self._seal = AESGCM(key)
        self._names = hmac.digest(key, b"names", "sha256")

    def wrap(self, secret: bytes, belongs_to: str) -> bytes:
        """The secret, sealed."""
        nonce = os.urandom(_NONCE)
        return nonce + self._seal.encrypt(nonce, secret, belongs_to.encode())

    def unwrap(self, wrapped: bytes, belongs_to: str) -> bytes:
        """The secret again.

        Raises:
            UsageError: `wrong_master_key`: another key sealed it, or it belongs to something else.
        """
        try:
            return self._seal.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], belongs_to.encode())
        except (InvalidTag, ValueError) as error:  # too short to be sealed at all is not ours either
            raise UsageError(
                "wrong_master_key",
                problem="the master key did not seal this",
                fix="Start with the key file that this installation was set up with",
            ) from error

    def alias(self, name: str) -> str:
        """The same 16 hex digits for the same name; only who has the key finds out whose they are, by trying."""
        return hmac.digest(self._names, name.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]


def master_key(file: Path) -> tuple[MasterKey, bool]:
    """The key in a file that only its owner may read; made where there is none. True: it is new.

    Raises:
        UsageError: `master_key_file`: others may read it, or it holds something else.
    """
    if file.exists():
        return MasterKey(_read(file)), False
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = os.urandom(KEY_BYTES)
    # Written beside and then linked: processes that start together see a whole key or none, and agree on one.
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.", encoding="ascii") as made:
        made.write(key.hex() + "\n")
        made.flush()
        os.fsync(made.fileno())
        try:
            os.link(made.name, file)
        except FileExistsError:
            return MasterKey(_read(file)), False
    return MasterKey(key), True


def _read(file: Path) -> bytes:
    if file.stat().st_mode & 0o077:
        raise _unfit(file, "may be read by others", "Set its mode to 0600")
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise _unfit(
            file, f"holds no key of {KEY_BYTES * 2} hex digits", "Restore the key file from its backup"
        )
    return key


def _unfit(file: Path, problem: str, fix: str) -> UsageError:
    return UsageError("master_key_file", where=str(file), problem=problem, fix=fix)
