"""What detectors of pace share: which words have a pace at all, and how well it is known.

This is not a detector; like base.py it may be imported by all of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from statistics import NormalDist

from qa_service.core.speech import Role, Utterance, spoken_chars

#: Nobody says more: 12 characters per second of speech are words that were invented or speech time
#: that was missed (the recogniser's own guard has the same limit).
IMPOSSIBLE_CPM = 720
#: Below this share of Han characters, characters no longer count syllables (application, 50000).
_MIN_HAN_SHARE = 0.7
#: Five or more digits in a row, as figures or spoken one by one: a number is being read out.
_NUMBER_READ_OUT = re.compile(r"(?:[0-9０-９零〇一二三四五六七八九幺两兩][\s，,、.。\-]*){5,}")
#: One syllable each; the blocks of CJK ideographs, and 〇.
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇]")
#: Relative error of a measured rate, one standard deviation (docs/detectors-sound.md#pace).
_RATE_ERROR = 0.06


def has_pace(utterance: Utterance) -> bool:
    """Whether its rate says how fast somebody speaks: a person's reliable words, told and not read out."""
    if utterance.unreliable or utterance.role is Role.SYSTEM or utterance.speech_ms <= 0:
        return False
    cpm = utterance.chars_per_minute
    return cpm is not None and 0 < cpm <= IMPOSSIBLE_CPM and _is_told(utterance.text)


def confidence_beyond(share: float) -> float:
    """The chance that the true rate lies beyond a limit that the measured one exceeds by `share` of the limit."""
    return round(NormalDist(sigma=_RATE_ERROR).cdf(share), 2)


@lru_cache(maxsize=1_024)
def _is_told(text: str) -> bool:
    """Whether the text is Chinese speech that has a pace: a number that is read out has its own."""
    # Han characters are one syllable each; of other text nobody knows.
    return len(_HAN.findall(text)) >= _MIN_HAN_SHARE * spoken_chars(text) and not _NUMBER_READ_OUT.search(
        text
    )
