"""Phrases: wordings that a rule looks for, with who said them and in what sense.

One detector holds the phrases of all rules, so that an utterance is read once however many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.per_object import per_object
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.allowance import SENSED, Allowance, rule_of
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.by_sound import EXACT, BySound, Tolerance, check_tolerance
from qa_service.detectors.groups import ANYWHERE, Reach, Spot, Window, groups
from qa_service.text.context import Context, has_sense
from qa_service.text.normalize import Folded, fold
from qa_service.text.phrases import PhraseHit, PhraseScanner, longest

#: The words are there; what remains is irony, a misheard word, a sense that context rules do not know.
EXACT_CONFIDENCE = 0.95
#: Something that says nothing stands between the words.
_BROKEN = 0.9
#: So many pairs of places are held against one another in the time that one place takes.
_PAIRS = 8
#: So many places are seen in the time in which one is looked into; in an utterance with so few nobody counts them.
_GLANCES, _FEW = 4, 16


_KNOWN_SENSES = frozenset(str(sense) for sense in Context)


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """Emits `label` for every place where one of `any` is said, by `role` if one is given.

    `unless` names senses (text.context.Context) in which it does not count. `sounds_like` is `exact`, or
    `near` to find what sounds alike too, with lower confidence, or the confusions that count (text.pinyin.CONFUSIONS).
    `whole_words` wants the phrase to begin and end
    where jieba's words do, so that 媒体 is not found in 多媒体.

    With `at_least` above 1 that many different phrases have to stand together in one sentence, each within `window` of
    the first; a place with one of `none` in its window does not count.
    """

    label: str
    any: tuple[str, ...]
    role: Role | None = None
    unless: frozenset[str] = frozenset()
    sounds_like: Tolerance = EXACT
    whole_words: bool = False
    at_least: int = 1
    none: tuple[str, ...] = ()
    window: Window = ANYWHERE

    def __post_init__(self) -> None:
        if not 1 <= self.at_least <= len(set(self.any)):
            raise ValueError(f"{self.label}: {self.at_least} of {len(set(self.any))} phrases cannot be said")
        if unknown := self.unless - _KNOWN_SENSES:
            raise ValueError(f"{self.label}: no such sense: {', '.join(sorted(unknown))}")
        check_tolerance(self.label, self.sounds_like)

    def concerns(self, role: Role) -> bool:
        """Whether the rule listens to `role`; machines are nobody, and an unknown role is not a known one."""
        return role is not Role.SYSTEM and self.role in (None, role)


class _Found(NamedTuple):
    """A place, how sure it is that the phrase was said there, and the text in which it was found."""

    hit: PhraseHit
    confidence: float
    folded: Folded
    is_exact: bool


class Said(NamedTuple):
    """Where one rule's phrases were said in an utterance, and meant."""

    #: Of the detector's rules.
    which: int
    rule: PhraseRule
    spots: Sequence[Spot]
    meant: Sequence[_Found]

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
        _index(self.rules)  # a phrase without words is refused here, not in the middle of a call

    @property
    def labels(self) -> tuple[str, ...]:
        """Every rule's label, once."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    @property
    def index(self) -> PhraseIndex:
        """What its runs look things up in."""
        return _index(self.rules)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return PhrasesRun(self.index) if self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class _Unwanted:
    """What is written in ways that only the rules of `spent` look for."""

    owners_of: Sequence[Sequence[tuple[str, int]]]
    spent: Collection[str]

    def __contains__(self, written: object) -> bool:
        return isinstance(written, int) and all(owner in self.spent for owner, _ in self.owners_of[written])


class PhraseIndex:
    """Scanners over the phrases of all rules. Nothing in it changes; all calls share it."""

    def __init__(self, rules: tuple[PhraseRule, ...]) -> None:
        self.rules = rules
        #: What each rule is called that an operator belongs to (detectors.allowance).
        self.owners = tuple(rule_of(rule.label) for rule in rules)
        #: The rule, and which of its phrases.
        self._exact = [(rule, at) for rule, held in enumerate(rules) for at in range(len(held.any))]
        self._barred = [rule for rule, held in enumerate(rules) for _ in held.none]
        sought = (phrase for said in ("any", "none") for rule in rules for phrase in getattr(rule, said))
        self._owner_of = [self.owners[rule] for rule in (*(rule for rule, _ in self._exact), *self._barred)]
        self._phrases = PhraseScanner(list(sought))
        #: The rules that look for what is written in one way, and for how many of their phrases it stands.
        self._owners_of = [
            ((self._owner_of[held[0]], 1),)
            if len(held) == 1
            else tuple(Counter(self._owner_of[phrase] for phrase in held).items())
            for held in self._phrases.alike
        ]
        self._sounds = BySound(dict(enumerate(rule.any for rule in rules)), _tolerances(rules))
        self._near = [pair for pair in self._exact if pair[0] in set(self._sounds.rules)]
        self._near_phrases = PhraseScanner([rules[rule].any[at] for rule, at in self._near])
        self._near_owners = {self.owners[rule] for rule in self._sounds.rules}

    @property
    def is_written(self) -> bool:
        """Whether no rule listens for what only sounds like its phrases."""
        return not self._near_owners

    @property
    def written(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Every way in which a phrase is written (text.phrases), and the rules that it is of."""
        rules = [rule for rule, _ in self._exact] + self._barred
        return tuple(
            (text, tuple(dict.fromkeys(rules[phrase] for phrase in alike)))
            for text, alike in zip(self._phrases.written, self._phrases.alike, strict=True)
        )

    def find(
        self,
        folded: Folded,
        barred: defaultdict[int, list[tuple[int, int]]],
        allowance: Allowance,
        places: Sequence[PhraseHit] | None = None,
    ) -> dict[int, list[_Found]]:
        """Per rule, the places where it is said; `barred` takes those of what must not stand beside them.

        Nothing is found for rules whose allowance is spent, or is by so many places. `places` are where something is
        written that is looked for, where that is known.
        """
        said: defaultdict[int, list[PhraseHit]] = defaultdict(list)
        is_known_few = places is not None and len(places) <= _FEW and not allowance.spent
        sieve = None if is_known_few else partial(self._unwanted, allowance)
        for hit in self._phrases.scan(folded, sieve, places):
            if allowance.spent and self._owner_of[hit.which] in allowance.spent:
                continue
            if hit.which < len(self._exact):
                said[self._exact[hit.which][0]].append(hit)
            else:
                barred[self._barred[hit.which - len(self._exact)]].append((hit.start, hit.end))
        found = {
            rule: [
                _Found(hit, _BROKEN if hit.is_broken else EXACT_CONFIDENCE, folded, True)
                for hit in longest(hits)
            ]
            for rule, hits in said.items()
        }
        if not self._near_owners <= allowance.spent:
            self._add_by_sound(found, folded, allowance)
        return found

    def _unwanted(self, allowance: Allowance, places: Sequence[int]) -> Container[int]:
        """What only rules look for of which there is more in one utterance than they may find."""
        if len(places) > _FEW:
            said: Counter[str] = Counter()
            for written in places:
                for owner, times in self._owners_of[written]:
                    said[owner] += times
            for owner, times in said.items():
                allowance.take(owner, times / _GLANCES)
        return _Unwanted(self._owners_of, allowance.spent) if allowance.spent else ()

    def spot(self, found: _Found) -> Spot:
        """The place, with the one of its rule's phrases that it is."""
        which = (self._exact if found.is_exact else self._near)[found.hit.which][1]
        return Spot(found.hit.start, found.hit.end, which, found.confidence)

    def _add_by_sound(self, found: dict[int, list[_Found]], folded: Folded, allowance: Allowance) -> None:
        """Adds what only sounds like a phrase, where nothing better was found."""
        for heard in self._sounds.heard(folded, allowance, self.owners):
            said: defaultdict[int, list[PhraseHit]] = defaultdict(list)
            sure: dict[tuple[int, PhraseHit], float] = {}
            for hit in self._near_phrases.scan(heard.mended.folded):
                rule = self._near[hit.which][0]
                if rule not in heard.rules or self.owners[rule] in allowance.spent:
                    continue
                confidence = heard.confidence(rule, hit.start, hit.end)
                if confidence is not None:
                    said[rule].append(hit)
                    sure[rule, hit] = confidence
            for rule, hits in said.items():
                known = found.setdefault(rule, [])
                taken = {at for place in known for at in range(place.hit.start, place.hit.end)}
                for hit in longest(hits):
                    # `longest` leaves no two of its own that overlap.
                    if taken.isdisjoint(range(hit.start, hit.end)):
                        known.append(_Found(hit, sure[rule, hit], heard.mended.folded, False))


def _tolerances(rules: Sequence[PhraseRule]) -> dict[int, Tolerance]:
    return {which: rule.sounds_like for which, rule in enumerate(rules)}


@per_object
def _index(rules: tuple[PhraseRule, ...]) -> PhraseIndex:
    return PhraseIndex(rules)


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


def _is_meant(rule: PhraseRule, heard: Utterance, found: _Found) -> bool:
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
    rule: PhraseRule, utterance: Utterance, said: tuple[int, int], spot: Spot, found: Iterable[_Found]
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


def _because(quote: str, spot: Spot, found: Iterable[_Found]) -> Reason:
    """That it was said; of what only sounds like it, what it was taken for."""
    for one in found:
        start, end = one.hit.start, one.hit.end
        if not one.is_exact and spot.start <= start and end <= spot.end:
            return Reason.of("words.heard_as", quote=quote, word=one.folded.text[start:end])
    return Reason.of("phrases.exact", quote=quote)
