"""Why a condition has no hit: down its tree, to the parts that do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Every,
    Lacking,
    Nearby,
    Repeated,
    Steps,
    Tagged,
)
from qa_service.rules.each import asked_of, lacking
from qa_service.rules.hit import Hit
from qa_service.rules.match import asks_every, beside, hits
from qa_service.rules.steps import faults
from qa_service.usecases.why.around import apart, in_the_way
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST, Clue, at_s, quote_of, under
from qa_service.usecases.why.leaf import unmet

#: What says no more than that there was nothing.
_EMPTY = frozenset({"not_said", "no_match", "nothing", "nothing_alike", "not_asked"})


@dataclass(frozen=True, slots=True)
class Walk:
    """Asks the same questions as rules.match, and tells where the answer is no."""

    bench: Bench

    def missing(self, condition: Condition) -> list[Clue]:
        """Why the condition has no hit in the example; empty where it has one."""
        if self._hits(condition):
            return []
        match condition:
            case Tagged():
                return unmet(self.bench, condition)
            case AllOf():
                return self._all(condition)
            case AnyOf():
                return self._any(condition)
            case Repeated():
                return self._repeated(condition)
            case Capped() | Nearby() | Lacking():
                return self.missing(condition.what)
        return self._of_many(condition)

    def _of_many(self, condition: Absent | Every | Steps) -> list[Clue]:
        match condition:
            case Absent():
                return self._absent(condition)
            case Every():
                return self._every(condition)
            case Steps():
                return list(self._steps(condition))

    def _hits(self, condition: Condition) -> list[Hit]:
        self.bench.scene.work.begin()
        return hits(condition, self.bench.scene)

    def _all(self, condition: AllOf) -> list[Clue]:
        first, *others = condition.parts
        found = self._hits(first)
        if not found:
            return self.missing(first)
        for part in sorted(others, key=asks_every):
            self.bench.scene.work.begin()
            left = beside(found, part, self.bench.scene)
            if not left:
                return under(_there(first, found), self._beside(found, part))
            found = left
        return []

    def _beside(self, found: Sequence[Hit], part: Condition) -> list[Clue]:
        """Why a part does not hold beside any of the hits."""
        if isinstance(part, Lacking):
            return in_the_way(self.bench, found, part, self._hits(part.what))
        if not isinstance(part, Nearby):
            return self.missing(part) or [Clue.of("only_itself", about=part)]
        around = self._hits(part.what)
        if not around:
            return under(Clue.of("none_beside", about=part), self.missing(part.what))
        return apart(self.bench, found, part, around)

    def _any(self, condition: AnyOf) -> list[Clue]:
        """Each part for itself; those of which there is something to say, if there are any."""
        told = [(part, self.missing(part)) for part in condition.parts]
        near = [(part, clues) for part, clues in told if not all(clue.code in _EMPTY for clue in clues)]
        if len(condition.parts) == 1:
            return told[0][1]
        shown = [clue for _, clues in (near or told)[:MOST] for clue in clues]
        left = len(condition.parts) - len((near or told)[:MOST])
        rest = [Clue.of("and_others", count=left)] if left else []
        return under(Clue.of("none_of", count=len(condition.parts)), [*shown, *rest])

    def _repeated(self, condition: Repeated) -> list[Clue]:
        found = self._hits(condition.what)
        if not found:
            return self.missing(condition.what)
        said = " / ".join(quote_of(hit.anchor) for hit in found[:MOST])
        return [
            Clue.of("too_few", about=condition.what, count=len(found), least=condition.at_least, quote=said)
        ]

    def _absent(self, condition: Absent) -> list[Clue]:
        scene = self.bench.scene
        if scene.edge_utterance(condition.role, condition.scope) is None:
            return [Clue.of("never_spoke", about=condition, role=condition.role.value)]
        if isinstance(condition.what, Every):
            return [
                Clue.of("every_has", about=condition.what.what, count=len(asked_of(condition.what, scene)))
            ]
        return [
            Clue.of("was_said", about=condition.what, quote=quote_of(hit.anchor), seconds=at_s(hit.anchor))
            for hit in self._hits(condition.what)[:MOST]
        ]

    def _every(self, condition: Every) -> list[Clue]:
        scene = self.bench.scene
        if not asked_of(condition, scene):
            return [Clue.of("none_asked", about=condition, count=condition.min_chars)]
        without = lacking(condition, self._hits(condition.what), scene)
        return [Clue.of("has_none", about=condition.what, quote=one.text) for one in without[:MOST]]

    def _steps(self, condition: Steps) -> Iterator[Clue]:
        """The way through the steps: where each was said, and how branches were taken."""
        self.bench.scene.work.begin()
        course = faults(condition, self.bench.scene, hits).course
        if not course:
            yield Clue.of("steps_unasked", about=condition)
        for passed in course:
            if passed.hit is None:
                yield Clue.of("step_skipped" if passed.title else "not_answered", step=passed.title)
                continue
            said, seconds = quote_of(passed.hit.anchor), at_s(passed.hit.anchor)
            yield Clue.of(
                "step_done" if passed.title else "answered", step=passed.title, quote=said, seconds=seconds
            )


def _there(part: Condition, found: Sequence[Hit]) -> Clue:
    """What was hit, before something beside it was missing."""
    said = " / ".join(filter(None, (quote_of(hit.anchor) for hit in found[:MOST])))
    return Clue.of("there" if said else "there_unquoted", about=part, quote=said)
