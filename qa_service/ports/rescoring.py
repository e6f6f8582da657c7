"""Judging stored calls again: what was made of them before, and the runs that people begin and decide about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa_service.core.people import Asked
from qa_service.core.rescore_plans import PlanToKeep, RescorePlan
from qa_service.core.rescores import Choice, Fate, Pace, Rescore, Selection, Volume
from qa_service.core.reviews import Verdict
from qa_service.pipeline.diff import Again, Outcome
from qa_service.pipeline.rescored import Diff
from qa_service.rulebook.book import Bundle


@dataclass(frozen=True, slots=True)
class Former:
    """The machine's evaluation that stands, without what people said of it; their verdicts beside it."""

    id: str
    #: The name of the rulebook that judged; its digest stands in the outcome.
    rulebook: str
    outcome: Outcome
    #: By the ids of its findings.
    verdicts: Mapping[str, Verdict]
    #: Whose law the call stands under by the routing table in force.
    jurisdiction: str
    #: What stands of it, to be judged by a rulebook like it (usecases/again_keys.py); empty for those of before.
    standing: bytes = b""


@dataclass(frozen=True, slots=True)
class RescoredCall:
    """A call of a run, as a list of its calls shows it."""

    again: Again
    fate: Fate
    #: Why it was not applied; empty else.
    reason: str


class Rescores(Protocol):
    """Runs of re-scoring. Nobody sees a run that reaches beyond the calls they see: it is not there."""

    def begin(
        self,
        asked: Asked,
        bundle: Bundle,
        wanted: Selection,
        volume: Volume,
        *,
        is_draft: bool = False,
        starts_at: datetime | None = None,
        against: Bundle | None = None,
    ) -> Rescore:
        """Begins a run; processes choose its calls and compare them. The rulebook stays what it is now.

        Raises:
            UsageError: `too_many_rescores`.
        """

    def page(self, asked: Asked, *, limit: int = 50, before: datetime | None = None) -> Sequence[Rescore]:
        """The newest runs first."""

    def find(self, asked: Asked, run_id: str) -> Rescore | None:
        """A run, and how far it is."""

    def pace(self, run: Rescore) -> Pace:
        """How fast it goes."""

    def fates(self, run: Rescore) -> Mapping[Fate, int]:
        """How many of its calls came to what."""

    def diff(self, run: Rescore) -> Diff | None:
        """What is different; None before all calls are compared."""

    def calls(
        self, run: Rescore, *, changed: bool = False, limit: int = 50, offset: int = 0
    ) -> Sequence[RescoredCall]:
        """Its calls, those that change most first."""

    def remeasure(self, asked: Asked, run_id: str) -> int | None:
        """Has those calls heard again that were left out because they have no measurements; answers how many."""

    def pause(self, asked: Asked, run_id: str) -> Rescore | None:
        """No more chunks are begun. This and the next ones raise UsageError `rescore_state` at the wrong time."""

    def resume(self, asked: Asked, run_id: str) -> Rescore | None:
        """Goes on; also with a run that broke off."""

    def cancel(self, asked: Asked, run_id: str) -> Rescore | None:
        """Stops it for good; what was applied by then stays applied."""

    def discard(self, asked: Asked, run_id: str, note: str) -> Rescore | None:
        """Nothing of it counts; what was different can still be read."""

    def approve(self, asked: Asked, run_id: str, note: str, choice: Choice) -> Rescore | None:
        """The new evaluations of the chosen calls become theirs; processes do it.

        Raises:
            UsageError: `own_rescore`: who began a run does not approve it; `rescore_by_draft`: nobody published the
                rulebook, or it was retired.
        """


class RescorePlans(Protocol):
    """Runs that come again. Nobody sees a plan that reaches beyond the calls they see: it is not there."""

    def all(self, asked: Asked) -> Sequence[RescorePlan]:
        """By name."""

    def keep(self, asked: Asked, name: str, wanted: PlanToKeep) -> RescorePlan | None:
        """Keeps a plan in place of the one before; None where that one is not to be seen.

        Raises:
            UsageError: it is no time as cron writes it, or there are too many.
        """

    def drop(self, asked: Asked, name: str) -> bool:
        """Throws a plan away; answers whether there was one."""
