"""quick: what stands of a stored call by one rulebook, by the shortest way that is sure to know it.

From what stood before, where the rulebooks differ in plain rules; else from the call as it was made ready; else by
`judge`, from its measurements. All three come to the same (tests/usecases/test_quick.py), and none asks for sound, a
recogniser, a tokeniser or a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from qa_service.core.measured import MeasuredCall
from qa_service.pipeline.fast.again import Again
from qa_service.pipeline.fast.change import change_between
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import judge
from qa_service.rulebook.book import Rulebook
from qa_service.usecases import ready_file, standing_file
from qa_service.usecases.analyze import Analyst, Request

#: The ways, by what they go by.
UNTOUCHED, CHANGED, READY, JUDGED = "untouched", "changed", "ready", "judged"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store keeps of a call for whoever judges it again. What is missing or too old is done without."""

    #: By usecases.ready_file, with the key that its `key_of` gives now.
    ready: bytes | None = None
    #: By usecases.standing_file, of the same call as it is now.
    standing: bytes | None = None


NOTHING_KEPT = Kept()


def no_book(digest: str) -> Rulebook | None:  # noqa: ARG001
    """Knows none."""
    return None


@dataclass(slots=True)
class QuickJudge:
    """Judges stored calls with one rulebook. What it remembers hangs on rulebooks, never on calls."""

    analyst: Analyst
    book: Rulebook
    #: The rulebooks that judged before, by their digests; None where one is gone.
    former: Callable[[str], Rulebook | None] = no_book
    #: How many calls went which way.
    ways: Counter[str] = field(default_factory=Counter)
    _engine: Engine = field(init=False)
    _again: dict[str, tuple[Again, str] | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.book = self.analyst.interpreter.book(self.book)
        self._engine = Engine(self.book, self.analyst.policy.max_cer)

    def standing(self, request: Request, kept: Kept, measured: Callable[[], MeasuredCall]) -> Standing:
        """What stands of a call; its measurements are asked for only where nothing quicker knows."""
        found = self._from_before(request, kept) or self._from_ready(request, kept)
        if found is not None:
            return found
        case = self.analyst.case(measured(), request)
        judged = judge(case, self.book, max_cer=self.analyst.policy.max_cer)
        return self._gone(JUDGED, Standing.of(judged))

    def _from_before(self, request: Request, kept: Kept) -> Standing | None:
        if kept.ready is None or kept.standing is None:
            return None
        before = standing_file.unpack(kept.standing)
        again = before and self._changes(before[0].outcome.digest)
        if not before or not again or again[1] != before[1]:
            return None
        with suppress(ready_file.NotReadyError):
            scanned = ready_file.front(kept.ready)
            quiet = again[0].untouched(scanned, before[0])
            if quiet is not None:
                return self._gone(UNTOUCHED, quiet)
            call = ready_file.unpack(kept.ready, scanned)
            found = again[0].standing(call, request.envelope, before[0], request.jurisdiction)
            return found and self._gone(CHANGED, found)
        return None

    def _from_ready(self, request: Request, kept: Kept) -> Standing | None:
        if kept.ready is None or self._engine.fast is None:
            return None
        with suppress(ready_file.NotReadyError):
            call = ready_file.unpack(kept.ready)
            found = self._engine.standing(call, request.envelope, request.jurisdiction)
            return found and self._gone(READY, found)
        return None

    def _changes(self, digest: str) -> tuple[Again, str] | None:
        """What the rulebook changed in the one that judged, and with which detectors that one judges today."""
        if digest not in self._again:
            former = self.former(digest)
            change = former and change_between(self.analyst.interpreter.book(former), self.book)
            known = (
                (Again(change, self.analyst.policy.max_cer), standing_file.made_with(change.former))
                if change
                else None
            )
            self._again[digest] = known
        return self._again[digest]

    def _gone(self, way: str, found: Standing) -> Standing:
        self.ways[way] += 1
        return found
