"""judge again: a stored call, by another rulebook, beside what was made of it before. From measurements alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from qa_service.core.alerts import AlertPolicy
from qa_service.core.measured import MeasuredCall
from qa_service.core.stored import StoredCall
from qa_service.pipeline.diff import Again, compare
from qa_service.ports.history import CallHistory
from qa_service.ports.rescore_work import ToJudge
from qa_service.ports.rescoring import Former
from qa_service.rulebook.book import Rulebook
from qa_service.usecases.again_keys import ready_key, ready_of, standing_in
from qa_service.usecases.analyze import Analyst, Request
from qa_service.usecases.known import known_of
from qa_service.usecases.quick import NOTHING_KEPT, Kept, QuickJudge, no_book

#: Why a call is left out.
GONE, NOT_MEASURED, NEVER_JUDGED = "gone", "not_measured", "never_judged"


@dataclass(frozen=True, slots=True)
class JudgeAgain:
    """Judges with one rulebook. No sound, no recogniser and no tokeniser is asked."""

    analyst: Analyst
    book: Rulebook
    #: When the rulebook with this name and digest alerts; None where it is gone.
    policies: Callable[[str, str], Mapping[str, AlertPolicy] | None]
    history: CallHistory | None = None
    #: The rulebooks that judged before, by their digests: a rulebook like one of them is asked only what is new in it.
    books: Callable[[str], Rulebook | None] = no_book
    quick: QuickJudge = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quick", QuickJudge(self.analyst, self.book, self.books))

    def known(self, one: ToJudge, former: Former) -> tuple[Kept, tuple[str, bytes] | None]:
        """What is kept of a call and still holds; and the call made ready, where that was not kept.

        Raises:
            EnvelopeError: it is not kept, and its measurements cannot be read.
        """
        policy = self.analyst.policy
        key = ready_key(one.name, one.call, policy)
        standing = standing_in(former.standing, key, former.jurisdiction, policy)
        if one.ready is not None and one.ready_key == key:
            return Kept(one.ready, standing), None
        if one.measures is None:
            return NOTHING_KEPT, None
        made = ready_of(self.analyst.case(one.measures().call, Request.of_stored(one.call)))
        return Kept(made, standing), (key, made)

    def instead(
        self, call: StoredCall, measured: Callable[[], MeasuredCall], former: Former, kept: Kept
    ) -> Former:
        """What this rulebook makes of a call, in place of what was made of it before."""
        found = self.quick.standing(self._request(call, former), kept, measured)
        return replace(former, rulebook=self.book.name, outcome=found.outcome, standing=b"")

    def one(
        self,
        call: StoredCall,
        measured: MeasuredCall | Callable[[], MeasuredCall],
        former: Former,
        kept: Kept = NOTHING_KEPT,
    ) -> Again:
        """Both verdicts on a call. With what was `kept` of it, its measurements are hardly ever asked for."""
        request = self._request(call, former)
        before = former.outcome
        after = self.quick.standing(
            request, kept, measured if callable(measured) else lambda: measured
        ).outcome
        known = self.policies(former.rulebook, before.digest)
        alerts = (None if known is None else before.alerts(known), after.alerts(self.book.alerts))
        return Again(call.id, call.team, compare(before, after), alerts, former.verdicts)

    def _request(self, call: StoredCall, former: Former) -> Request:
        return replace(
            Request.of_stored(call),
            rulebook=self.book,
            jurisdiction=former.jurisdiction,
            history=known_of(self.history, call, self.book),
        )
