"""How far work on a call is, and when it will be over: from how long its stages took lately, and from its own pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from qa_service.core.stored import Job, JobKind, JobState

#: The stages of work on a call, in order.
STAGES: Mapping[JobKind, tuple[str, ...]] = {
    JobKind.PROCESS: ("decode", "vad", "asr", "measure", "judge"),
    JobKind.REJUDGE: ("judge",),
}
#: Fewer calls than these tell nothing about the next one.
_LEAST_CALLS = 3
#: From this share on the work's own pace alone counts: a call may be fifteen times as long as the usual one.
_OWN_PACE_FROM = 0.2
#: After a silence twice as long as all that was left, and at least so long, nobody knows the end any more.
_SILENT_S = 30.0


@dataclass(frozen=True, slots=True)
class StagePace:
    """How long a stage took: ever, and lately (older calls count less and less)."""

    calls: int
    total_ms: int
    recent_calls: float
    recent_ms: float
    #: Lately, of how many calls the length is known, and how many seconds of sound these had together.
    recent_sized: float = 0.0
    recent_audio_s: float = 0.0

    @property
    def usual_audio_s(self) -> float:
        """The length of the usual call; 0 where none is known."""
        return self.recent_audio_s / self.recent_sized if self.recent_sized else 0.0

    @property
    def usual_ms(self) -> float:
        """Of the usual call; 0 where there was none."""
        return self.recent_ms / self.recent_calls if self.recent_calls else 0.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is worked on before this one begins."""

    jobs: int
    #: Processes that work, of those that may: on what runs, the one that has it. 0 = nobody does.
    nodes: int
    #: What these are in the middle of; half of each is still to be done.
    at_work: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """`percent` of the whole work that is done, and the seconds to its end; None where nobody knows."""

    percent: float | None = None
    eta_s: float | None = None


def forecast(job: Job, paces: Mapping[str, StagePace], *, now: datetime, ahead: Ahead) -> Forecast:
    """What can be said about the work. Says nothing rather than to guess from too few calls, or where nobody works.

    >>> pace = StagePace(calls=10, total_ms=10_000, recent_calls=10, recent_ms=10_000)
    >>> begun = datetime(2026, 1, 1)
    >>> job = Job("j", JobKind.REJUDGE, "rescore", JobState.QUEUED, "c", begun)
    >>> forecast(job, {"judge": pace}, now=begun, ahead=Ahead(jobs=3, nodes=1))
    Forecast(percent=0.0, eta_s=4.0)
    """
    if job.state is JobState.DONE:
        return Forecast(100.0, 0.0)
    whole_s = sum(_usual(job, paces).values())
    if job.state.is_over or not whole_s:
        return Forecast()
    if job.state is JobState.QUEUED:
        before_s = whole_s * (ahead.jobs + ahead.at_work / 2) / ahead.nodes if ahead.nodes else None
        return Forecast(0.0, None if before_s is None else round(before_s + whole_s, 1))
    left_s = _left_s(job, whole_s, now) if ahead.nodes else None
    return Forecast(round(100 * job.reached, 1), None if left_s is None else round(left_s, 1))


def reached(job: Job, paces: Mapping[str, StagePace]) -> float | None:
    """How much of the whole is done at this point of this stage, 0 to 1; None from too few calls.

    The shares of the stages change with every call that ends: who wants it never to fall keeps the highest.
    """
    usual = _usual(job, paces)
    if not usual or job.stage not in usual:
        return None
    stages = tuple(usual)
    behind = sum(usual[stage] for stage in stages[: stages.index(job.stage)])
    return min(1.0, (behind + (job.share or 0.0) * usual[job.stage]) / sum(usual.values()))


def _usual(job: Job, paces: Mapping[str, StagePace]) -> Mapping[str, float]:
    """Stage → seconds that it takes for so much sound; of the usual call where that is not known yet.

    Empty where there were too few calls.
    """
    size = _size(job, paces)
    usual = {stage: size * paces[stage].usual_ms / 1_000 for stage in STAGES[job.kind] if stage in paces}
    enough = min((paces[stage].calls for stage in usual), default=0) >= _LEAST_CALLS
    return usual if enough and any(usual.values()) else {}


def _size(job: Job, paces: Mapping[str, StagePace]) -> float:
    """How many times as long as the usual call this one is: an hour takes as many times longer to hear."""
    usual_s = paces["asr"].usual_audio_s if "asr" in paces else 0.0
    return job.audio_s / usual_s if job.audio_s and usual_s else 1.0


def _left_s(job: Job, whole_s: float, now: datetime) -> float | None:
    """By the usual call while little is done, by this one's own pace later.

    It is reckoned where the work last came further, and counted down from there like a clock; while nothing more is
    heard, it does not fall below the half: silence is no progress. None where the silence lasts too long.
    """
    share, began = job.reached, job.started_at or now
    came_at = job.reached_at or began
    left_s = whole_s * (1 - share)
    if share:
        by_itself = max(0.0, (came_at - began).total_seconds()) * (1 - share) / share
        trust = min(1.0, share / _OWN_PACE_FROM)
        left_s = trust * by_itself + (1 - trust) * left_s
    silent_s = max(0.0, (now - came_at).total_seconds())
    if silent_s > max(2 * left_s, _SILENT_S):
        return None
    return max(left_s - silent_s, left_s / 2)
