"""Phrases: wordings that a rule looks for, with who said them and in what sense.

One detector holds the phrases of all rules, so that an utterance is read once however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.allowance import SENSED, Allowance
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.groups import Reach, Spot, groups
from qa_service.detectors.phrase_index import (
    EXACT_CONFIDENCE,
    FoundPlace,
    PhraseIndex,
    PhraseRule,
    phrase_index,
)
from qa_service.text.context import has_sense
from qa_service.text.normalize import Folded, fold
from qa_service.text.phrases import PhraseHit

__all__ = ["EXACT_CONFIDENCE", "PhraseRule", "Phrases", "PhrasesRun", "Said"]

#: So many pairs of places are held against one another in the time that one place takes.
_PAIRS = 8


class Said(NamedTuple):
    """Where one rule's phrases were said in an utterance, and meant."""

    #: Of the detector's rules.
    which: int
    rule: PhraseRule
    spots: Sequence[Spot]
    meant: Sequence[FoundPlace]

    def tags(self, heard: Utterance, folded: Folded) -> Iterator[Tag]:
        """One per place."""
        for spot in self.spots:
            yield _tag(self.rule, heard, folded.origin(spot.start, spot.end), spot, self.meant)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Tags every phrase of every rule; per rule and utterance the longest hits that do not overlap."""

    name: ClassVar[str] = "phrases"
    version: ClassVar[str] = "3"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    rules: tuple[PhraseRule, ...] = ()

    def __post_init__(self) -> None:
        phrase_index(self.rules)  # a phrase without words is refused here, not in the middle of a call

    @property
    def labels(self) -> tuple[str, ...]:
        """Every rule's label, once."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    @property
    def index(self) -> PhraseIndex:
        """What its runs look things up in."""
        return phrase_index(self.rules)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return PhrasesRun(self.index) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class PhrasesRun:
    """Judges every utterance by itself; remembers only how much each rule has found."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    index: PhraseIndex
    allowance: Allowance = field(default_factory=Allowance)

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag per rule and place, in the order of the rules."""
        if not isinstance(event, Utterance) or event.unreliable or not event.text:
            return
        folded = fold(event.text)
        self.allowance.hear(len(folded.text))
        for said in self.said(event, folded):
            yield from said.tags(event, folded)
        yield from self.allowance.tell(event, f"{Phrases.name}@{Phrases.version}")

    def said(
        self, heard: Utterance, folded: Folded, places: Sequence[PhraseHit] | None = None
    ) -> Iterator[Said]:
        """What was said of each rule that listens to whoever spoke, in the order of the rules.

        `places` are where something is written that is looked for (by `PhraseIndex.written`), where that is known.
        """
        barred: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for which, found in sorted(self.index.find(folded, barred, self.allowance, places).items()):
            rule, owner = self.index.rules[which], self.index.owners[which]
            if rule.concerns(heard.role):
                if not self.allowance.take(owner, _cost(rule, len(found), len(barred.get(which, ())))):
                    continue
                meant = [one for one in found if _is_meant(rule, heard, one)]
                spots = [self.index.spot(one) for one in meant]
                spots.sort()
                if rule.at_least > 1 or rule.none:
                    reach = Reach(rule.window, folded.stops)
                    spots = list(groups(spots, at_least=rule.at_least, reach=reach, barred=barred[which]))
                if spots:
                    yield Said(which, rule, spots, meant)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def _cost(rule: PhraseRule, places: int, barred: int) -> float:
    """What so many places take of the rule's allowance; where places are held against one another, each pair counts."""
    alone = places * (SENSED if rule.unless or rule.whole_words else 1)
    together = places * (places + barred) if rule.at_least > 1 or rule.none else 0
    return alone + together / _PAIRS


def _is_meant(rule: PhraseRule, heard: Utterance, found: FoundPlace) -> bool:
    """Whether it is said as words of their own, and in a sense that counts.

    What was heard wrongly has no words of its own: that it is no part of others is asked before (text.mending).
    """
    start, end = found.hit.start, found.hit.end
    if rule.whole_words and found.is_exact and not _is_whole(heard, found.folded.origin(start, end)):
        return False
    return not has_sense(found.folded, start, end, rule.unless)


def _is_whole(utterance: Utterance, said: tuple[int, int]) -> bool:
    """Whether the characters begin and end at borders of words; yes where words were not measured."""
    borders = utterance.tokens
    return not borders or (said[0] in borders and (said[1] in borders or said[1] >= len(utterance.text)))


def _tag(
    rule: PhraseRule, utterance: Utterance, said: tuple[int, int], spot: Spot, found: Iterable[FoundPlace]
) -> Tag:
    evidence = Evidence.said(utterance, *said)
    return Tag(
        evidence=(evidence,),
        label=rule.label,
        detector=f"{Phrases.name}@{Phrases.version}",
        confidence=spot.confidence,
        because=_because(evidence.quotes[0].text, spot, found),
        speaker=utterance.speaker,
        role=utterance.role,
    )


def _because(quote: str, spot: Spot, found: Iterable[FoundPlace]) -> Reason:
    """That it was said; of what only sounds like it, what it was taken for."""
    for one in found:
        start, end = one.hit.start, one.hit.end
        if not one.is_exact and spot.start <= start and end <= spot.end:
            return Reason.of("words.heard_as", quote=quote, word=one.folded.text[start:end])
    return Reason.of("phrases.exact", quote=quote)
