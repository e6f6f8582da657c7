"""The keys of programs, as those who look after them see them. Every change stands in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.people import Asked, Caller, KeyToAdd, Right, not_ones_own
from qa_service.stores import api_keys, audit
from qa_service.stores.engine import reading
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """Adds keys, shows them, approves and revokes them."""

    shelves: Shelves

    def by_key(self, secret: str) -> Caller | None:
        """Whose API key this is."""
        with reading(self.shelves.engine) as connection:
            return api_keys.of_secret(connection, secret, now=self.shelves.now())

    def keys(self, asked: Asked) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002
        """All API keys, without their secrets."""
        with reading(self.shelves.engine) as connection:
            return api_keys.every(connection)

    def waiting_keys(self, asked: Asked) -> Sequence[Mapping[str, Any]]:
        """The keys that wait for somebody with this sight."""
        return [row for row in self.keys(asked) if _waits(row) and _sees(asked, row)]

    def add_key(self, asked: Asked, wanted: KeyToAdd) -> tuple[str, str]:
        """A new key: its id, and its secret, shown this once. What its maker may not do waits."""
        waiting = not_ones_own(asked.caller, wanted.rights)
        if wanted.expires_at is not None and wanted.expires_at <= self.shelves.now():
            fix = "Name a moment to come, or none"
            raise UsageError("key_expired", where="expires_at", problem="is over already", fix=fix)
        with self.shelves.engine.begin() as connection:
            by, now = asked.caller.id, self.shelves.now()
            key_id, secret = api_keys.add(connection, wanted, waiting, by=by, now=now)
            detail = {"scopes": sorted(wanted.rights), "waiting": sorted(waiting), "team": wanted.team}
            self._write(connection, asked, "add_key", f"key:{key_id}", detail)
        return key_id, secret

    def approve_key(self, asked: Asked, key_id: str) -> bool:
        """The key has all its scopes from now on."""
        key = next((row for row in self.waiting_keys(asked) if row["id"] == key_id), None)
        if key is None:
            return False
        _check_approver(asked.caller, key)
        with self.shelves.engine.begin() as connection:
            done = api_keys.approve(connection, key_id, by=asked.caller.id)
            if done:
                detail = {"scopes": key["waiting"].split()}
                self._write(connection, asked, "approve_key", f"key:{key_id}", detail)
        return done

    def revoke_key(self, asked: Asked, key_id: str) -> bool:
        """The key opens nothing from now on."""
        with self.shelves.engine.begin() as connection:
            done = api_keys.revoke(connection, key_id, now=self.shelves.now())
            if done:
                self._write(connection, asked, "revoke_key", f"key:{key_id}")
        return done

    def _write(
        self,
        connection: sa.Connection,
        asked: Asked,
        action: str,
        on: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        entry = audit.Entry(asked.caller.id, action, on, detail, asked.request_id)
        audit.write(connection, entry, now=self.shelves.now())


def _waits(row: Mapping[str, Any]) -> bool:
    return bool(row["waiting"]) and row["revoked_at"] is None


def _sees(asked: Asked, row: Mapping[str, Any]) -> bool:
    """Whether one sees all that the key would."""
    sight = asked.caller.sight
    return sight.everything or (bool(row["team"]) and row["team"] in sight.teams)


def _check_approver(caller: Caller, key: Mapping[str, Any]) -> None:
    """Somebody else than the maker, who has the rights themselves."""
    if caller.id == key["created_by"]:
        raise UsageError(
            "own_key", problem="who made a key does not approve it", fix="Ask somebody else who may"
        )
    missing = sorted(right for right in key["waiting"].split() if not caller.may(Right(right)))
    if missing:
        raise UsageError(
            "key_too_wide",
            where=" ".join(missing),
            problem="is more than you may do yourself",
            fix="Make the key on the machine: qa-service key add",
            rights=" ".join(missing),
        )
