"""How much what was heard resembles an example, by its characters and by its sounds.

A recogniser writes 宽代 for 宽带: the characters differ, the sounds do not. Sounds count for less than characters: the
likeness falls with every character that was heard wrongly. No model; always the same.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from qa_service.text.pinyin import sounds_of
from qa_service.text.resemblance import Features, features, marked, weighed
from qa_service.text.similar import content

#: A likeness that only the sounds have counts so much of what it adds.
_SOUND = 0.7
#: Verbs that ask for the same thing to be done, whichever of them is said.
_SAME_DEEDS = (
    (re.compile("开通|办理|申请|订购|开启|办"), "办"),
    (re.compile("取消|退订|注销|关闭|停掉|关掉"), "消"),
)
_LEAST_NAME = 2
#: In no folded text.
_BORDER = "\n"


class Voiced(NamedTuple):
    """What is compared of a sentence."""

    written: Features
    #: The same with characters of one sound as one.
    sounded: Features


@lru_cache(maxsize=8_192)
def heard(folded_text: str) -> Voiced:
    """The features of a folded text."""
    written = features(folded_text)
    # One symbol a character; marks, which are longer, are no Chinese and stay as they are.
    tokens = sounds_of(_BORDER.join(marked(folded_text))).split(_BORDER) if written.grams else []
    grams = frozenset((*tokens, *(a + b for a, b in pairwise(tokens))))
    return Voiced(written, written._replace(grams=grams))


def likeness(said: Voiced, example: Voiced) -> float:
    """0–1: how much one is like the other (text.resemblance); what only sounds alike counts for 0.7.

    >>> round(likeness(heard("宽代多少钱"), heard("宽带多少钱")), 2)
    0.87
    """
    written, sounded = (_weighed(*pair) for pair in zip(said, example, strict=True))
    return sounded - (1 - _SOUND) * max(0.0, sounded - written)


def _weighed(said: Features, example: Features) -> float:
    return weighed(len(said.grams & example.grams), said, example)


@lru_cache(maxsize=2_048)
def names_another(said: str, example: str) -> bool:
    """Whether a sentence names something else at the place where the example names its own: 手机套餐 for 宽带套餐.

    >>> names_another("手机套餐一个月多少钱", "宽带套餐一个月多少钱")
    True
    >>> names_another("宽代套餐一个月多少钱", "宽带套餐一个月多少钱")
    False
    """
    ours, theirs = _where_they_part(_sounds(example), _sounds(said))
    if len(ours) < _LEAST_NAME or len(theirs) < _LEAST_NAME:
        return False
    changes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return any(
        kind == "replace" and b - a >= _LEAST_NAME and d - c >= _LEAST_NAME for kind, a, b, c, d in changes
    )


@lru_cache(maxsize=8_192)
def _sounds(text: str) -> str:
    return sounds_of(_deeds(content(text)))


def _where_they_part(one: str, other: str) -> tuple[str, str]:
    """Both without what they begin and end with alike."""
    begin = _same(one, other)
    one, other = one[begin:], other[begin:]
    end = _same(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _deeds(text: str) -> str:
    for verbs, one in _SAME_DEEDS:
        text = verbs.sub(one, text)
    return text
