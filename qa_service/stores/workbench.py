"""The port `Workbench` on a database and an object store: one short transaction for every word."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from qa_service.core.errors import DatabaseAway, RecordingError
from qa_service.core.forecast import reached
from qa_service.core.people import Sight
from qa_service.core.routing import Routed
from qa_service.core.stored import CallState, Job, JobState, Origin, StoredCall
from qa_service.ports.storing import Judged, KeptMeasures, Revise
from qa_service.stores import (
    alerts,
    audit,
    call_row,
    calls,
    deliveries,
    jobs,
    lent_sound,
    results,
    revisions,
    routes,
    stages,
)
from qa_service.stores.engine import answering
from qa_service.stores.keys import MasterKey
from qa_service.stores.patience import looking, writing
from qa_service.stores.revisions import Reviser
from qa_service.stores.sound import Sound, SoundStore, new_data_key


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where everything lies: the database, the sound, the key to it, the time, and sound that stays outside."""

    engine: sa.Engine
    sounds: SoundStore
    key: MasterKey
    now: Callable[[], datetime]
    outside: lent_sound.Outside = lent_sound.nothing_outside

    def data_key(self, connection: sa.Connection, call: StoredCall) -> bytes:
        """The key of a call's sound.

        Raises:
            RecordingError: `sound_missing`: the call has none, or it was destroyed.
        """
        wrapped = calls.data_key(connection, call.id)
        if wrapped is None:
            raise RecordingError(
                "sound_missing",
                where=call.id,
                problem="the recording is no longer in the store",
                fix="Restore it from a backup, or upload it again",
            )
        return self.key.unwrap(wrapped, call.id)

    def own_key(self, connection: sa.Connection, call: StoredCall) -> bytes:
        """As `data_key`, for whoever seals something more with it: nobody destroys it before this transaction ends.

        A recording that stays in its source was never sealed: its call gets a key now, as long as it may be heard.
        """
        everything = Sight(everything=True)
        if calls.hold(connection, call.id, everything) and lent_sound.find(connection, call.id):
            wrapped = self.key.wrap(new_data_key(), call.id)
            calls.give_key(connection, call.id, wrapped)
        return self.data_key(connection, call)

    def read(self, call: StoredCall, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes [start, end) of a call's recording; the caller has asked who may hear it.

        Raises:
            RecordingError: `sound_missing`, `sound_damaged` or `sound_changed`.
            SourcingError: the source of a referenced recording does not answer.
        """
        if not call.audio_key:
            lent = looking(self.engine, lambda connection: lent_sound.find(connection, call.id))
            if lent is not None:
                whole = call.bytes if end is None else min(end, call.bytes)
                return lent_sound.read(lent, self.outside, start, whole)
        data_key = looking(self.engine, lambda connection: self.data_key(connection, call))
        return self.sounds.read(Sound(call.audio_key, call.id, call.bytes), data_key, start, end)


@contextmanager
def plain_file(shelves: Shelves, call: StoredCall, scratch: Path) -> Iterator[Path]:
    """A call's recording as a plain file that only this process's user may read; it is gone afterwards."""
    ending = Path(call.file_name).suffix[:10]
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        file = Path(folder) / f"recording{ending}"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.writelines(shelves.read(call))
        yield file


@dataclass(frozen=True, slots=True)
class StoreWorkbench:
    """Work on calls by the process `node`."""

    shelves: Shelves
    node: str
    #: Where recordings lie open while they are heard, a folder of this process's own (stores/scratch.py).
    scratch: Path
    #: Makes evaluations follow the verdicts that people gave before.
    revise: Revise

    def claim(self, job_id: str) -> Job | None:
        """Takes the work, or goes on with it."""

        def taken(connection: sa.Connection) -> Job | None:
            job = jobs.claim(connection, job_id, self.node, now=self.shelves.now())
            if job is not None:
                calls.set_state(connection, job.call_id, CallState.MEASURING)
            return job

        return writing(self.shelves.engine, taken)

    def call(self, call_id: str) -> StoredCall:
        """The call, whoever may see it: this is the machine's own work."""
        everything = Sight(everything=True)
        found = looking(self.shelves.engine, lambda connection: calls.find(connection, call_id, everything))
        if found is None:
            raise RecordingError("missing", where=call_id, problem="is not there", fix="Check the id")
        return found

    def sound(self, call: StoredCall) -> AbstractContextManager[Path]:
        """The recording as a plain file that only this process's user may read."""
        return plain_file(self.shelves, call, self.scratch)

    def measured(self, call_id: str) -> KeptMeasures | None:
        """What was measured before, if anything."""
        return looking(self.shelves.engine, lambda connection: results.measured_call(connection, call_id))

    def tell(self, job: Job, stage: str, done: float, total: float) -> bool:
        """Says how far the work is, where the database can be reached; nobody stops working for that."""
        # Voices are looked for in all of the sound: how much that is is told as the stage's whole.
        audio_s = total if stage == "vad" else 0.0
        told = replace(job, stage=stage, done=done, total=total, audio_s=audio_s)
        try:
            with answering(), self.shelves.engine.begin() as connection:
                told = replace(told, reached=reached(told, stages.paces(connection)) or 0.0)
                return jobs.tell(connection, told, now=self.shelves.now())
        except DatabaseAway:
            return True

    def keep_measured(self, job: Job, kept: KeptMeasures) -> None:
        """Keeps measurements."""
        now = self.shelves.now()

        def written(connection: sa.Connection) -> None:
            results.keep_measured(connection, job, kept, now=now)
            stages.count_heard(connection, kept)

        writing(self.shelves.engine, written)

    def route(self, job: Job) -> Routed:
        """What the table in force says about the call; written down with the call."""
        now = self.shelves.now()
        return writing(self.shelves.engine, lambda connection: routes.route(connection, job, now=now))

    def keep_evaluations(self, job: Job, judged: Sequence[Judged], origin: Origin, version: int) -> None:
        """Keeps the evaluations, applies what people said before, tells who wants to know, ends the work, all at once.

        Done twice, because nobody knew whether the first time was kept, the second time is refused.
        """
        now = self.shelves.now()
        books = {one.rulebook.book.digest: one.rulebook.book for one in judged}
        reviser = Reviser(lambda _, digest: books[digest], self.revise)

        def kept(connection: sa.Connection) -> None:
            work = results.Work(job, origin, version)
            results.keep_evaluations(connection, work, judged, now=now)
            reviewed = revisions.renew(connection, job.call_id, reviser, now=now)
            alerts.raise_for(connection, job, judged, now=now)
            news = call_row.news(connection, job.call_id)
            deliveries.announce(connection, "call.judged", news, now=now)
            detail = {"score": news["score"], "passed": news["passed"], "reviewed": reviewed}
            audit.write(connection, audit.Entry("machine", "judge", f"call:{job.call_id}", detail), now=now)
            jobs.finish(connection, job, JobState.DONE, now=now)
            stages.count(connection, {"judge": sum(one.took_ms for one in judged)})

        writing(self.shelves.engine, kept)

    def give_up(self, job: Job, state: JobState, code: str, detail: str) -> None:
        """Ends the work without a result."""
        now = self.shelves.now()

        def ended(connection: sa.Connection) -> None:
            jobs.finish(connection, job, state, now=now, code=code, detail=detail)
            calls.set_state(connection, job.call_id, CallState.FAILED, reason=code)
            body = {"call_id": job.call_id, "code": code}
            deliveries.announce(connection, "call.failed", body, now=now)

        writing(self.shelves.engine, ended)


def canonical(body: object) -> str:
    """JSON whose bytes are the same for the same content."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
