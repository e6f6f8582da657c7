"""Sample calls with truth files: recognition, roles, status and moments of each, and of all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qa_service.core.errors import QaError, UsageError
from qa_service.core.intervals import Share
from qa_service.lab.error_rate import ErrorRate, join
from qa_service.lab.lanes import recognition, roles_right
from qa_service.lab.matching import Matched, match, together
from qa_service.lab.truth import Truth
from qa_service.usecases.analyze import Analyzed

#: More findings than this that nobody asked for fail a call; a call without moments may have none.
EXTRA_MOST = 1
Hear = Callable[[Path], Analyzed]


@dataclass(frozen=True, slots=True)
class CallResult:
    """One sample call, as it was judged, against its truth."""

    truth: Truth
    errors: ErrorRate = field(default_factory=ErrorRate)
    roles: Share = field(default_factory=lambda: Share(0, 0))
    status: str = ""
    #: Codes of the reasons why it is not scored, or only in part.
    reasons: tuple[str, ...] = ()
    matched: Matched = field(default_factory=Matched)
    unheard: int = 0
    #: Code of the error that kept it from being analysed at all.
    failed: str = ""

    @property
    def status_right(self) -> bool:
        """The status as the truth says, and its reason where the truth names one."""
        wanted = self.truth.reason.removeprefix("scorable.")
        given = {reason.removeprefix("scorable.") for reason in self.reasons}
        return self.status == self.truth.status and (not wanted or wanted in given)

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the call does not pass, as codes; nothing for a call that does."""
        extra_most = EXTRA_MOST if self.truth.moments else 0
        checks = {
            "failed": bool(self.failed),
            "status": not self.failed and not self.status_right,
            "missed": bool(self.matched.missed),
            "extra": len(self.matched.extra) > extra_most,
        }
        return tuple(code for code, wrong in checks.items() if wrong)


@dataclass(frozen=True, slots=True)
class CallsResult:
    """All sample calls of a folder."""

    calls: tuple[CallResult, ...]
    #: What heard them: name and revision of the model, effort, rulebook.
    heard_with: Mapping[str, str]

    @property
    def errors(self) -> ErrorRate:
        """Recognition over all calls."""
        return join(call.errors for call in self.calls)

    @property
    def matched(self) -> Matched:
        """Moments and findings of all calls."""
        return together([call.matched for call in self.calls])

    @property
    def roles(self) -> Share:
        """Roles over all calls."""
        return Share(sum(c.roles.hits for c in self.calls), sum(c.roles.n for c in self.calls))

    @property
    def passed(self) -> bool:
        """Whether every call passes."""
        return not any(call.faults for call in self.calls)


def evaluate_calls(truths: Iterable[Truth], hear: Hear, heard_with: Mapping[str, str]) -> CallsResult:
    """Analyses every recording. One that cannot be taken stands in the result; wrong use is raised."""
    return CallsResult(tuple(_evaluate(truth, hear) for truth in truths), heard_with)


def _evaluate(truth: Truth, hear: Hear) -> CallResult:
    try:
        assessment = hear(truth.recording).assessment
    except UsageError:
        raise
    except QaError as error:
        return CallResult(truth, failed=error.code, matched=match(truth, ()))
    return CallResult(
        truth=truth,
        errors=recognition(truth.utterances, assessment),
        roles=Share(*roles_right(truth.utterances, assessment)),
        status=assessment.scorable.status.value,
        reasons=tuple(reason.code for reason in assessment.scorable.reasons),
        matched=match(truth, assessment.findings),
        unheard=len(assessment.measured.unheard),
    )
