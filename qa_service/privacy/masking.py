"""Masked text: one cover for each personal character, so that every offset and every quote stays where it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa_service.core.speech import Utterance
from qa_service.privacy.kinds import COVER, PersonalKind, PersonalSpan

#: Everything but order, work-ticket and agent numbers.
PERSONAL = frozenset(PersonalKind) - {PersonalKind.REFERENCE}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which personal data is masked, and how much of a whole number stays readable."""

    kinds: frozenset[PersonalKind] = PERSONAL
    #: Kinds of which the last four digits stay: only where a whole number was recognised.
    last_four: frozenset[PersonalKind] = frozenset()
    #: Findings that are less sure stay readable. The least that is ever given is 0.6.
    least_confidence: float = 0.5

    def masks(self, span: PersonalSpan) -> bool:
        """Whether the span is covered under this policy."""
        return span.kind in self.kinds and span.confidence >= self.least_confidence

    def covers(self, span: PersonalSpan) -> tuple[int, int]:
        """The characters [start, end) of the utterance that are covered for this span, perhaps none."""
        if not self.masks(span):
            return span.start, span.start
        return span.start, span.tail if span.kind in self.last_four else span.end


#: Masks everything that is personal, completely.
STRICT = Policy()
#: What may not be kept at all, whoever may read the rest.
NEVER_KEPT = Policy(frozenset({PersonalKind.CARD_CODE}))


@dataclass(frozen=True, slots=True)
class Masked:
    """A text of the same length as the original: character i of one is character i of the other."""

    text: str
    #: What was covered, as [start, end), in order.
    covered: tuple[tuple[int, int], ...]

    def is_covered(self, start: int, end: int) -> bool:
        """Whether something in [start, end) cannot be read any more."""
        return any(since < end and start < until for since, until in self.covered)


def mask(text: str, spans: Iterable[PersonalSpan], policy: Policy = STRICT, *, start: int = 0) -> Masked:
    """The text with what the policy masks covered; `spans` are those of its utterance.

    For a part of an utterance, `start` says where in the utterance the part begins.

    >>> span = PersonalSpan("u1", 3, 14, PersonalKind.MOBILE, 0.95, tail=10)
    >>> mask("电话是13800138000", [span]).text
    '电话是●●●●●●●●●●●'
    >>> mask("电话是13800138000", [span], Policy(last_four=frozenset({PersonalKind.MOBILE}))).text
    '电话是●●●●●●●8000'
    """
    covered = []
    for since, until in map(policy.covers, spans):
        first, last = max(0, since - start), min(len(text), until - start)
        if first < last:
            covered.append((first, last))
            text = text[:first] + COVER * (last - first) + text[last:]
    return Masked(text, tuple(sorted(covered)))


def mask_call(
    utterances: Sequence[Utterance], found: Iterable[PersonalSpan], policy: Policy = STRICT
) -> tuple[Utterance, ...]:
    """The same utterances with their texts masked; words, tokens and times keep their offsets."""
    by_utterance: dict[str, list[PersonalSpan]] = {}
    for span in found:
        by_utterance.setdefault(span.utterance, []).append(span)
    return tuple(
        replace(heard, text=mask(heard.text, by_utterance[heard.id], policy).text)
        if heard.id in by_utterance
        else heard
        for heard in utterances
    )
