"""What was probably said where a recogniser wrote something else: 投数到哪 for 投诉到哪.

A word of a rule is put in the place of what sounds like it only where the sentence becomes much likelier by it, in the
words of jieba's dictionary (text.lexicon). So 手续非常简单 is not heard as 手续费, nor 免费使用 as
免费试用, however alike they sound. Characters stay where they are; offsets are those of the text that was mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from qa_service.text.lexicon import likelihood
from qa_service.text.normalize import Folded
from qa_service.text.pinyin import SoundScanner

#: So much likelier a sentence has to become, as a logarithm: from `_LEAST` on people decide, from SURE on the machine
#: may. Measured on 6,879 turns of real chats with the words of all packs: 25 are mended from SURE on, 132 from `_LEAST`
#: on, and of a homophone put into 938 examples 61 % and 78 % are found (docs/text.md#mending).
SURE, _LEAST = 6.0, 4.0
#: The same for a word by itself, before the sentence is looked at.
_LEAST_ALONE = 2.0
#: Every right character beyond two says as much as a sentence that becomes so much likelier.
_PER_RIGHT, _RIGHT = 1.0, 2
#: So many characters on either side are looked at.
_AROUND = 8
#: Where words of rules compete for one place, so many readings of a text are tried.
_MOST_READINGS = 3


#: What a word that sounds like something costs, and what it costs to try it in its sentence, in places whose sense is
#: not asked (detectors.allowance).
_GLANCE, _LOOK = 0.1, 1.0
#: Whether so much may be spent on word number `which`.
May = Callable[[int, float], bool]


class Mend(NamedTuple):
    """Word number `which` put at the folded characters [start, end); `gain` is how much likelier the sentence is."""

    which: int
    start: int
    end: int
    gain: float


class Mended(NamedTuple):
    """A text as it was probably said, and where it was mended."""

    folded: Folded
    mends: tuple[Mend, ...]


class Mender:
    """Mends texts with the words of rules. Nothing in it changes; all calls share it."""

    def __init__(self, words: Sequence[str], confused: Set[str] | None = None) -> None:
        """Words of two characters and more; `confused` as for SoundScanner."""
        self._sounds = SoundScanner(words, confused)

    def readings(self, folded: Folded, may: May = lambda which, cost: True) -> list[Mended]:  # noqa: ARG005
        """What was probably said, the likeliest first; nothing where it is what was written.

        `may` is asked before a word is held against what was said, with what that costs.
        """
        found = list(self._mends(folded, may))
        if not found:
            return []
        mends = sorted(found, key=lambda mend: (-mend.gain, mend.start - mend.end, mend))
        readings: list[list[Mend]] = []
        for mend in mends:
            fitting = next((some for some in readings if not any(_overlap(mend, one) for one in some)), None)
            if fitting is not None:
                fitting.append(mend)
            elif len(readings) < _MOST_READINGS:
                readings.append([mend])
        return [_mended(folded, some, self._sounds.texts) for some in readings]

    def _mends(self, folded: Folded, may: May) -> Iterable[Mend]:
        for hit in self._sounds.scan(folded, unlike=True):
            word = self._sounds.texts[hit.which]
            said = folded.text[hit.start : hit.end]
            if not may(hit.which, _GLANCE):
                continue
            if likelihood(word) - likelihood(said) < _LEAST_ALONE or not may(hit.which, _LOOK):
                continue
            left = max(folded.clause_start(hit.start), hit.start - _AROUND)
            right = min(folded.clause_end(hit.end), hit.end + _AROUND)
            before, after = folded.text[left : hit.start], folded.text[hit.end : right]
            gain = likelihood(before + word + after) - likelihood(before + said + after)
            gain += _PER_RIGHT * max(0, round(hit.same * len(word)) - _RIGHT)
            if gain >= _LEAST:
                yield Mend(hit.which, hit.start, hit.end, gain)


def _overlap(one: Mend, other: Mend) -> bool:
    return one.start < other.end and other.start < one.end


def _mended(folded: Folded, mends: Sequence[Mend], words: Sequence[str]) -> Mended:
    text = folded.text
    for mend in mends:
        text = text[: mend.start] + words[mend.which] + text[mend.end :]
    return Mended(replace(folded, text=text), tuple(sorted(mends, key=lambda mend: mend.start)))
