"""rescore step: what one process does for a run, from taking its turn to writing down what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa_service.core.errors import EnvelopeError, QaError
from qa_service.core.rescores import Rescore, Step, Turn
from qa_service.core.routing import BookRef
from qa_service.pipeline.diff import Again, Outcome
from qa_service.ports.rescore_work import Applied, Compared, RescoreStore, ToJudge
from qa_service.rulebook.book import Bundle
from qa_service.usecases.judge_again import GONE, NEVER_JUDGED, NOT_MEASURED, JudgeAgain
from qa_service.usecases.judgement import Judgement
from qa_service.usecases.rescore import Rescoring
from qa_service.usecases.rescored_file import pack_diff

#: Judging broke off on one call: it is left out, and the others are judged.
BROKE_OFF = "broke_off"
#: Something else judged the call since it was compared.
JUDGED_MEANWHILE = "judged_meanwhile"
#: The same rulebook judges otherwise than when the call was compared: what was approved is not what would be kept.
JUDGED_OTHERWISE = "judged_otherwise"
#: Documents that are held before they are written.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class RescoreStep:
    """Safe to repeat: what a step that was not ended has left is not done again."""

    store: RescoreStore
    bundle: Callable[[BookRef], Bundle]
    #: With the rulebook of a run.
    again: Callable[[BookRef], JudgeAgain]
    judgement: Judgement

    def do(self, turn: Turn) -> Mapping[str, int]:
        """Does it; answers what the log says of it.

        Raises:
            Fenced: the step is not ours any more, or nobody wants it.
        """
        match turn.step:
            case Step.CHOOSE:
                self.store.choose(turn)
                return {}
            case Step.COMPARE:
                return self._compare(turn)
            case Step.COUNT:
                return self._count(turn)
            case Step.APPLY:
                return self._apply(turn)
            case Step.END:
                return {fate.value: calls for fate, calls in self.store.ended(turn).items()}

    def _compare(self, turn: Turn) -> Mapping[str, int]:
        run = self.store.run(turn)
        again = self.again(_book(run))
        against = (
            self.again(BookRef(run.against_name.partition("@")[0], run.against)) if run.against else None
        )
        made = [_compared(again, one, against) for one in self.store.to_judge(turn, run.rulebook)]
        self.store.compared(turn, made)
        return {"calls": len(made), "left_out": sum(bool(one.left_out) for one in made)}

    def _count(self, turn: Turn) -> Mapping[str, int]:
        run, left_out, counted = self.store.run(turn), self.store.left_out(turn.run_id), Rescoring()
        for again in self.store.proposals(turn.run_id):
            counted.add(again)
        # Of calls that were chosen and deleted since, nothing is left.
        gone = (run.total or 0) - counted.calls - sum(left_out.values())
        for why, calls in {**left_out, GONE: gone}.items():
            counted.leave_out(why, calls)
        self.store.counted(turn, pack_diff(counted.diff()))
        return {"calls": counted.calls}

    def _apply(self, turn: Turn) -> Mapping[str, int]:
        run = self.store.run(turn)
        bundle, chosen = self.bundle(_book(run)), self.store.chosen(turn)
        left = dict(chosen)
        some: list[Applied] = []
        for one in self.store.to_judge(turn, run.rulebook):
            if one.call.id in left:
                some.append(self._applied(bundle, one, *left.pop(one.call.id)))
            if len(some) == _AT_ONCE:
                self.store.apply(turn, some)
                some = []
        gone = (Applied(call_id, former_id, None, GONE) for call_id, (former_id, _) in left.items())
        self.store.apply(turn, [*some, *gone])
        self.store.applied(turn)
        return {"calls": len(chosen)}

    def _applied(self, bundle: Bundle, one: ToJudge, former_id: str, again: Again) -> Applied:
        """Judged in full: what people read of a call is made when it counts."""
        if one.measures is None or one.former is None or one.former.id != former_id:
            return Applied(one.call.id, former_id, None, JUDGED_MEANWHILE)
        try:
            judged = self.judgement.of(bundle, one.measures(), one.call, one.former.jurisdiction)
        except QaError:
            return Applied(one.call.id, former_id, None, BROKE_OFF)
        if Outcome.kept(judged.document) != again.change.after:
            return Applied(one.call.id, former_id, None, JUDGED_OTHERWISE)
        return Applied(one.call.id, former_id, judged)


def _book(run: Rescore) -> BookRef:
    return BookRef(run.rulebook, run.digest)


def _compared(again: JudgeAgain, one: ToJudge, against: JudgeAgain | None = None) -> Compared:
    call, former, measures = one.call, one.former, one.measures
    if measures is None:
        return Compared(call.id, left_out=NOT_MEASURED)
    if former is None:
        return Compared(call.id, left_out=NEVER_JUDGED)
    try:
        kept, ready = again.known(one, former)
        if against is not None:
            former, kept = against.instead(call, lambda: measures().call, former, kept), kept.without_standing
        judged = again.one(call, lambda: measures().call, former, kept)
    except EnvelopeError:  # damaged, or a newer version's
        return Compared(call.id, left_out=NOT_MEASURED)
    except QaError:
        return Compared(call.id, left_out=BROKE_OFF)
    return Compared(call.id, former.id, judged, ready=ready)
