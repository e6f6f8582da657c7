"""process: a stored call → its measurements → its evaluation, in steps that survive the death of any process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa_service.core.errors import Cancelled, Fenced, QaError
from qa_service.core.measured import MeasuredCall
from qa_service.core.routing import BookRef, Routed
from qa_service.core.stored import Job, JobKind, JobState, Origin, StoredCall
from qa_service.ports.hearing import HearingProfile, SourceProfile
from qa_service.ports.storing import KeptMeasures, Workbench
from qa_service.rulebook.book import Bundle
from qa_service.usecases.analyze import Analyst, Request
from qa_service.usecases.judgement import Judgement
from qa_service.usecases.measure import Manners
from qa_service.usecases.routing import hearing_with
from qa_service.usecases.timing import Stopwatch
from qa_service.usecases.transcript import read_transcript

#: Told at most this many times a second: every word about progress is a write to the database.
_TELL_EVERY_S = 0.5
#: The process has no model, or not the memory for one: another may have, and this one may have later.
CANNOT_HEAR = frozenset(
    {
        *("model_unavailable", "model_damaged", "model_missing", "model_incomplete", "model_unreadable"),
        *("model_folder_missing", "model_folder_incomplete", "model_no_memory"),
        *("manifest_missing", "manifest_invalid", "pins_unreadable", "disk_full", "cache_not_private"),
    }
)
#: It has no room for what it makes, or nowhere to keep it.
CANNOT_WRITE = frozenset({"no_space", "storage_full", "database_away", "store_away"})
#: Errors that say nothing about the call: its work is tried again. Those above cost it no try (worker/fitness.py).
_NOT_THE_CALLS_FAULT = CANNOT_HEAR | CANNOT_WRITE | {"decoder_killed", "source_away", "source_refused"}


@dataclass(frozen=True, slots=True)
class Processor:
    """Measures and judges stored calls. One instance serves one process."""

    bench: Workbench
    #: With the ears of a model (the installation's where empty), made when the first recording needs it.
    analyst: Callable[[str], Analyst]
    #: The same without ears, for what has been heard.
    reader: Callable[[], Analyst]
    #: The rulebook that a routing table names, with everything that was written for it.
    book: Callable[[BookRef], Bundle]
    judgement: Judgement
    #: Seconds on a clock that never goes back.
    clock: Callable[[], float]
    #: A sentence for people about an error.
    sentence: Callable[[QaError], str]
    #: Is told of every step: the work, what was done, and how many milliseconds it took.
    note: Callable[[Job, str, int], None] = lambda _job, _done, _took_ms: None
    #: Is told when a recording was heard.
    heard: Callable[[], None] = lambda: None
    hearing: HearingProfile = field(default_factory=HearingProfile)
    source: SourceProfile = field(default_factory=SourceProfile)

    def measure(self, job_id: str) -> bool:
        """Hears the call, unless its measurements are kept already. Answers whether there is more to do."""
        return self._work(job_id, "measured", self._measure)

    def judge(self, job_id: str) -> bool:
        """Judges the measured call and ends the work."""
        return self._work(job_id, "judged", self._judge)

    def _work(self, job_id: str, done: str, step: Callable[[Job], None]) -> bool:
        job, begun_s = self.bench.claim(job_id), self.clock()
        if job is None:
            return False
        try:
            step(job)
        except Fenced:
            return False
        except Cancelled:
            return self._give_up(job, JobState.CANCELLED, Cancelled())
        except QaError as error:
            if error.code in _NOT_THE_CALLS_FAULT:
                raise
            return self._give_up(job, JobState.FAILED, error)
        self.note(job, done, round(1_000 * (self.clock() - begun_s)))
        return True

    def _give_up(self, job: Job, state: JobState, error: QaError) -> bool:
        with contextlib.suppress(Fenced):
            self.bench.give_up(job, state, error.code, self.sentence(error))
        return False

    def _measure(self, job: Job) -> None:
        if self.bench.measured(job.call_id) is not None:
            return
        call, watch = self.bench.call(job.call_id), Stopwatch()
        with self.bench.sound(call) as file:
            measured = self._read(file, watch) if call.is_text else self._heard(file, call, job, watch)
        # In the store a call has a name of its own; the same recording may come twice.
        self.bench.keep_measured(job, KeptMeasures(replace(measured, call_id=call.id), watch.taken_ms))

    def _heard(self, file: Path, call: StoredCall, job: Job, watch: Stopwatch) -> MeasuredCall:
        errand = _Errand(self.bench, job, self.clock)
        profile = self.bench.route(job).decision.profile
        hearing = hearing_with(profile, self.hearing)
        request = Request((file,), call.envelope, self.source, hearing, call.agent_channel)
        measured, _ = self.analyst(profile.model).heard(
            request, Manners(watch, errand.progress, errand.cancelled)
        )
        self.heard()
        return measured

    def _read(self, file: Path, watch: Stopwatch) -> MeasuredCall:
        """What somebody else's recogniser heard."""
        with watch.stage("measure"):
            text = file.read_text("utf-8")
            reader = self.reader()
            read = read_transcript(text, source=file.name, timezone="UTC", tokens=reader.tokens)
            return reader.interpreter.call(read.measured)

    def _judge(self, job: Job) -> None:
        kept, call = self.bench.measured(job.call_id), self.bench.call(job.call_id)
        if kept is None:
            raise QaError(
                "not_measured",
                where=job.call_id,
                problem="the call has no measurements to judge",
                fix="Process its recording first",
            )
        self.bench.tell(job, "judge", 0, 1)
        routed = self.bench.route(job)
        jurisdiction = routed.decision.jurisdiction
        judged = [self.judgement.of(book, kept, call, jurisdiction) for book in self._books(routed)]
        origin = Origin.FULL if job.kind is JobKind.PROCESS else Origin.RESCORE
        self.bench.keep_evaluations(job, judged, origin, routed.version)

    def _books(self, routed: Routed) -> tuple[Bundle, ...]:
        """The rulebooks that judge, in order; two ways to name one book are one evaluation."""
        books: dict[str, Bundle] = {}
        for ref in routed.books:
            bundle = self.book(ref)
            books.setdefault(bundle.book.name, bundle)
        return tuple(books.values())


@dataclass(slots=True)
class _Errand:
    """Tells the store how far the work is, now and then, and learns whether it is still wanted."""

    bench: Workbench
    job: Job
    clock: Callable[[], float]
    told_at: float = float("-inf")
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    is_wanted: bool = True

    def progress(self, stage: str, done: float, total: float) -> None:
        is_new, self.stage, self.done, self.total = stage != self.stage, stage, done, total
        if is_new or self.clock() - self.told_at >= _TELL_EVERY_S:
            self._tell()

    def cancelled(self) -> bool:
        if self.is_wanted and self.clock() - self.told_at >= 4 * _TELL_EVERY_S:
            self._tell()  # what was told before: who asks learns nothing new about how far it is
        return not self.is_wanted

    def _tell(self) -> None:
        self.told_at = self.clock()
        self.is_wanted = self.bench.tell(self.job, self.stage, self.done, self.total)
