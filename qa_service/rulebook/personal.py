"""`personal_data`: what the detector listens for, found as it is found for masking. Here the two siblings meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa_service.core.speech import Utterance
from qa_service.detectors.said_personal import Piece, SaidPersonal
from qa_service.privacy.find import find


@dataclass(frozen=True, slots=True)
class PersonalData(SaidPersonal):
    """What is covered wherever the call is shown is what rules can ask about: one finder, one answer."""

    def read(self, utterances: Sequence[Utterance]) -> Iterable[Piece]:
        """As privacy.find; several rules of a book ask about the same leg one after the other."""
        return _found(tuple(utterances))


#: Holds what was said of a few legs, as `text` does of sentences: never logged, never written.
_found = lru_cache(maxsize=4)(find)
