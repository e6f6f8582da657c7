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


@dataclass(frozen=True, slots=True)
class StagePace:
    """How long a stage took: ever, and lately (older calls count less and less)."""

    calls: int
    total_ms: int
    recent_calls: float
    recent_ms: float

    @property
    def usual_ms(self) -> float:
        """Of the usual call; 0 where there was none."""
        return self.recent_ms / self.recent_calls if self.recent_calls else 0.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is worked on before this one begins."""

    jobs: int
    #: Processes that work; 0 = nobody does.
    nodes: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`percent` of the whole work that is done, and the seconds to its end; None where nobody knows."""

    percent: float | None = None
    eta_s: float | None = None


def forecast(job: Job, paces: Mapping[str, StagePace], *, now: datetime, ahead: Ahead) -> Forecast:
    """What can be said about the work. Says nothing rather than to guess from too few calls.

    >>> pace = StagePace(calls=10, total_ms=10_000, recent_calls=10, recent_ms=10_000)
    >>> half = {"stage": "judge", "done": 1, "total": 2}
    >>> begun = datetime(2026, 1, 1)
    >>> job = Job("j", JobKind.REJUDGE, "rescore", JobState.QUEUED, "c", begun)
    >>> forecast(job, {"judge": pace}, now=begun, ahead=Ahead(jobs=3, nodes=1))
    Forecast(percent=0.0, eta_s=4.0)
    """
    if job.state is JobState.DONE:
        return Forecast(100.0, 0.0)
    if job.state.is_over:
        return Forecast()
    usual = {stage: paces[stage].usual_ms / 1_000 for stage in STAGES[job.kind] if stage in paces}
    whole_s = sum(usual.values())
    if min((paces[stage].calls for stage in usual), default=0) < _LEAST_CALLS or not whole_s:
        return Forecast()
    if job.state is JobState.QUEUED:
        waits_s = whole_s * ahead.jobs / ahead.nodes if ahead.nodes else None
        return Forecast(0.0, None if waits_s is None else round(waits_s + whole_s, 1))
    share = _share(job, usual) / whole_s
    return Forecast(round(100 * share, 1), round(_left_s(job, share, whole_s, now), 1))


def _share(job: Job, usual: Mapping[str, float]) -> float:
    """The seconds of the usual call that lie behind."""
    stages = tuple(usual)
    at = stages.index(job.stage) if job.stage in usual else 0
    inside = (job.share or 0.0) * usual[job.stage] if job.stage in usual else 0.0
    return sum(usual[stage] for stage in stages[:at]) + inside


def _left_s(job: Job, share: float, whole_s: float, now: datetime) -> float:
    """By the usual call while little is done, by this one's own pace later."""
    by_others = whole_s * (1 - share)
    if not share or job.started_at is None:
        return by_others
    by_itself = max(0.0, (now - job.started_at).total_seconds()) * (1 - share) / share
    trust = min(1.0, share / _OWN_PACE_FROM)
    return trust * by_itself + (1 - trust) * by_others
