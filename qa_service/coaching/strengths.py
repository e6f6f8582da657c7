"""What went well: specific, with the agent's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.coaching.context import surroundings
from qa_service.core.coaching import Strength
from qa_service.core.findings import Finding
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Quote
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
    good: Sequence[Finding],
    praise: Sequence[Praise],
    utterances: Sequence[Utterance],
    leg: Span,
    *,
    faults: Sequence[Finding] = (),
) -> tuple[Strength, ...]:
    """The first hit of each kind of good moment, in the rulebook's order of importance.

    Never a sentence that one of `faults` blames: nobody is told of the same words that they were right and wrong.
    """
    blamed = [quote for fault in faults if fault.role is not Role.CUSTOMER for quote in fault.quotes]
    chosen = []
    for kind in praise:
        hits = (f for f in good if f.rule == kind.rule)
        told = ((hit, surroundings(hit, utterances, leg)) for hit in hits)
        hit, around = next(
            (one for one in told if one[1] and not _is_blamed(one[1].quote, blamed)), (None, None)
        )
        if hit and around:
            text = Sentence(kind.text, around.values)
            chosen.append(Strength(kind.rule, text, hit.span, around.quote))
    return tuple(chosen[:MOST_STRENGTHS])


def _is_blamed(quote: Quote, blamed: Sequence[Quote]) -> bool:
    """Whether a fault rests on some of these words."""
    return any(
        quote.utterance == other.utterance and quote.start < other.end and other.start < quote.end
        for other in blamed
    )
