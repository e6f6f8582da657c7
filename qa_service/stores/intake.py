"""The port `Intake`: sound is sealed first; call, work, queue entry and audit then stand in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.errors import Fenced, UsageError
from qa_service.core.people import Asked
from qa_service.core.stored import Job, JobKind, JobState, NewCall, Queue
from qa_service.ports.serving import Receipt, Upload
from qa_service.stores import audit, batches, calls, duplicates, jobs, lent_sound, received
from qa_service.stores.ids import new_id
from qa_service.stores.repeats import REMEMBERED
from qa_service.stores.sound import Sound, new_data_key
from qa_service.stores.staff import team_of_call
from qa_service.stores.tables import idempotency
from qa_service.stores.workbench import Shelves

#: Writes more about a call, by its id, in the transaction that takes it in.
Beside = Callable[[sa.Connection, str], None]


def _nothing_beside(connection: sa.Connection, call_id: str) -> None:
    """For whoever keeps no books of their own."""


#: Tries of one upload against others of the same at the same moment.
_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class StoreIntake:
    """Takes calls in; `start` puts work into a queue in the given transaction."""

    shelves: Shelves
    start: Callable[[sa.Connection, Job], None]

    def accept(self, asked: Asked, upload: Upload, *, beside: Beside = _nothing_beside) -> Receipt:
        """Keeps a recording, durably, before it answers; `beside` writes more in the same transaction."""
        for _ in range(_AT_ONCE):
            try:
                return self._accept(asked, upload, beside)
            except sa.exc.IntegrityError:  # the same key, or the same bytes, a moment before: now it is there
                continue
        return self._accept(asked, upload, beside)

    def _accept(self, asked: Asked, upload: Upload, beside: Beside) -> Receipt:
        sha256, size = received.checked(upload)
        body = received.body_digest(sha256, upload)
        if known := self._known(asked, upload, body, beside):
            return known
        if not upload.allows_duplicate and (twin := self._twin(asked, upload, sha256, body)):
            return twin
        call, data_key = self._kept(upload, sha256, size)
        try:
            return self._take_in(asked, upload, call, data_key, body, beside)
        except (sa.exc.IntegrityError, UsageError):
            # Somebody else came first with the same idempotency key or row: theirs stands, ours is put away.
            self._put_away(call)
            if known := self._known(asked, upload, body, beside):
                return known
            if upload.batch:
                raise batches.row_taken() from None
            raise
        except _Twin:
            self._put_away(call)
            return self._accept(asked, upload, beside)
        except Fenced:
            self._put_away(call)
            raise

    def _kept(self, upload: Upload, sha256: str, size: int) -> tuple[NewCall, bytes]:
        """The call with its sound sealed, unless the sound stays where it is; and the key to it."""
        call_id, data_key = new_id(self.shelves.now()), new_data_key()
        sound = Sound(f"{call_id[:4]}/{call_id}.sealed", call_id, size)
        if upload.reference is None:
            with upload.file.open("rb") as opened:
                self.shelves.sounds.put(sound, opened, data_key)
        call = NewCall(
            id=call_id,
            source=upload.source,
            envelope=upload.envelope,
            team=upload.team,
            sha256=sha256,
            file_name=upload.file_name,
            bytes=size,
            audio_key="" if upload.reference else sound.key,
            agent_channel=upload.agent_channel,
            is_text=upload.is_text,
        )
        return call, data_key

    def _put_away(self, call: NewCall) -> None:
        if call.audio_key:
            self.shelves.sounds.delete(call.audio_key)

    def _take_in(
        self, asked: Asked, upload: Upload, call: NewCall, data_key: bytes, body: str, beside: Beside
    ) -> Receipt:
        now = self.shelves.now()
        job = Job(new_id(now), JobKind.PROCESS, Queue.UPLOAD, JobState.QUEUED, call.id, now)
        with self.shelves.engine.begin() as connection:
            if duplicates.find(connection, asked, upload, call.sha256, now):
                raise _Twin
            call = replace(call, team=call.team or team_of_call(connection, call.envelope, now))
            wrapped = self.shelves.key.wrap(data_key, call.id) if call.audio_key else None
            calls.add(connection, call, now=now, data_key=wrapped)
            if upload.reference is not None:
                lent_sound.add(connection, call.id, upload.reference)
            beside(connection, call.id)
            jobs.add(connection, job, asked)
            batches.received(connection, upload, call.id)
            _remember(connection, _Key(asked.caller.id, upload.idempotency_key, body), job, now=now)
            detail = {"source": upload.source, "bytes": call.bytes}
            entry = audit.Entry(asked.caller.id, "upload", f"call:{call.id}", detail, asked.request_id)
            audit.write(connection, entry, now=now)
            self.start(connection, job)
        return Receipt(call.id, job.id)

    def _twin(self, asked: Asked, upload: Upload, sha256: str, body: str) -> Receipt | None:
        """The call that the very same recording became, where it may not be another one."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            job = duplicates.find(connection, asked, upload, sha256, now)
            if job is None:
                return None
            batches.received(connection, upload, job.call_id)
            _remember(connection, _Key(asked.caller.id, upload.idempotency_key, body), job, now=now)
            detail = {"source": upload.source, "duplicate": True}
            entry = audit.Entry(asked.caller.id, "upload", f"call:{job.call_id}", detail, asked.request_id)
            audit.write(connection, entry, now=now)
        return Receipt(job.call_id, job.id, is_duplicate=True)

    def _known(self, asked: Asked, upload: Upload, body: str, beside: Beside) -> Receipt | None:
        if not upload.idempotency_key:
            return None
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            connection.execute(idempotency.delete().where(idempotency.c.created_at < now - REMEMBERED))
            row = connection.execute(
                sa.select(idempotency).where(
                    idempotency.c.owner == asked.caller.id, idempotency.c.key == upload.idempotency_key
                )
            ).first()
            job = jobs.find(connection, row.object_id) if row else None
            if row is not None and job is not None and row.body_digest == body:
                beside(connection, job.call_id)
                batches.received(connection, upload, job.call_id)
        if row is None or job is None:
            return None
        if row.body_digest != body and upload.idempotency_key.startswith(f"batch:{upload.batch}:"):
            raise batches.row_taken()
        if row.body_digest != body:
            raise UsageError(
                "key_reused",
                where="Idempotency-Key",
                problem="this key was used for another upload",
                fix="Use a new key for new content",
            )
        return Receipt(job.call_id, job.id, is_known=True)


class _Twin(Exception):  # noqa: N818 - a state, not a fault
    """Somebody else sent the very same recording meanwhile."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What somebody asks for, under their idempotency key; an empty one is remembered by nobody."""

    owner: str
    key: str
    body: str


def _remember(connection: sa.Connection, asked: _Key, job: Job, *, now: datetime) -> None:
    """The same request is answered with this work from now on."""
    if asked.key:
        connection.execute(
            idempotency.insert().values(
                owner=asked.owner,
                key=asked.key,
                body_digest=asked.body,
                object_id=job.id,
                created_at=now,
            )
        )
