"""The port `Ledger` on the database: one short transaction for every word, each of them fenced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from qa_service.core.items import ROW, CdrRecord, Handed, Item, ItemState, Lease, Noticed, Tied
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.sources import Source
from qa_service.ports.serving import Receipt, Upload
from qa_service.stores import cdr, source_items, sources
from qa_service.stores.engine import answering, reading, time_of
from qa_service.stores.intake import StoreIntake
from qa_service.stores.keys import MasterKey
from qa_service.stores.source_secrets import seal_handed
from qa_service.stores.workbench import Shelves

#: Taken up in one go; the lease is asked about between two of them.
_MOST_AT_ONCE = 200


def asked_by(source: Source) -> Asked:
    """The source as one who takes calls in."""
    caller = Caller(
        f"source:{source.id}", source.name, frozenset({Right.UPLOAD}), Sight(), None, source.handling.team
    )
    return Asked(caller)


@dataclass(frozen=True, slots=True)
class StoreLedger:
    """The books, as the process `node` keeps them."""

    shelves: Shelves
    intake: StoreIntake
    node: str

    def due(self) -> Sequence[str]:
        """The ids of sources that wait for somebody to look."""
        with answering(), reading(self.shelves.engine) as connection:
            clock = time_of(connection, self.shelves.now)
            return sources.due(connection, self.node, now=self.shelves.now(), clock=clock)

    def lease(self, source_id: str) -> Lease | None:
        """Takes the source for this process."""
        with answering(), self.shelves.engine.begin() as connection:
            clock = time_of(connection, self.shelves.now)
            return sources.take(
                connection, self.shelves.key, source_id, self.node, now=self.shelves.now(), clock=clock
            )

    def notice(self, lease: Lease, items: Sequence[Item], *, are_whole: bool) -> None:
        """Writes down what lies there."""
        quiet = None if are_whole else _quiet(lease)
        with self._held(lease) as connection:
            source_items.notice(connection, lease.source.id, items, now=self.shelves.now(), quiet=quiet)

    def bury(self, lease: Lease, items: Sequence[Item]) -> None:
        """Dead letters, without a try."""
        if items:
            with self._held(lease) as connection:
                source_items.bury(connection, lease.source.id, items, now=self.shelves.now())

    def note_records(self, lease: Lease, records: Sequence[CdrRecord]) -> None:
        """Keeps records; one with a recording's address becomes an item."""
        now, source_id = self.shelves.now(), lease.source.id
        with self._held(lease) as connection:
            cdr.keep_records(connection, source_id, records)
            source_items.unbury(connection, source_id, [ROW + record.call_id for record in records])
            for record in records:
                if record.recording_url:
                    item = Item(record.call_id, "1", 0, record.started_at or now)
                    handed = Handed(record.recording_url, json.dumps(_envelope(record)))
                    sealed = partial(_sealed, self.shelves.key, handed)
                    source_items.hand_over(connection, sealed, source_id, item, now=now, revives=False)

    def ready(self, lease: Lease, most: int) -> Sequence[Noticed]:
        """The oldest whose time has come."""
        with answering(), reading(self.shelves.engine) as connection:
            return source_items.ready(
                connection,
                self.shelves.key,
                lease.source.id,
                now=self.shelves.now(),
                most=min(most, _MOST_AT_ONCE),
            )

    def accept(self, lease: Lease, noticed: Noticed, upload: Upload) -> Receipt:
        """Takes the recording in and says so in the books, in one transaction."""

        def said(connection: sa.Connection, call_id: str) -> None:
            sources.hold(connection, lease)
            taken = Tied(ItemState.TAKEN, call_id, "", self.shelves.now())
            source_items.end(connection, lease.source.id, noticed.item, taken, now=self.shelves.now())

        with answering():
            return self.intake.accept(asked_by(lease.source), upload, beside=said)

    def tie(self, lease: Lease, noticed: Noticed, tied: Tied) -> None:
        """The item is no call of its own."""
        with self._held(lease) as connection:
            source_items.end(connection, lease.source.id, noticed.item, tied, now=self.shelves.now())

    def put_off(self, lease: Lease, noticed: Noticed, reason: str, until: datetime) -> None:
        """To be looked at again later."""
        with self._held(lease) as connection:
            source_items.put_off(connection, lease.source.id, noticed.item, reason, until)

    def begin_anew(self, lease: Lease, noticed: Noticed) -> None:
        """It changed while it was read."""
        now, quiet = self.shelves.now(), _quiet(lease)
        with self._held(lease) as connection:
            source_items.begin_anew(connection, lease.source.id, noticed, now=now, quiet=quiet)

    def fail(self, lease: Lease, noticed: Noticed, reason: str, *, for_good: bool) -> None:
        """One try more has failed."""
        with self._held(lease) as connection:
            source_items.fail(
                connection, lease.source.id, noticed, reason, for_good=for_good, now=self.shelves.now()
            )

    def end(self, lease: Lease, *, watermark: datetime | None, trouble: str) -> None:
        """The round is over."""
        with answering(), self.shelves.engine.begin() as connection:
            sources.give_back(connection, lease, watermark=watermark, trouble=trouble, now=self.shelves.now())

    @contextmanager
    def _held(self, lease: Lease) -> Iterator[sa.Connection]:
        with answering(), self.shelves.engine.begin() as connection:
            sources.hold(connection, lease)
            yield connection


def _quiet(lease: Lease) -> timedelta:
    return timedelta(seconds=lease.source.handling.quiet_s)


def _sealed(key: MasterKey, handed: Handed, item_id: str) -> bytes:
    return seal_handed(key, item_id, handed)


def _envelope(record: CdrRecord) -> dict[str, object]:
    """What a record says, for its own recording; it is joined with nothing more."""
    agent = [{"id": "agent", "kind": "agent", "agent_id": record.agent_id}] if record.agent_id else []
    said = {
        "call_id": record.call_id,
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "direction": record.direction,
        "line": record.line,
        "skill_group": record.skill_group,
        "customer": record.customer,
        "participants": agent,
    }
    return {name: value for name, value in said.items() if value}


__all__ = ["StoreLedger", "asked_by"]
