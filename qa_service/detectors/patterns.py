"""Patterns: regular expressions that a rule looks for, with who said them and in what sense."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.per_object import per_object
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.allowance import SENSED, Allowance, rule_of
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.by_sound import EXACT, BySound, Reading, Tolerance, check_tolerance
from qa_service.text.context import Context, has_sense
from qa_service.text.normalize import Folded, fold
from qa_service.text.pattern_fold import fold_pattern
from qa_service.text.pattern_words import words_of_pattern
from qa_service.text.patterns import PatternHit, PatternScanner, in_order

#: As for phrases: the words are there. A pattern catches more than its author thought of.
PATTERN_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class PatternRule:
    """Emits `label` wherever `pattern` matches, by `role` if one is given, except in the senses of `unless`.

    `sounds_like` as for phrases: the words that the pattern is written with may have been heard wrongly.

    With `beside`, labels of other rules, only in utterances in which one of their patterns occurs.
    """

    label: str
    pattern: str
    role: Role | None = None
    unless: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    sounds_like: Tolerance = EXACT

    def __post_init__(self) -> None:
        check_tolerance(self.label, self.sounds_like)
        if unknown := self.unless - {str(sense) for sense in Context}:
            raise ValueError(f"{self.label}: no such sense: {', '.join(sorted(unknown))}")

    def concerns(self, role: Role) -> bool:
        """Whether the rule listens to `role`; machines are nobody, and an unknown role is not a known one."""
        return role is not Role.SYSTEM and self.role in (None, role)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Tags every match of every rule's pattern; matches of one rule do not overlap.

    Raises:
        RulebookError: on construction, for a pattern that a linear-time engine cannot run.
    """

    name: ClassVar[str] = "patterns"
    version: ClassVar[str] = "2"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    rules: tuple[PatternRule, ...] = ()

    def __post_init__(self) -> None:
        _ears(self.rules)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every rule's label, once."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        if not self.needs <= facts.parts:
            return Deaf()
        return PatternsRun(_ears(self.rules))


class _Ear(NamedTuple):
    """The rules that listen to one role; the others' would be looked for in vain."""

    rules: tuple[PatternRule, ...]
    scanner: PatternScanner
    #: The rule that each belongs to (detectors.allowance).
    owners: tuple[str, ...]
    sounds: BySound
    #: The patterns of the rules that are listened for by sound, by themselves; and which rule each is of.
    near: PatternScanner
    near_rules: tuple[int, ...]

    def by_sound(self, folded: Folded, allowance: Allowance) -> Iterator[tuple[PatternHit, Reading, float]]:
        """What matches the text as it was probably said, and nothing but what was put there."""
        for reading in self.sounds.heard(folded, allowance, self.owners) if self.near_rules else ():
            for hit in self.near.scan(reading.mended.folded):
                rule = self.near_rules[hit.which]
                if rule not in reading.rules or self.owners[rule] in allowance.spent:
                    continue
                sure = reading.confidence(rule, hit.start, hit.end)
                if sure is not None:
                    yield PatternHit(rule, hit.start, hit.end), reading, sure


@dataclass(frozen=True, slots=True)
class _Spent:
    """The patterns of rules that are listened for no more."""

    owners: Sequence[str]
    spent: Collection[str]

    def __contains__(self, which: object) -> bool:
        return isinstance(which, int) and self.owners[which] in self.spent


@per_object
def _ears(rules: tuple[PatternRule, ...]) -> Mapping[Role, _Ear]:
    heard = {role: tuple(rule for rule in rules if rule.concerns(role)) for role in Role}
    return {role: _ear(held) for role, held in heard.items()}


def _ear(rules: tuple[PatternRule, ...]) -> _Ear:
    tolerances = {which: rule.sounds_like for which, rule in enumerate(rules)}
    sounds = BySound(
        {i: words_of_pattern(fold_pattern(rule.pattern)) for i, rule in enumerate(rules)}, tolerances
    )
    return _Ear(
        rules,
        _scanner(rules),
        tuple(rule_of(rule.label) for rule in rules),
        sounds,
        PatternScanner([rules[which].pattern for which in sounds.rules]),
        sounds.rules,
    )


