"""Checkpoints: ends of the audit log, sealed with the installation's key.

Who has the database alone can write every hash anew, but no seal. A checkpoint that was removed leaves nothing
behind: how far the log is sealed is shown, so that somebody can note it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.stores.audit import FIRST, Head
from qa_service.stores.keys import MasterKey
from qa_service.stores.tables import audit, audit_checkpoints

#: What a checkpoint's seal belongs to.
_SEALS = "audit"


@dataclass(frozen=True, slots=True)
class Seals:
    """Sets checkpoints, and holds the log against them."""

    key: MasterKey

    def last(self, connection: sa.Connection) -> tuple[Head, datetime | None]:
        """The newest checkpoint and when it was set, unchecked; the beginning where there is none."""
        newest = sa.select(audit_checkpoints).order_by(audit_checkpoints.c.seq.desc()).limit(1)
        row = connection.execute(newest).first()
        return (Head(0, FIRST), None) if row is None else (Head(row.seq, row.digest), row.at)

    def broken(self, connection: sa.Connection) -> int | None:
        """The first checkpoint whose seal is none, or through which the log does not go; reads no entries between."""
        sealed = audit_checkpoints.outerjoin(audit, audit.c.seq == audit_checkpoints.c.seq)
        query = sa.select(audit_checkpoints, audit.c.digest.label("own")).select_from(sealed)
        with connection.execute(
            query.order_by(audit_checkpoints.c.seq), execution_options={"yield_per": 1_000}
        ) as rows:
            return next((row.seq for row in rows if row.own != row.digest or not self._is_sealed(row)), None)

    def set(self, connection: sa.Connection, end: Head, *, now: datetime) -> None:
        """Seals this end."""
        seal = self.key.wrap(_words(end.seq, end.digest), _SEALS)
        row = {"seq": end.seq, "digest": end.digest, "at": now, "seal": seal}
        connection.execute(audit_checkpoints.insert().values(**row))

    def _is_sealed(self, row: Any) -> bool:
        try:
            return self.key.unwrap(row.seal, _SEALS) == _words(row.seq, row.digest)
        except UsageError:
            return False


def _words(seq: int, digest: str) -> bytes:
    return f"{seq}:{digest}".encode()
