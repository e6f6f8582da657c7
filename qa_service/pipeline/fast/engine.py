"""The fast engine: a ready call + a rulebook → what stands of it. Always what `judge` makes of the same call.

It says None where it cannot know that: the caller then judges the whole call. The property tests hold it against
`judge` over packs, sample calls, random calls and random books (tests/pipeline/test_fast_engine.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qa_service.core.calls import Clocks, Envelope
from qa_service.core.part_scores import PartScore
from qa_service.pipeline.diff import Found, Outcome
from qa_service.pipeline.fast.book import FastBook, fast_book
from qa_service.pipeline.fast.held import Held, Holding, Told
from qa_service.pipeline.fast.listening import Ear, Heard
from qa_service.pipeline.fast.ready import About, ReadyCall, ReadyLeg
from qa_service.pipeline.fast.sieve import NOTHING, Sieved
from qa_service.pipeline.fast.standing import Blocked, Standing, in_no_part
from qa_service.rulebook.book import Rulebook
from qa_service.rules.find import Certainty, of_rule
from qa_service.rules.scene import Scene
from qa_service.rules.work import Work
from qa_service.scoring.tally import Counted, Tally

#: So many kinds of calls are remembered.
_MOST = 256


class NeedsJudgeError(Exception):
    """Only `judge` knows what comes of the call. Never leaves the package."""


class Part(NamedTuple):
    """One leg, answered."""

    leg: ReadyLeg
    found: Sequence[Found]
    held: Held


@dataclass(slots=True)
class Engine:
    """Judges stored calls with one rulebook. What it remembers is only ever the same again."""

    book: Rulebook
    max_cer: float = 0.20
    #: None where the rulebook asks for more than phrases.
    fast: FastBook | None = field(init=False)
    _holding: Holding | None = field(init=False)
    _ears: dict[About, Ear] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.fast = fast_book(self.book)
        self._holding = None if self.fast is None else Holding(self.fast)

    def standing(self, call: ReadyCall, envelope: Envelope, jurisdiction: str = "") -> Standing | None:
        """What stands of the call; None where only `judge` knows."""
        if self._holding is None or not call.is_plain:
            return None
        try:
            return self._standing(call, Told(envelope, jurisdiction), self._holding)
        except NeedsJudgeError:
            return None

    def _standing(self, call: ReadyCall, told: Told, holding: Holding) -> Standing:
        fast, legs = holding.fast, call.legs
        sieved = fast.sieve.sift(call) if legs and "words" in call.about.parts else NOTHING
        parts = []
        for leg in legs:
            held = holding.of(call, leg, told)
            inside = [line for line in sieved.lines if leg.first <= line < leg.stop]
            found = self._found((call, leg, held), Sieved(inside, sieved.places)) if inside else []
            parts.append(Part(leg, found, held))
        return standing_of(call.status, self.book.digest, fast.tally, parts)

    def _found(self, where: tuple[ReadyCall, ReadyLeg, Held], sieved: Sieved) -> list[Found]:
        call, leg, held = where
        ear = self.ear(call.about)
        heard = ear.listen(call, leg, sieved.lines, held.unasked, sieved)
        if heard.is_too_much:
            raise NeedsJudgeError
        return heard.found + self._of_tags(heard, leg, held, ear.certainty) if heard.tags else heard.found

    def _of_tags(self, heard: Heard, leg: ReadyLeg, held: Held, certainty: Certainty) -> list[Found]:
        """What rules find that are not plain."""
        if self.fast is None:
            raise NeedsJudgeError
        scene = Scene(leg.leg, heard.quoted, set(heard.tags))
        scene.work = Work(leg.said)
        index = self.fast.index
        awake = sorted(index.woken(scene.labels) - held.unasked)
        if not self.fast.local.issuperset(awake):
            raise NeedsJudgeError
        found = [one for at in awake for one in of_rule(index.rules[at], scene, certainty)]
        if scene.too_costly:
            raise NeedsJudgeError
        return [Found(one.id, one.rule, one.span, one.needs_human) for one in found]

    def ear(self, about: About) -> Ear:
        """How it listens in such calls."""
        known = self._ears.get(about)
        if known is None and self.fast is not None:
            if len(self._ears) >= _MOST:
                self._ears.clear()
            certainty = certainty_of(about, self.max_cer)
            known = self._ears[about] = Ear.of(self.fast.phrases, self.fast.plain, certainty)
        if known is None:
            raise NeedsJudgeError
        return known


def certainty_of(about: About, max_cer: float) -> Certainty:
    """What the machine must be sure of in such a call."""
    return Certainty(
        about.model,
        max_cer=max_cer,
        are_roles_doubted=about.are_roles_doubted,
        are_clocks_doubted=about.clocks is Clocks.DOUBTED,
    )


def standing_of(status: str, digest: str, tally: Tally, parts: Sequence[Part]) -> Standing:
    """Legs that were answered, put together for each agent, and scored."""
    found = sorted((one for part in parts for one in part.found), key=in_time)
    agents: dict[object, list[Part]] = {}
    for part in parts:
        agents.setdefault(part.leg.leg.agent_id or part.leg.leg.index, []).append(part)
    scores, blocked = [], list[Blocked]()
    for own in sorted(agents.values(), key=lambda own: own[-1].leg.leg.index):
        held = in_no_part([part.held.blocked for part in own])
        base = own[0].held.base if len(own) == 1 else tally.base(held)
        counted = [Counted(one.rule, one.needs_human) for part in own for one in part.found]
        is_whole = all(part.leg.is_whole for part in own)
        score, passed = tally.outcome(base, counted, is_whole=is_whole)
        scores.append(PartScore(own[-1].leg.leg.agent_id, score, passed))
        blocked.append(held)
    return Standing(Outcome(digest, status, tuple(scores), tuple(found)), tuple(blocked))


def in_time(one: Found) -> tuple[int, int, str]:
    """As an assessment orders its findings."""
    return (one.span.start_ms, one.span.end_ms, one.id)
