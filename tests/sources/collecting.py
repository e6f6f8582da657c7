"""Sources as they run: real stores, real readers, a clock that tests turn on."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from qa_service.alerts.address import read_named
from qa_service.alerts.guard import Guard
from qa_service.core.items import Lease, Letter, Noticed, Reference
from qa_service.core.lists import Filter
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.sources import Handling, NewSource, Place, Secrets, Source, SourceKind
from qa_service.core.stored import StoredCall
from qa_service.ports.sources import RecordReader, SourceReader
from qa_service.sources.opening import Opener
from qa_service.stores import lists, sources, takeover
from qa_service.stores.cdr import StoreRegisters
from qa_service.stores.engine import reading, time_of
from qa_service.stores.intake import StoreIntake
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.sound import sound_store
from qa_service.stores.source_desk import StoreSources
from qa_service.stores.source_ledger import StoreLedger
from qa_service.stores.source_secrets import unseal
from qa_service.stores.tables import source_items
from qa_service.stores.workbench import Shelves
from qa_service.usecases.collect import Collector
from qa_service.usecases.take_in import Taker

ADMIN = Asked(Caller("admin", "admin", frozenset({Right.MANAGE_SOURCES}), Sight(everything=True)))
#: A recording, as far as anybody here looks.
SOUND = b"RIFF" + bytes(range(250))
#: Files are as old as they say; this is well before the clock of tests.
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
NOW = datetime.fromisoformat("2026-11-25T08:30:00+00:00")
MOST = 1 << 20


@dataclass
class Centre:
    """One installation with its sources."""

    engine: sa.Engine
    folder: Path
    allowed: tuple[str, ...] = ()
    at: datetime = NOW
    ticks: int = 0
    nodes: dict[str, Collector] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("inbox", "scratch", "sound"):
            (self.folder / name).mkdir(exist_ok=True)
        guard = Guard(tuple(map(read_named, self.allowed)))
        self.opener = Opener(
            (self.folder / "inbox",),
            lambda url: guard.check(url).addresses,
            guard.fetch,
            lambda number: f"hmac-sha256:{number[-4:] * 4}",
            self.folder / "scratch",
            lambda: self.at,
        )
        store = sound_store((self.folder / "sound").as_uri())
        self.shelves = Shelves(
            self.engine, store, MasterKey(b"k" * KEY_BYTES), lambda: self.at, self._outside
        )
        self.desk = StoreSources(self.shelves, self.opener, guard.check)
        self.registers = StoreRegisters(self.engine)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def put(self, name: str, content: bytes, *, changed_at: datetime | None = None) -> Path:
        """A file in the inbox, whose time is now."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        stamp = (changed_at or self.at).timestamp()
        os.utime(path, (stamp, stamp))
        return path

    def add(
        self,
        kind: SourceKind = SourceKind.FOLDER,
        *,
        name: str = "录音",
        place: Place | None = None,
        secrets: Secrets | None = None,
        begin_at: datetime | None = LONG_AGO,
        **handling: Any,
    ) -> str:
        """A source that is switched on."""
        where = place or Place(folder=str(self.inbox))
        how = Handling(**{"quiet_s": 60, "every_s": 1, "timezone": "Asia/Shanghai", **handling})
        new = NewSource(name, kind, where, how, secrets or Secrets(), begin_at)
        source_id, _ = self.desk.add(ADMIN, new)
        assert self.desk.switch(ADMIN, source_id, on=True)
        return source_id

    def ledger(self, node: str = "node") -> StoreLedger:
        return StoreLedger(self.shelves, StoreIntake(self.shelves, lambda *_: None), node)

    def collector(self, node: str = "node", **instead: Any) -> Collector:
        parts: dict[str, Any] = {
            "ledger": self.ledger(node),
            "registers": self.registers,
            "reader": self._reader,
            "tokens": lambda number: "hmac-sha256:" + "ab" * 16,
            "scratch": self.folder / "scratch",
            "most_bytes": MOST,
            "now": lambda: self.at,
        }
        taker = Taker(**{**parts, **instead})
        return Collector(taker.ledger, taker.reader, self._records, taker.take_in)

    def _records(self, lease: Lease) -> RecordReader:
        return self.opener.records(lease.source.place, lease.secrets, lease.source.handling.timezone)

    def round(self, source_id: str, **instead: Any) -> int:
        return self.collector(**instead).round(source_id)

    def settle(self, source_id: str) -> None:
        """Looks, waits until everything was quiet for long enough, and takes it in."""
        self.round(source_id)
        self.later(seconds=61)
        self.round(source_id)

    def beat(self, node: str, *, seconds_ago: int = 0) -> None:
        """Says that a process lives, by the clock that all of them share."""
        with self.engine.begin() as connection:
            seen_at = time_of(connection, lambda: self.at) - timedelta(seconds=seconds_ago)
            takeover.beat(connection, node, now=seen_at)

    def calls(self) -> list[StoredCall]:
        """Oldest first."""
        with reading(self.engine) as connection:
            found = lists.page(connection, Sight(everything=True), Filter(), limit=200)
        return list(reversed(found.calls))

    def states(self) -> dict[str, str]:
        """Key → state, and the reason if there is one."""
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(source_items)).all()
        return {row.key: f"{row.state}:{row.reason}".rstrip(":") for row in rows}

    def source(self, source_id: str) -> Source:
        return next(source for source in self.desk.all(ADMIN) if source.id == source_id)

    def letters(self, source_id: str) -> Sequence[Letter]:
        return self.desk.letters(ADMIN, source_id, limit=50, before="")

    def sealed(self) -> list[Path]:
        return [path for path in (self.folder / "sound").rglob("*") if path.is_file()]

    def heard(self, call: StoredCall) -> bytes:
        return b"".join(self.shelves.read(call))

    def _reader(self, lease: Lease, noticed: Noticed | None) -> SourceReader:
        if noticed is not None and noticed.handed is not None:
            return self.opener.link(noticed.handed.url)
        source = lease.source
        return self.opener.reader(source.kind, source.place, lease.secrets, source.handling.legs)

    def _outside(self, reference: Reference) -> io.FileIO:
        """As bootstrap does."""
        with reading(self.engine) as connection:
            row = sources.find(connection, reference.source_id)
        assert row is not None
        source = sources.source_of(row)
        descriptor, name = tempfile.mkstemp(dir=self.folder / "scratch")
        Path(name).unlink()
        made = io.FileIO(descriptor, "r+")
        reader = self.opener.reader(
            source.kind, source.place, unseal(self.shelves.key, source.id, row.secret)
        )
        try:
            reader.fetch(reference.item, made, MOST)
        except BaseException:
            made.close()
            raise
        return made


def agents(call: StoredCall) -> list[str]:
    return [participant.agent_id for participant in call.envelope.participants]
