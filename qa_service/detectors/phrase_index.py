"""What phrase rules look for, and where it stands in a text: one index for the phrases of all rules.

Not a detector; `detectors.phrases` and what judges stored calls again look things up in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from qa_service.core.per_object import per_object
from qa_service.core.speech import Role
from qa_service.detectors.allowance import Allowance, rule_of
from qa_service.detectors.by_sound import EXACT, BySound, Tolerance, check_tolerance
from qa_service.detectors.groups import ANYWHERE, Spot, Window
from qa_service.text.context import Context
from qa_service.text.normalize import Folded
from qa_service.text.phrases import PhraseHit, PhraseScanner, longest

#: The words are there; what remains is irony, a misheard word, a sense that context rules do not know.
EXACT_CONFIDENCE = 0.95
#: Something that says nothing stands between the words.
_BROKEN = 0.9
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


class FoundPlace(NamedTuple):
    """A place, how sure it is that the phrase was said there, and the text in which it was found."""

    hit: PhraseHit
    confidence: float
    folded: Folded
    is_exact: bool


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
        # Of a list of 100,000, all by sound, the second finder would be the first once more.
        is_all = self._near == self._exact and not self._barred
        sounding = [rules[rule].any[at] for rule, at in self._near]
        self._near_phrases = self._phrases if is_all else PhraseScanner(sounding)
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
    ) -> dict[int, list[FoundPlace]]:
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
                FoundPlace(hit, _BROKEN if hit.is_broken else EXACT_CONFIDENCE, folded, True)
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

    def spot(self, found: FoundPlace) -> Spot:
        """The place, with the one of its rule's phrases that it is."""
        which = (self._exact if found.is_exact else self._near)[found.hit.which][1]
        return Spot(found.hit.start, found.hit.end, which, found.confidence)

    def _add_by_sound(self, found: dict[int, list[FoundPlace]], folded: Folded, allowance: Allowance) -> None:
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
                        known.append(FoundPlace(hit, sure[rule, hit], heard.mended.folded, False))


def _tolerances(rules: Sequence[PhraseRule]) -> dict[int, Tolerance]:
    return {which: rule.sounds_like for which, rule in enumerate(rules)}


@per_object
def phrase_index(rules: tuple[PhraseRule, ...]) -> PhraseIndex:
    """The index of some rules, made when they are first read."""
    return PhraseIndex(rules)
