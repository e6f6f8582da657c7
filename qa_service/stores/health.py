"""The port `Health`: can we write to the database, is there room, does anybody work?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from qa_service.stores.tables import nodes
from qa_service.stores.takeover import DEAD_AFTER
from qa_service.stores.workbench import Shelves

#: Below this share of the disk, or this many bytes, new recordings may not find room.
_LEAST_SHARE, _LEAST_BYTES = 0.05, 1 << 30


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Looks at the database and at the disk of `scratch`."""

    shelves: Shelves
    scratch: Path

    def troubles(self) -> Sequence[str]:
        """Codes of what is in the way; empty when ready."""
        return tuple(self._troubles())

    def _troubles(self) -> Iterator[str]:
        disk = shutil.disk_usage(self.scratch)
        if disk.free < min(_LEAST_BYTES, _LEAST_SHARE * disk.total):
            yield "disk_nearly_full"
        now = self.shelves.now()
        try:
            with self.shelves.engine.begin() as connection:
                alive = connection.execute(
                    sa.select(sa.func.count()).select_from(nodes).where(nodes.c.seen_at >= now - DEAD_AFTER)
                ).scalar_one()
        except sa.exc.OperationalError:
            yield "database_away"
            return
        if not alive:
            yield "no_worker"
