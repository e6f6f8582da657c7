"""probed: a case → what detectors would hold against their limits in it. Pure, and the way that judge goes, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.speech import Role
from qa_service.core.tags import Tag
from qa_service.detectors.base import Detector, DetectorRun, event_order, is_heard
from qa_service.detectors.probe import Probed
from qa_service.detectors.registry import TWO_CHANNEL_LABELS
from qa_service.pipeline.judge import Case, LegCase, heard
from qa_service.turns.belief import is_doubted

#: Why a whole call tells nothing about its agents.
ROLES_DOUBTED, AGENT_UNKNOWN = "roles_doubted", "agent_unknown"
#: Why a detector cannot be asked in a call.
NOT_MEASURED, ONE_CHANNEL, CLOCKS, NOTHING = "not_measured", "one_channel", "clocks", "nothing_to_compare"


@dataclass(slots=True)
class Near:
    """How near one detector came in one call: every value that it compared, and those that decide about a tag."""

    values: list[float] = field(default_factory=list)
    decide: list[float] = field(default_factory=list)
    #: Why there is nothing; empty where there is.
    why_not: str = ""

    def tell(self, value: float, decides: float | None) -> None:
        """A probe (detectors/probe.py)."""
        self.values.append(value)
        if decides is not None:
            self.decide.append(decides)


@dataclass(frozen=True, slots=True)
class Probing:
    """One call, asked."""

    #: Why the call tells nothing: a code of turns/scorable.py, or one of the above; empty where it does.
    left_out: str
    #: By the detectors' places in the question.
    near: Mapping[int, Near] = field(default_factory=dict)
    #: The agents' utterances, and how many of these were not heard well enough to count.
    said: int = 0
    unreliable: int = 0


def probed(case: Case, detectors: Sequence[Detector]) -> Probing:
    """What the detectors compare in a call, over all of its agents."""
    call = heard(case)
    if not call.scorable.may_judge:
        return Probing(call.scorable.reasons[0].code)
    if is_doubted(case.measured):
        return Probing(ROLES_DOUBTED)
    agents = [said for said in call.utterances if said.role is Role.AGENT]
    if not agents:
        return Probing(AGENT_UNKNOWN)
    near = {at: Near() for at in range(len(detectors))}
    for leg in call.legs:
        _ask(leg, detectors, near)
    for one in near.values():
        one.why_not = "" if one.values else one.why_not or NOTHING
    return Probing("", near, len(agents), sum(bool(said.unreliable) for said in agents))


def _ask(leg: LegCase, detectors: Sequence[Detector], near: Mapping[int, Near]) -> None:
    facts, runs = leg.facts, list[DetectorRun]()
    for at, detector in enumerate(detectors):
        run = detector.start(facts)
        if not isinstance(run, Probed):
            near[at].why_not = _why_deaf(detector, leg)
            continue
        run.probe = near[at].tell
        runs.append(run)
    for event in sorted(leg.events, key=event_order):
        for run in runs:
            if is_heard(run, type(event)):
                _spend(run.hear(event))
    for run in runs:
        _spend(run.finish(leg.leg.span.end_ms))


def _why_deaf(detector: Detector, leg: LegCase) -> str:
    if not detector.needs <= leg.facts.parts:
        return NOT_MEASURED
    is_mixed = not leg.facts.overlap_known and bool(TWO_CHANNEL_LABELS & {*detector.labels})
    return ONE_CHANNEL if is_mixed else CLOCKS


def _spend(tags: Iterable[Tag]) -> None:
    """Tags are made as they are asked for, and are not wanted here."""
    for _ in tags:
        pass
