"""A call judged again by a rulebook that changed in a few plain rules: only these are asked, other findings stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.part_scores import PartScore
from qa_service.pipeline.diff import Found, Outcome
from qa_service.pipeline.fast.change import Change
from qa_service.pipeline.fast.engine import certainty_of, in_time
from qa_service.pipeline.fast.held import Told, facts_of
from qa_service.pipeline.fast.listening import Ear
from qa_service.pipeline.fast.ready import About, ReadyCall, ReadyLeg
from qa_service.pipeline.fast.sieve import FEW, NOTHING
from qa_service.pipeline.fast.standing import Blocked, Standing
from qa_service.pipeline.unanswered import held_up
from qa_service.scoring.tally import Base, Counted

#: So many places cost no rule more than it may find in any call (detectors.allowance).
_MOST_PLACES = 16
_MOST = 256


@dataclass(slots=True)
class Again:
    """Judges calls again that the former rulebook judged. What it remembers is only ever the same again."""

    change: Change
    max_cer: float = 0.20
    _ears: dict[About, Ear] = field(init=False, default_factory=dict)
    _bases: dict[frozenset[tuple[str, bool]], Base] = field(init=False, default_factory=dict)

    def untouched(self, text: bytes, former: Standing) -> Standing | None:
        """What stands of a call whose text holds nothing that the changed rules listen for; None where it may.

        `text` is what was packed to be scanned (usecases.ready_file.front), or the text alone.
        """
        change = self.change
        if not change.is_quiet or former.outcome.digest != change.former.digest or change.sieve.is_in(text):
            return None
        return Standing(_by(change.book.digest, former.outcome), former.blocked)

    def standing(
        self, call: ReadyCall, envelope: Envelope, former: Standing, jurisdiction: str = ""
    ) -> Standing | None:
        """What stands of any call that was judged as it is now; None where only all rules together know."""
        change = self.change
        if former.outcome.digest != change.former.digest or not call.is_plain:
            return None
        if not call.legs:
            return Standing(_by(change.book.digest, former.outcome), former.blocked)
        sieved = change.sieve.sift(call) if "words" in call.about.parts else NOTHING
        if len(call.legs) > 1 or sieved.total > _MOST_PLACES:
            return None
        if self._is_crowded(call, sieved.places):
            return None
        leg = call.legs[0]
        held = self._held(leg, facts_of(call, leg.leg, Told(envelope, jurisdiction)))
        unasked = frozenset(one.at for one in change.after.plain if held[one.rule.id] is not None)
        found = [one for one in former.outcome.found if one.rule not in change.rules]
        if sieved.lines:
            heard = self._ear(call.about).listen(call, leg, sieved.lines, unasked, None)
            if heard.is_too_much:
                return None
            found = sorted([*found, *heard.found], key=in_time)
        blocked = self._blocked(former.blocked[0], held, leg)
        return self._scored(former.outcome, leg, found, blocked)

    def _is_crowded(self, call: ReadyCall, lines: Iterable[int]) -> bool:
        """Whether a line has so many places that the detector looks at all rules together (detectors.phrases)."""
        whole, own = self.change.whole, self.change.sieve
        return any(whole.places(call, line) + own.places(call, line) > FEW for line in lines)

    def _held(self, leg: ReadyLeg, facts: CallFacts) -> dict[str, bool | None]:
        """Of the changed rules: whether what keeps it from being asked calls for a person; None where nothing does."""
        held = {one.rule.id: held_up(one.rule, facts, leg.unplaced, ()) for one in self.change.after.plain}
        return {name: None if why is None else why.undecided for name, why in held.items()}

    def _blocked(self, former: Blocked, held: dict[str, bool | None], leg: ReadyLeg) -> Blocked:
        kept = {rule: undecided for rule, undecided in former.items() if rule not in self.change.rules}
        kept |= {rule: undecided for rule, undecided in held.items() if undecided is not None}
        for rule in self.change.waiting if leg.is_waiting else ():
            if rule in held:
                kept.setdefault(rule, True)
        return kept

    def _scored(self, former: Outcome, leg: ReadyLeg, found: Collection[Found], blocked: Blocked) -> Standing:
        tally, key = self.change.tally, frozenset(blocked.items())
        base = self._bases.get(key)
        if base is None:
            if len(self._bases) >= _MOST:
                self._bases.clear()
            base = self._bases[key] = tally.base(blocked)
        counted = [Counted(one.rule, one.needs_human) for one in found]
        score, passed = tally.outcome(base, counted, is_whole=leg.is_whole)
        parts = (PartScore(leg.leg.agent_id, score, passed),)
        return Standing(Outcome(self.change.book.digest, former.status, parts, tuple(found)), (blocked,))

    def _ear(self, about: About) -> Ear:
        known = self._ears.get(about)
        if known is None:
            if len(self._ears) >= _MOST:
                self._ears.clear()
            after = self.change.after
            known = Ear.of(after.phrases, after.plain, certainty_of(about, self.max_cer))
            self._ears[about] = known
        return known


def _by(digest: str, outcome: Outcome) -> Outcome:
    return replace(outcome, digest=digest)
