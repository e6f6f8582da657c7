"""take_in: one thing of a source becomes a call: what is known about it, its sound, and whether it is there already."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from qa_service.core.calls import Envelope
from qa_service.core.errors import RecordingError
from qa_service.core.ids import digest
from qa_service.core.items import ItemState, Lease, Noticed, Reference, Tied
from qa_service.core.sources import Handling, Keep
from qa_service.ports.serving import Upload
from qa_service.ports.sources import Ledger, Registers, SourceReader
from qa_service.usecases.customer import Tokens
from qa_service.usecases.envelope import envelope_of
from qa_service.usecases.join import joined
from qa_service.usecases.name_numbers import by_tokens
from qa_service.usecases.source_names import Named, read_name, shown_name

#: A record that is awaited is looked for this often.
_AWAIT = timedelta(seconds=30)
#: Characters of a file's name that are kept, the last ones.
_MOST_NAME = 255


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes in what was noticed, one thing after the other."""

    ledger: Ledger
    registers: Registers
    #: Whatever reads the things of a source; of a program's links too.
    reader: Callable[[Lease, Noticed | None], SourceReader]
    tokens: Tokens | None
    scratch: Path
    most_bytes: int
    now: Callable[[], datetime]

    def take_in(self, lease: Lease, noticed: Noticed) -> None:
        """Takes a recording in, or puts it off until its record comes.

        Raises:
            RecordingError: `name_unreadable`, `link_expired`, `empty`; whatever the reader and the ledger raise.
        """
        envelope = self._envelope(lease, noticed)
        if envelope is None:
            self.ledger.put_off(lease, noticed, "cdr_awaited", self.now() + _AWAIT)
            return
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            file = Path(folder) / "item"
            sha256 = self._fetched(lease, noticed, file)
            upload = _upload(lease, noticed, envelope, file, self._name(lease, noticed))
            if lease.source.handling.keep is Keep.REFERENCE and noticed.handed is None:
                upload = replace(upload, reference=Reference(lease.source.id, noticed.item, sha256))
            self._keep(lease, noticed, upload, sha256)

    def _envelope(self, lease: Lease, noticed: Noticed) -> Envelope | None:
        """What is known about the recording; None: its record is still awaited."""
        handling = lease.source.handling
        said = _said(handling, noticed)
        given = json.loads(noticed.handed.envelope) if noticed.handed else {}
        known = joined(self.registers, handling, said, given)
        if known.is_awaited and self.now() < noticed.seen_at + timedelta(seconds=handling.cdr_wait_s):
            return None
        return envelope_of(
            dict(known.envelope), source="source", timezone=handling.timezone, tokens=self.tokens
        )

    def _fetched(self, lease: Lease, noticed: Noticed, file: Path) -> str:
        """The sha256 of the recording, which now lies in the file."""
        expires_at = noticed.handed.expires_at if noticed.handed else None
        if expires_at and self.now() >= expires_at:
            raise RecordingError(
                "link_expired", problem="the link has expired", fix="Hand the call over again"
            )
        with file.open("wb") as opened:
            size = self.reader(lease, noticed).fetch(noticed.item, opened, self.most_bytes)
        if not size:
            raise RecordingError("empty", problem="the file is empty", fix="Export the recording again")
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    def _name(self, lease: Lease, noticed: Noticed) -> str:
        """What the call's file is called: a customer's number in it is replaced by the start of its token."""
        pattern, item = lease.source.handling.pattern, noticed.item
        stand_in = by_tokens(self.tokens)
        if noticed.handed and noticed.handed.file_name:
            return shown_name(pattern, noticed.handed.file_name, stand_in)[-_MOST_NAME:]
        key = item.key if noticed.handed else shown_name(pattern, item.key, stand_in)
        name = key.rpartition("/")[2]
        return (f"{PurePosixPath(name).stem}.zip" if item.is_pair else name)[-_MOST_NAME:]

    def _keep(self, lease: Lease, noticed: Noticed, upload: Upload, sha256: str) -> None:
        """One call for all recordings of it: see docs/sources.md for what that means."""
        source, call_id = lease.source, upload.envelope.call_id
        at = upload.envelope.started_at or noticed.item.changed_at
        known = self.registers.same_sound(upload.team, sha256)
        if known is not None:
            self.ledger.tie(lease, noticed, Tied(ItemState.DUPLICATE, known, call_id, at))
            return
        known = self.registers.same_call(source, call_id, at) if call_id else None
        if known is not None:
            self.ledger.tie(lease, noticed, Tied(ItemState.SAME_CALL, known, call_id, at))
            return
        self.ledger.accept(lease, noticed, upload)


def _said(handling: Handling, noticed: Noticed) -> Named:
    name = noticed.handed.file_name if noticed.handed else noticed.item.key
    if not handling.pattern or not name:
        return Named()
    said = read_name(handling.pattern, name)
    if said is None:
        raise RecordingError(
            "name_unreadable",
            problem="the name of the file does not fit the pattern of its source",
            fix="Change the pattern, or the name",
        )
    return said


def _upload(lease: Lease, noticed: Noticed, envelope: Envelope, file: Path, name: str) -> Upload:
    source, item = lease.source, noticed.item
    return Upload(
        file=file,
        file_name=name,
        envelope=envelope,
        source=source.name,
        team=source.handling.team,
        idempotency_key=digest(source.id, item.key, item.version, length=64),
    )
