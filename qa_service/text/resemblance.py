"""How much what was said resembles an example sentence: by its characters, without a model, always the same.

Two sentences resemble one another by the characters and pairs of characters that both have, of all that either has; a
sentence that holds nearly all of the example resembles it whatever else it says. Questions of one kind (什么时候, 几天,
多久) count as the same word, 您 and 你 too, fillers as none. One of them denied and the other not, or one of them asked
when and the other not, is half the resemblance: 我们承诺保本 and 我们不能承诺保本 share nearly every character.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qa_service.text.negation import count_negatives
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.questions import with_kinds_marked

# What fills a sentence and says nothing of its own.
_FILLERS = re.compile(r"[啊呀呢吧嘛哦噢喔嗯呃哎诶欸唉额哈啦咯呗的了着]|那个|这个|就是说|然后|请问|麻烦")
#: A denied sentence is not the plain one, nor a question an answer.
_OTHERWISE = 0.5
#: An example that is said among other things resembles what is said by this much less; short ones, and in speeches, not
#: at all: their few characters are everywhere.
_HELD, _LEAST_GRAMS, _MOST_TIMES = 0.9, 7, 5
#: What a division of whole numbers may be off by.
_ROUNDING = 1e-9
#: Clauses longer than this are compared as a whole sentence only.
_MOST_CHARS = 200


class Features(NamedTuple):
    """What is compared of a sentence."""

    grams: frozenset[str]
    is_denied: bool
    #: The kinds of questions in it.
    asked: frozenset[str]


class Stretch(NamedTuple):
    """A clause or sentence at the folded characters [start, end)."""

    start: int
    end: int


@lru_cache(maxsize=8_192)
def features(folded_text: str) -> Features:
    """The characters and pairs of characters of a sentence, and whether it denies what it says.

    >>> sorted(features("到底几天能好").grams & features("什么时候能好").grams)
    ['〔when〕', '〔when〕能', '好', '能', '能好']
    """
    tokens = marked(folded_text)
    grams = frozenset((*tokens, *(a + b for a, b in pairwise(tokens))))
    asked = frozenset(token for token in tokens if len(token) > 1)
    return Features(grams, bool(count_negatives(folded_text) % 2), asked)


def marked(folded_text: str) -> tuple[str, ...]:
    """The characters that are compared: without fillers, with one mark for every question of a kind.

    >>> marked("那个要等几天啊")
    ('要', '等', '〔when〕')
    """
    return with_kinds_marked(_FILLERS.sub("", folded_text).replace("您", "你"))


def resemblance(said: Features, example: Features) -> float:
    """0–1: how much of both is in both, or how much of the example was said; half where one denies or asks otherwise.

    >>> round(resemblance(features("要几天才能修好"), features("什么时候能修好")), 2)
    0.77
    >>> round(resemblance(features("我们不能承诺保本"), features("我们承诺保本")), 2)
    0.41
    """
    return weighed(len(said.grams & example.grams), said, example)


def weighed(shared: int, said: Features, example: Features) -> float:
    """The same for who has counted already how many characters and pairs both have."""
    if not shared:
        return 0.0
    alike = 2 * shared / (len(said.grams) + len(example.grams))
    if len(example.grams) >= _LEAST_GRAMS and len(said.grams) <= _MOST_TIMES * len(example.grams):
        alike = max(alike, _HELD * shared / len(example.grams))
    is_alike = said.is_denied == example.is_denied and said.asked == example.asked
    return alike if is_alike else _OTHERWISE * alike


def most_alike(
    shared: npt.NDArray[np.uint16], said: int, examples: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The most that sentences can be alike: by what is shared with each, and by how much each has and `said` has."""
    alike: npt.NDArray[np.float64] = 2 * shared / (said + examples)
    is_held = (examples >= _LEAST_GRAMS) & (said <= _MOST_TIMES * examples)
    return np.where(is_held, np.maximum(alike, _HELD * shared / np.maximum(examples, 1.0)), alike)


def least_shared(example: Features, alike: float) -> float:
    """With fewer characters and pairs in common no sentence is so much alike: what is shared is part of it as well.

    >>> wanted = features("什么时候能修好")
    >>> weighed(int(least_shared(wanted, 0.6)), features("能修好"), wanted) < 0.6
    True
    """
    size = len(example.grams)
    return min(alike * size / (2 - alike), alike * size / _HELD) - _ROUNDING


def stretches(folded: Folded) -> tuple[Stretch, ...]:
    """Every sentence of a text, and every clause, once; what may be like an example."""
    found: dict[Stretch, None] = {}
    for least in (BreakKind.HARD, BreakKind.SOFT):
        borders = [at for at, kind in folded.breaks if least <= kind <= BreakKind.ASK]
        for start, end in pairwise((0, *borders, len(folded.text))):
            if start < end and end - start <= _MOST_CHARS:
                found.setdefault(Stretch(start, end))
    return tuple(found)