def _scanner(rules: Sequence[PatternRule]) -> PatternScanner:
    """Finds the rules' patterns, none of them in vain."""
    beside = {
        i: frozenset(j for j, other in enumerate(rules) if other.label in rule.beside)
        for i, rule in enumerate(rules)
        if rule.beside
    }
    return PatternScanner([rule.pattern for rule in rules], beside)


@dataclass(slots=True)
class PatternsRun:
    """Judges every utterance by itself; remembers only how much each rule has found."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    ears: Mapping[Role, _Ear]
    allowance: Allowance = field(default_factory=Allowance)

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag per match, in the order of the utterance."""
        if not isinstance(event, Utterance) or event.unreliable or not event.text:
            return
        folded, ear = fold(event.text), self.ears[event.role]
        self.allowance.hear(len(folded.text))
        exact = list(self._hits(ear, folded))
        for hit in exact:
            rule = ear.rules[hit.which]
            if not has_sense(folded, hit.start, hit.end, rule.unless):
                yield _tag(rule, event, folded.origin(hit.start, hit.end))
        yield from self._by_sound(ear, event, folded, exact)
        yield from self.allowance.tell(event, f"{Patterns.name}@{Patterns.version}")

    def _by_sound(
        self, ear: _Ear, event: Utterance, folded: Folded, exact: Sequence[PatternHit]
    ) -> Iterator[Tag]:
        """What only sounds like it, where nothing better was found; of one rule the first of what overlaps."""
        taken = list(exact)
        for hit, reading, sure in ear.by_sound(folded, self.allowance):
            rule = ear.rules[hit.which]
            if any(one.which == hit.which and _overlap(one, hit) for one in taken):
                continue
            taken.append(hit)
            if self.allowance.take(ear.owners[hit.which], SENSED) and not has_sense(
                reading.mended.folded, hit.start, hit.end, rule.unless
            ):
                yield _tag(
                    rule, event, folded.origin(hit.start, hit.end), (reading.words(hit.start, hit.end), sure)
                )

    def _hits(self, ear: _Ear, folded: Folded) -> Iterator[PatternHit]:
        """In the order of the utterance; a rule that finds more than it may finds nothing in it, nor later."""
        spent = _Spent(ear.owners, self.allowance.spent)
        found: list[PatternHit] = []
        for hits in ear.scanner.located(folded, spent):
            if not hits:
                continue
            which = hits[0].which
            if self.allowance.take(ear.owners[which], len(hits) * (SENSED if ear.rules[which].unless else 1)):
                found += hits
        return (hit for hit in in_order(found) if hit.which not in spent)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def _overlap(one: PatternHit, other: PatternHit) -> bool:
    return one.start < other.end and other.start < one.end


#: A pattern ends inside a word by so many characters at most; more is no word of Chinese.
_WITHIN_A_WORD = 3


def _whole_words(utterance: Utterance, start: int, end: int) -> tuple[int, int]:
    """The words that hold [start, end): 系统又不是我, where a pattern found 统又不是我."""
    words, length = utterance.tokens, len(utterance.text)
    if not words:
        return start, end
    first = bisect_right(words, start) - 1
    after = bisect_left(words, end)
    begins = words[first] if first >= 0 else start
    ends = words[after] if after < len(words) else length
    return (
        begins if start - begins <= _WITHIN_A_WORD else start,
        ends if ends - end <= _WITHIN_A_WORD else end,
    )


def _tag(
    rule: PatternRule, utterance: Utterance, said: tuple[int, int], near: tuple[str, float] | None = None
) -> Tag:
    """The tag of a match; `near` is what it was taken for, and how sure that is."""
    evidence = Evidence.said(utterance, *_whole_words(utterance, *said))
    quote = evidence.quotes[0].text
    word, sure = near or ("", PATTERN_CONFIDENCE)
    because = (
        Reason.of("words.heard_as", quote=quote, word=word)
        if near
        else Reason.of("patterns.match", quote=quote)
    )
    return Tag(
        evidence=(evidence,),
        label=rule.label,
        detector=f"{Patterns.name}@{Patterns.version}",
        confidence=sure,
        because=because,
        speaker=utterance.speaker,
        role=utterance.role,
    )
