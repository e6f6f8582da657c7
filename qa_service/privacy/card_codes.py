"""A card's security code is in nothing that is kept: it is covered before words are measured, judged or stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_service.core.speech import Utterance
from qa_service.privacy.find import find
from qa_service.privacy.kinds import COVER
from qa_service.privacy.masking import NEVER_KEPT, STRICT, mask_call


def without_codes(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The same utterances with every code covered, a cover for each character: words and offsets stay (PCI DSS).

    Nobody can take this back; what is only masked for readers is not touched, except for digits beside a code that
    without it would not be found any more: readers never see more than if the code had been kept.
    """
    found = find(utterances)
    if not any(map(NEVER_KEPT.masks, found)):
        return tuple(utterances)
    kept, whole = mask_call(utterances, found, NEVER_KEPT), mask_call(utterances, found, STRICT)
    while (more := _covered_too(kept, whole)) != kept:
        kept = more
    return kept


def _covered_too(kept: tuple[Utterance, ...], whole: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """With covers where readers were to have them and would not."""
    shown = mask_call(kept, find(kept), STRICT)
    return tuple(
        replace(ours, text="".join(map(_character, ours.text, now.text, then.text)))
        for ours, now, then in zip(kept, shown, whole, strict=True)
    )


def _character(ours: str, now: str, then: str) -> str:
    return COVER if then == COVER != now else ours
