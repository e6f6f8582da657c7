"""One wording of a point taken apart, and what is done with the words that stand for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from qa_service.text.context import is_quoted, is_supposed
from qa_service.text.negation import is_forbidden, is_negated
from qa_service.text.normalize import Folded, fold
from qa_service.text.pinyin import LEAST_SAME
from qa_service.text.questions import is_asked
from qa_service.text.resemblance import Features, features, least_shared
from qa_service.text.same_number import Named, named


class Sense(IntEnum):
    """What was done with a point; the later weighs more."""

    MISSING = 0
    #: Perhaps said: asked, supposed, in words that are only half alike, with a number that nobody can tell.
    DOUBTFUL = 1
    #: Another number in its place: 工本费 30 元 for 20 元.
    OTHER_NUMBER = 2
    DENIED = 3
    SAID = 4


class Spot(NamedTuple):
    """A point, or what stands for it, at the folded characters [start, end)."""

    sense: Sense
    start: int
    end: int
    #: 0–1, how sure it is that these words are the point's.
    sure: float


#: Alike by characters (text.resemblance): perhaps said from here on.
HALF_ALIKE = 0.5
#: With a number at its value, other words around it.
NUMBER_SURE = 0.85
ROUNDING = 1e-9
_FILLING = re.compile(
    r"[的了吧呢啊呀哦嗯是在就会要能给您你我他到为用有个]|可以|需要|一般|大概|左右|以内|之内|内|大约|通常|预计|预估"
)


@dataclass(frozen=True, slots=True)
class Way:
    """One wording of a point, taken apart."""

    text: str
    numbers: tuple[Named, ...]
    #: What they count.
    counted: frozenset[str]
    #: What is left without numbers and fillers.
    rest: str
    said: Features
    #: Its characters that are compared one by one.
    characters: frozenset[str]
    #: With fewer of them in what was said it cannot have been said by sound; nor in other words.
    least_by_sound: float
    least_alike: float

    @classmethod
    def of(cls, written: str) -> Way:
        """The wording as its author wrote it."""
        folded = fold(written)
        text = folded.text.replace("您", "你")
        # What has no value of its own (当天, 下周三) is a word like others.
        found = tuple(one for one in named(folded) if one.values)
        edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
        rest = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        said = features(text)
        alone = frozenset(gram for gram in said.grams if len(gram) == 1)
        # Of the pairs that both have there are fewer than characters; marks of questions are not counted here.
        alike = least_shared(said, HALF_ALIKE) / 2 - len(said.asked)
        return cls(
            text,
            found,
            frozenset(one.what for one in found),
            _FILLING.sub("", rest),
            said,
            alone,
            LEAST_SAME * len(text) - ROUNDING,
            alike,
        )

    def may_sound(self, characters: frozenset[str]) -> bool:
        """Whether it can be there by sound: a third of its characters has to be heard as written."""
        return sum(char in characters for char in self.text) >= self.least_by_sound

    def may_be_alike(self, characters: frozenset[str]) -> bool:
        """Whether words that are like it enough can be made of these characters."""
        return len(self.characters & characters) >= self.least_alike


@lru_cache(maxsize=4_096)
def way_of(written: str) -> Way:
    """The wording, taken apart once."""
    return Way.of(written)


@lru_cache(maxsize=512)
def characters_of(folded_text: str) -> frozenset[str]:
    """The characters of a folded text; 您 is 你."""
    return frozenset(folded_text.replace("您", "你"))


def sense_of(folded: Folded, start: int, end: int) -> Sense:
    """What is done with the words at the folded characters [start, end): said, denied, asked; missing if quoted."""
    return _sense_in(folded.original, start, end)


@lru_cache(maxsize=2_048)
def _sense_in(text: str, start: int, end: int) -> Sense:
    """What is done with the words that stand there in the folded text."""
    folded = fold(text)
    if is_quoted(folded, start, end):
        return Sense.MISSING
    if is_negated(folded, start, end) or is_forbidden(folded, start, end):
        return Sense.DENIED
    if is_asked(folded, start, end) or is_supposed(folded, start, end):
        return Sense.DOUBTFUL
    return Sense.SAID
