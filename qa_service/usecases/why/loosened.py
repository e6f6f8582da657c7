"""What an operator on words would find with every restriction taken off, and which restriction takes what away.

The same detector runs: first with nothing but the words, then with one restriction at a time. What only the first
run finds was thrown out by that restriction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from qa_service.core.tags import Tag
from qa_service.detectors.groups import ANYWHERE
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import EXACT_CONFIDENCE, PhraseRule, Phrases
from qa_service.usecases.why.bench import Bench

#: Beyond so many phrases homophones are not looked for: making ready for them takes long.
_MOST_BY_SOUND = 2_000
_NOTHING: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where in the example: the id of the utterance and the characters."""

    utterance: str
    start: int
    end: int


class Rejected(NamedTuple):
    """What was there and does not count, with the restrictions that each would have thrown it out."""

    tag: Tag
    because: tuple[str, ...]


def rejected(bench: Bench, rule: PhraseRule | PatternRule) -> list[Rejected]:
    """Every place with the words, in the order of the call; one that nothing throws out has no reason."""
    loose = _loose(rule)
    found = {_place(tag): tag for tag in _tags(bench, loose)}
    if not found:
        return []
    reasons: dict[Place, list[str]] = {place: [] for place in found}
    for why, tight in _restrictions(rule, loose):
        kept = {_place(tag) for tag in _tags(bench, tight)}
        for place in found.keys() - kept:
            reasons[place].append(why)
    for place, tag in found.items():
        if isinstance(rule, PhraseRule) and rule.sounds_like == "exact" and tag.confidence < EXACT_CONFIDENCE:
            reasons[place].append("by_sound")
    return [
        Rejected(found[place], tuple(reasons[place]))
        for place in sorted(found, key=lambda p: _order(found[p]))
    ]


def said_of(bench: Bench, rule: PhraseRule) -> list[str]:
    """Which phrases of a group are said, by whom and as the rule wants them, each by itself."""
    words = tuple(dict.fromkeys(rule.any))
    single = tuple(
        replace(rule, label=f"{rule.label}#{at}", any=(word,), at_least=1, none=(), window=ANYWHERE)
        for at, word in enumerate(words)
    )
    heard = {tag.label for tag in bench.tags(Phrases(single))}
    return [word for one, word in zip(single, words, strict=True) if one.label in heard]


def found_with(bench: Bench, rule: PhraseRule | PatternRule) -> tuple[Tag, ...]:
    """What the rule finds, set in whatever way."""
    return _tags(bench, rule)


def _loose(rule: PhraseRule | PatternRule) -> PhraseRule | PatternRule:
    """Only the words."""
    if isinstance(rule, PatternRule):
        return replace(rule, role=None, unless=_NOTHING, beside=_NOTHING)
    sound = "near" if len(rule.any) <= _MOST_BY_SOUND else rule.sounds_like
    return replace(
        rule,
        role=None,
        unless=_NOTHING,
        sounds_like=sound,
        whole_words=False,
        at_least=1,
        none=(),
        window=ANYWHERE,
    )


def _restrictions(
    rule: PhraseRule | PatternRule, loose: PhraseRule | PatternRule
) -> Iterator[tuple[str, PhraseRule | PatternRule]]:
    """The loose rule with one restriction each."""
    if rule.role is not None:
        yield "other_role", replace(loose, role=rule.role)
    for sense in sorted(rule.unless):
        yield sense, replace(loose, unless=frozenset({sense}))
    if isinstance(rule, PhraseRule) and isinstance(loose, PhraseRule):
        if rule.whole_words:
            yield "part_of_word", replace(loose, whole_words=True)
        if rule.none:
            yield "barred", replace(loose, none=rule.none, window=rule.window)


def _tags(bench: Bench, rule: PhraseRule | PatternRule) -> tuple[Tag, ...]:
    held = Phrases((rule,)) if isinstance(rule, PhraseRule) else Patterns((rule,))
    return tuple(tag for tag in bench.tags(held) if tag.label == rule.label)


def _place(tag: Tag) -> Place:
    (quote, *_) = tag.quotes
    return Place(quote.utterance, quote.start, quote.end)


def _order(tag: Tag) -> tuple[int, Sequence[object]]:
    return (tag.span.start_ms, tag.quotes)
