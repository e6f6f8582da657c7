"""collect: one round over a source: list, notice, take in, remember.

A round may die anywhere. What was taken in and what the books say of it stand in one transaction; what was only
listed is listed again. Nobody but the process with the lease writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from qa_service.core.errors import Fenced, QaError, SourcingError
from qa_service.core.items import Item, Lease, Noticed
from qa_service.core.sources import Handling, SourceKind
from qa_service.ports.sources import Ledger, RecordReader, SourceReader

T = TypeVar("T")

#: What changed before the newest thing that was noticed is looked at again: files arrive with older times.
LOOK_BACK = timedelta(hours=48)
#: The clocks of other systems' databases and their open transactions.
_RECORDS_BACK = timedelta(minutes=15)
_AT_ONCE = 500
#: The whole source, not this thing in it.
_OF_THE_SOURCE = frozenset({"source_away", "source_refused"})
#: Not for this round to deal with.
_ABOVE_US = frozenset({"fenced", "database_away", "store_away", "storage_full"})
#: What will not be better the next time.
_FOR_GOOD = frozenset(
    {
        *("name_unreadable", "item_too_large", "answer_too_large", "link_expired", "item_gone", "empty"),
        # What the name, the record or the dialler said makes no envelope.
        *("envelope_invalid", "customer_in_clear", "customer_twice", "customer_number_unreadable"),
    }
)


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects from sources, for one process. `round` is all there is to it."""

    ledger: Ledger
    #: Whatever lists the things of a source.
    reader: Callable[[Lease, Noticed | None], SourceReader]
    records: Callable[[Lease], RecordReader]
    #: What becomes of each thing that is whole (usecases/take_in.py).
    take_in: Callable[[Lease, Noticed], None]

    def round(self, source_id: str) -> int:
        """Looks and takes in what is whole, as much as the rate allows; answers how many things were dealt with."""
        lease = self.ledger.lease(source_id)
        if lease is None:
            return 0
        try:
            watermark, trouble = self._looked(lease)
            done = 0
            if trouble not in _OF_THE_SOURCE:
                done, trouble = self._taken(lease, trouble)
            self.ledger.end(lease, watermark=watermark, trouble=trouble)
        except Fenced:
            return 0
        return done

    def _looked(self, lease: Lease) -> tuple[datetime | None, str]:
        """How far was looked, and what was in the way."""
        try:
            return self._look(lease)
        except QaError as error:
            if error.code in _ABOVE_US:
                raise
            return lease.watermark, error.code

    def _taken(self, lease: Lease, trouble: str) -> tuple[int, str]:
        try:
            return self._take(lease), trouble
        except QaError as error:
            if error.code in _ABOVE_US:
                raise
            return 0, error.code

    def _look(self, lease: Lease) -> tuple[datetime | None, str]:
        """Notices what is new; answers how far that reached, and whether there was what cannot be read."""
        source = lease.source
        if source.kind is SourceKind.DIALLER:
            return lease.watermark, ""
        back = _RECORDS_BACK if source.kind is SourceKind.CDR else LOOK_BACK
        since = max(lease.watermark - back, source.begin_at) if lease.watermark else source.begin_at
        look = self._look_at_records if source.kind is SourceKind.CDR else self._look_at_items
        newest, trouble = look(lease, since, None)
        if source.fill:
            _, of_fill = look(lease, *source.fill)
            trouble = trouble or of_fill
        return max(filter(None, (lease.watermark, newest)), default=None), trouble

    def _look_at_records(
        self, lease: Lease, since: datetime, until: datetime | None
    ) -> tuple[datetime | None, str]:
        newest: datetime | None = None
        try:
            for some in _batches(self.records(lease).records(since, until)):
                self.ledger.note_records(lease, some)
                changed = (record.changed_at for record in some if record.changed_at)
                newest = max((newest, *changed) if newest else changed, default=None)
        except SourcingError as error:
            if error.code != "cdr_row":
                raise
            rows: Sequence[Item] = error.values["rows"]  # type: ignore[assignment]
            self.ledger.bury(lease, rows)
            # Where there are more than can be told, all are asked for again.
            return (newest if error.values["count"] == len(rows) else lease.watermark), error.code
        return newest, ""

    def _look_at_items(
        self, lease: Lease, since: datetime, until: datetime | None
    ) -> tuple[datetime | None, str]:
        handling, newest = lease.source.handling, None
        # A file and its marker may stand far apart in a listing.
        listed: Iterable[Item] = self.reader(lease, None).items(since, until)
        for some in _batches(_marked(listed, handling.marker) if handling.marker else listed):
            wanted = [item for item in some if is_wanted(item, handling)]
            self.ledger.bury(lease, [item for item in wanted if item.unfit])
            fit = [item for item in wanted if not item.unfit]
            self.ledger.notice(lease, fit, are_whole=_comes_whole(lease.source.kind, handling))
            newest = max(filter(None, (newest, *(item.changed_at for item in some))), default=newest)
        return newest, ""

    def _take(self, lease: Lease) -> int:
        ready = self.ledger.ready(lease, lease.room) if lease.room > 0 else ()
        for noticed in ready:
            self._one(lease, noticed)
        return len(ready)

    def _one(self, lease: Lease, noticed: Noticed) -> None:
        try:
            self.take_in(lease, noticed)
        except QaError as error:
            if error.code in _OF_THE_SOURCE | _ABOVE_US:
                raise
            if error.code == "item_changed":
                self.ledger.begin_anew(lease, noticed)
            else:
                self.ledger.fail(lease, noticed, error.code, for_good=error.code in _FOR_GOOD)


def is_wanted(item: Item, handling: Handling) -> bool:
    """Whether the ending of its name counts."""
    return not handling.endings or item.name.lower().endswith(tuple(map(str.lower, handling.endings)))


def _comes_whole(kind: SourceKind, handling: Handling) -> bool:
    """Objects appear when they are complete; and a marker says so."""
    return kind is SourceKind.BUCKET or bool(handling.marker)


def _marked(listed: Iterable[Item], marker: str) -> Iterator[Item]:
    """What has a marker beside it; markers themselves are no recordings."""
    there = {item.key: item for item in listed}
    return (item for key, item in there.items() if not key.endswith(marker) and key + marker in there)


def _batches(some: Iterable[T]) -> Iterator[Sequence[T]]:
    """Some at a time; what came before an error is handed on before it."""
    held: list[T] = []
    try:
        for one in some:
            held.append(one)
            if len(held) == _AT_ONCE:
                yield held
                held = []
    except QaError:
        if held:
            yield held
        raise
    if held:
        yield held
