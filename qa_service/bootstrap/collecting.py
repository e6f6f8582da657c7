"""Sources of recordings: how they are opened, who collects from them, how they are kept."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import customer_tokens, settings
from qa_service.core.errors import SourcingError

if TYPE_CHECKING:
    from qa_service.core.items import Lease, Noticed, Reference
    from qa_service.ports.sources import RecordReader, SourceReader
    from qa_service.sources.opening import Opener
    from qa_service.stores.source_desk import StoreSources
    from qa_service.worker.collecting import Rounds


def opener() -> Opener:
    """Opens sources within what this installation allows."""
    from qa_service.bootstrap.reaching import guard
    from qa_service.bootstrap.storing import scratch
    from qa_service.sources.opening import Opener

    return Opener(
        folders=source_folders(),
        addresses=lambda url: guard().check(url).addresses,
        fetch=lambda url, most_bytes, into: guard().fetch(url, most_bytes, into),
        token=_token,
        scratch=scratch().folder,
        now=base.now,
    )


def source_folders() -> tuple[Path, ...]:
    """Where folders of sources may lie: `inbox` under the data folder, unless others are named."""
    chosen = settings()
    return chosen.source_folders or (chosen.data_dir / "inbox",)


def rounds(node: str) -> Rounds:
    """What a worker process does about sources, under the name under which it says that it lives."""
    from qa_service.bootstrap.storing import job_queue, scratch, shelves
    from qa_service.stores.cdr import StoreRegisters
    from qa_service.stores.intake import StoreIntake
    from qa_service.stores.source_ledger import StoreLedger
    from qa_service.usecases.collect import Collector
    from qa_service.usecases.take_in import Taker
    from qa_service.worker.collecting import Rounds

    kept, opens = shelves(), opener()
    ledger = StoreLedger(kept, StoreIntake(kept, job_queue().start), node)

    def reader(lease: Lease, noticed: Noticed | None) -> SourceReader:
        if noticed is not None and noticed.handed is not None:
            return opens.link(noticed.handed.url)
        source = lease.source
        return opens.reader(source.kind, source.place, lease.secrets, source.handling.legs)

    def records(lease: Lease) -> RecordReader:
        return opens.records(lease.source.place, lease.secrets, lease.source.handling.timezone)

    taker = Taker(
        ledger=ledger,
        registers=StoreRegisters(kept.engine),
        reader=reader,
        tokens=customer_tokens(),
        scratch=scratch().folder,
        most_bytes=settings().max_megabytes << 20,
        now=base.now,
    )
    return Rounds(ledger, Collector(ledger, reader, records, taker.take_in))


def source_desk() -> StoreSources:
    """Sources as an administrator keeps them."""
    from qa_service.bootstrap.reaching import guard
    from qa_service.bootstrap.storing import shelves
    from qa_service.stores.source_desk import StoreSources

    return StoreSources(shelves(), opener(), guard().check)


def outside(reference: Reference) -> io.FileIO:
    """A recording that stayed in its source, in a file without a name on the private disk.

    Raises:
        SourcingError: it cannot be had.
    """
    from qa_service.bootstrap.storing import scratch, shelves
    from qa_service.stores import sources
    from qa_service.stores.engine import reading
    from qa_service.stores.source_secrets import unseal

    kept = shelves()
    with reading(kept.engine) as connection:
        row = sources.find(connection, reference.source_id)
    if row is None:
        raise SourcingError("item_gone", problem="its source is gone", fix="Upload the recording again")
    source = sources.source_of(row)
    reader = opener().reader(source.kind, source.place, unseal(kept.key, source.id, row.secret))
    made = io.FileIO(_nameless(scratch().folder), "r+")
    try:
        reader.fetch(reference.item, made, settings().max_megabytes << 20)
    except BaseException:
        made.close()
        raise
    return made


def _nameless(folder: Path) -> int:
    """A file that is gone when it is closed, whatever becomes of this process."""
    descriptor, name = tempfile.mkstemp(dir=folder)
    Path(name).unlink()
    return descriptor


def _token(number: str) -> str:
    """The token of a customer's number; empty where this installation has no key to make one with.

    Raises:
        ValueError: it is no telephone number.
    """
    tokens = customer_tokens()
    if tokens is None:
        return ""
    token = tokens(number)
    if token is None:
        raise ValueError("not a telephone number")
    return token
