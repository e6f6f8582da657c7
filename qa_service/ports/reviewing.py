"""What people say about findings, and alerts that they handle. What one may not see is not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa_service.core.alerts import Alert, AlertFilter, AlertState
from qa_service.core.people import Asked
from qa_service.core.reviews import Review, Tally, VerdictToGive


@dataclass(frozen=True, slots=True)
class LinkedReview:
    """A review, and the finding of a current evaluation that it acts on; empty where a later one acts, or nothing."""

    review: Review
    acts_on: str = ""


class Reviews(Protocol):
    """Verdicts of people. Every one is kept, and written into the audit log with the scores before and after."""

    def give(self, asked: Asked, call_id: str, finding_id: str, given: VerdictToGive) -> Review | None:
        """Says it about a finding of a current evaluation, and scores the call accordingly; None where there is none.

        The same said again by the same person is the review that is there.

        Raises:
            UsageError: `reason_empty`; `reviewed_meanwhile`: another review acts than the one expected;
                `nothing_to_withdraw`.
            RecordingError: `call_deleted`: what was said in the call is gone.
        """

    def of_call(self, asked: Asked, call_id: str) -> Sequence[LinkedReview] | None:
        """Every verdict about a call, newest first."""

    def tallies(self, rules: Collection[str]) -> Mapping[str, Mapping[str, Tally]]:
        """What people last said about each finding of these rules, in the whole centre; not of rules without any.

        By the digest of the rulebook that found it; the digest is empty where the evaluation is gone.
        """


class Alerts(Protocol):
    """Alerts of judged calls."""

    def page(self, asked: Asked, wanted: AlertFilter, *, limit: int, before: str) -> Sequence[Alert]:
        """The newest alerts of calls that may be seen."""

    def handle(self, asked: Asked, alert_id: str, state: AlertState, note: str) -> Alert | None:
        """Acknowledges or dismisses an alert; None where it is not to be seen.

        Raises:
            UsageError: `alert_handled`: somebody did so before.
        """
