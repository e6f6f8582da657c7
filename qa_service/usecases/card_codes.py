"""A card's security code is in nothing that is kept: it is covered before words are measured, judged or stored."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.core.speech import Utterance
from qa_service.privacy.find import find
from qa_service.privacy.masking import NEVER_KEPT, mask_call


def without_codes(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The same utterances with every code covered, a cover for each character: words and offsets stay (PCI DSS).

    Nobody can take this back; what is only masked for readers is not touched here.
    """
    return mask_call(utterances, find(utterances), NEVER_KEPT)
