"""Whole calls in a store: sealed sound, measurements, an evaluation, words that are found, work that is over."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import obstore
import sqlalchemy as sa
from obstore.store import LocalStore

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.keeping import RetentionClass
from qa_service.core.lists import Filter
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.core.stored import Job, JobKind, JobState, NewCall, Queue
from qa_service.stores import calls, jobs, lists, retention, words
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.keeping_desk import StoreKeeping
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.shredder import Shredder
from qa_service.stores.sound import Sound, SoundStore, new_data_key
from qa_service.stores.tables import audit as audit_rows
from qa_service.stores.tables import call_keeping, evaluations, findings, holds, measured, retention_classes
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.tables import jobs as job_rows
from qa_service.stores.workbench import Shelves
from tests.stores.rows import NOW

ASKED = Asked(Caller("lead", "lead", frozenset(Right), Sight(everything=True)), "request")
#: Stands in every call, and nowhere else on this machine.
TRACE = "zqxsecretzqx"
SOUND = b"RIFF" + TRACE.encode() * 9
DAY = timedelta(days=1)


@dataclass
class Shop:
    """A store whose clock is set by hand."""

    engine: sa.Engine
    folder: Path
    at: datetime = NOW

    def __post_init__(self) -> None:
        store = SoundStore(LocalStore(self.folder, mkdir=True))
        self.shelves = Shelves(self.engine, store, MasterKey(b"k" * KEY_BYTES), lambda: self.at)
        self.shredder = Shredder(self.shelves, batch=3, pause=lambda: None, time_in=lambda _, here: here())
        self.desk = StoreKeeping(self.shelves)

    def call(
        self,
        *,
        days_old: float = 0,
        is_text: bool = False,
        state: JobState = JobState.DONE,
        team: str = "",
        customer: str = "",
    ) -> str:
        """A call that came in so many days ago, and was judged."""
        came = NOW - days_old * DAY
        call_id, data_key = new_id(came), new_data_key()
        sound = Sound(f"{call_id[:4]}/{call_id}.sealed", call_id, len(SOUND))
        self.shelves.sounds.put(sound, io.BytesIO(SOUND), data_key)
        people = (Participant("p", ParticipantKind.AGENT, "8001"),)
        new = NewCall(
            id=call_id,
            source="api",
            envelope=Envelope(call_id="EXT", line="400", customer=customer, participants=people),
            team=team,
            sha256="ab" * 32,
            file_name="13800138000.wav",
            bytes=len(SOUND),
            audio_key=sound.key,
            is_text=is_text,
        )
        with self.engine.begin() as connection:
            calls.add(connection, new, now=came, data_key=self.shelves.key.wrap(data_key, call_id))
            self._judged(connection, call_id, came, state)
        return call_id

    def _judged(self, connection: sa.Connection, call_id: str, came: datetime, state: JobState) -> None:
        job = Job(new_id(came), JobKind.PROCESS, Queue.UPLOAD, JobState.QUEUED, call_id, came)
        jobs.add(connection, job)
        connection.execute(job_rows.update().where(job_rows.c.id == job.id).values(state=state.value))
        seq = connection.execute(sa.select(call_rows.c.seq).where(call_rows.c.id == call_id)).scalar_one()
        words.index(connection, seq, [f"这款产品保本 {TRACE}"])
        kept = {"call_id": call_id, "created_at": came}
        connection.execute(
            measured.insert().values(version=1, made_by="x", content=TRACE.encode(), timings="{}", **kept)
        )
        judged = {"id": job.id, "job_id": job.id, "origin": "full", "rulebook": "r", "is_current": True}
        connection.execute(
            evaluations.insert().values(
                status="scored", score=80.0, passed=True, document=TRACE.encode(), **judged, **kept
            )
        )
        connection.execute(
            findings.insert().values(
                evaluation_id=job.id, id="f", call_id=call_id, rule="r/no-promise", severity=3, stage="score",
                role="agent", start_ms=0, end_ms=1, confidence=0.9, needs_human=False,
            )
        )  # fmt: skip

    def keep(self, wanted: RetentionClass, *, in_force: bool = True) -> None:
        """A class as given."""
        with self.engine.begin() as connection:
            retention.keep(connection, wanted, by="admin", now=self.at)
            if in_force:
                retention.switch(connection, wanted.name, by="admin", in_force_at=self.at)
            if wanted.is_default:
                retention.set_default(connection, wanted.name)

    def assign(self, call_id: str, name: str) -> None:
        with self.engine.begin() as connection:
            assert retention.assign(connection, [call_id], name) == 1

    def objects(self) -> set[str]:
        """The sealed objects, by the calls that they belong to."""
        store = LocalStore(self.folder)
        return {Path(found["path"]).stem for page in obstore.list(store) for found in page}

    def left(self, call_id: str) -> str:
        """What is left of a call: `sound text rest`, `figures` in place of the rest, `gone`."""
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(call_rows).where(call_rows.c.id == call_id)).first()
            query = lists.selected(connection, Sight(everything=True), Filter(text="保本"))
            found = set(connection.execute(query).scalars())
            texts = [
                connection.execute(sa.select(sa.func.count()).where(column == call_id)).scalar_one()
                for column in (measured.c.call_id,)
            ]
            documents = connection.execute(
                sa.select(evaluations.c.document).where(evaluations.c.call_id == call_id)
            ).scalars()
            texts += [len(document) for document in documents]
            kept = connection.execute(
                sa.select(call_keeping).where(call_keeping.c.call_id == call_id)
            ).first()
        sealed = call_id in self.objects()
        if row is None:
            assert not sealed
            assert not any(texts)
            return "gone"
        assert sealed == bool(row.data_key) == bool(row.audio_key) == bool(row.file_name)
        assert (row.id in found) == all(map(bool, texts)) == any(map(bool, texts))
        parts = ["sound"] * sealed + ["text"] * (row.id in found)
        if kept is not None and kept.figures_at:
            assert (row.external_id, row.customer, row.sha256) == ("", "", "")
            assert "8001" not in row.envelope
            return " ".join([*parts, "figures"])
        return " ".join([*parts, "rest"])

    def deletions(self) -> list[str]:
        """The details of what the audit log says was deleted."""
        with reading(self.engine) as connection:
            query = sa.select(audit_rows.c.detail).where(audit_rows.c.action == "delete")
            return list(connection.execute(query.order_by(audit_rows.c.seq)).scalars())

    def empty(self) -> None:
        """Everything goes, for the next example."""
        with self.engine.begin() as connection:
            connection.execute(holds.delete())
            connection.execute(call_rows.delete())
            connection.execute(retention_classes.delete())
            connection.execute(sa.text("DELETE FROM call_words"))
        for file in self.folder.rglob("*.sealed"):
            file.unlink()
