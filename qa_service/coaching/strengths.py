"""What went well: specific, with the agent's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.coaching.context import surroundings
from qa_service.core.coaching import Strength
from qa_service.core.findings import Finding
from qa_service.core.speech import Utterance
from qa_service.core.texts import Sentence, Text
from qa_service.core.time import Span

#: Enough to be heard, few enough to be believed.
MOST_STRENGTHS = 3


@dataclass(frozen=True, slots=True)
class Praise:
    """What a rulebook says when one of its good moments was found."""

    rule: str
    text: Text


def strengths(
    good: Sequence[Finding], praise: Sequence[Praise], utterances: Sequence[Utterance], leg: Span
) -> tuple[Strength, ...]:
    """The first hit of each kind of good moment, in the rulebook's order of importance."""
    chosen = []
    for kind in praise:
        hit = next((f for f in good if f.rule == kind.rule), None)
        around = hit and surroundings(hit, utterances, leg)
        if hit and around:
            text = Sentence(kind.text, around.values)
            chosen.append(Strength(kind.rule, text, hit.span, around.quote))
    return tuple(chosen[:MOST_STRENGTHS])
