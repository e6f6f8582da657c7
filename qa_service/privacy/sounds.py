"""How one digit may sound, and what the sounds of a stretch of text say.

一三八, 138, 双八, 三个六, 一百三十八, and characters that a recogniser writes for a digit that sounds alike
(要 for 幺, 酒 for 九): those are digits only where a number needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from qa_service.privacy.plain import TIMES, TWICE
from qa_service.text.characters import MARKS

#: What recognisers write for a digit that sounds like it, and words for digits that are words as well.
ALIKE = {
    char: digit
    for digit, chars in {
        "0": "灵铃玲凌令洞o",
        "1": "要腰妖摇夭邀衣医依",
        "2": "而儿耳俩",
        "3": "山散仨",
        "4": "是事思寺",
        "5": "武午舞伍",
        "6": "溜流刘留陆",
        "7": "起期其妻奇拐",
        "8": "吧把巴霸",
        "9": "酒久就救勾钩",
    }.items()
    for char in chars
}
_X = r"(?<![a-z])x(?![a-z])|[艾埃爱]克斯|叉(?![车子烧腰开路])"
_ENGLISH = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
#: As some recognisers and chats write them; beside other digits only, like the English words.
_PINYIN = {
    "ling": "0", "yao": "1", "yi": "1", "er": "2", "liang": "2", "san": "3", "si": "4",
    "wu": "5", "liu": "6", "qi": "7", "ba": "8", "jiu": "9",
}  # fmt: skip
_WORDS = _ENGLISH | _PINYIN
_TIMES_IN_ENGLISH = {"double": 2, "triple": 3}
_ENGLISH_DIGIT = f"(?:{'|'.join(_WORDS)})(?![a-z])"
# "oh" is a digit only between words; at the start of a sentence it is none.
_OH = f"(?<=[a-z][{MARKS}])oh(?=[{MARKS}](?:oh|double|triple|{_ENGLISH_DIGIT}))"
_ENGLISH_WORD = rf"(?<![a-z])(?:(?:{'|'.join(_TIMES_IN_ENGLISH)})[{MARKS}]?)?{_ENGLISH_DIGIT}|{_OH}"
_HUNDREDS = "[0-9]百(?:0[0-9]|[0-9]?十[0-9]?|[0-9])?"
ATOM = f"{TWICE}[0-9]|[2-9]{TIMES}[0-9]|{_HUNDREDS}|[0-9]?十[0-9]?|[0-9]|{_X}|{_ENGLISH_WORD}"
#: As soldiers and drivers say 0, 7 and 9; beside other digits they are nothing else.
RADIO = frozenset("洞拐勾")
# Alike, and among the commonest words: 是 before a number, 吧 behind it.
_COMMON_WORDS = frozenset("是就要而吧把起事")
#: How doubtful a digit is: none by itself; only where a number needs it; likewise, and among the commonest words;
#: likewise, and behind another word (号码是).
SURE, DOUBTFUL, COMMON, WORDED = range(4)
#: 13800138000一会儿: the 一 belongs to what follows.
AFTER_ONE = frozenset("下会个样直定起些点种般共边遍次旦切位家方")
ALIKE_CHARACTER = "[" + "".join(ALIKE) + "]"
_TOKEN = re.compile(f"(?P<atom>{ATOM})|{ALIKE_CHARACTER}")


class Part(NamedTuple):
    """One sound for one digit or more: the characters [start, end) of the plain text."""

    start: int
    end: int
    digits: str
    doubt: int = SURE
    #: Said in tens or hundreds, as amounts are.
    tens: bool = False

    @property
    def sure(self) -> bool:
        """Whether this is a digit whatever stands beside it."""
        return self.doubt == SURE


def parts_of(plain: str, start: int, end: int) -> Iterator[Part]:
    """What is said in plain text between two places, sound after sound."""
    # Not `finditer(plain, start, end)`: what follows behind the end is looked at too (one oh one).
    for token in takewhile(lambda token: token.start() < end, _TOKEN.finditer(plain, start)):
        text = token[0]
        if token["atom"] is None:
            yield Part(
                token.start(), token.end(), ALIKE[text], doubt=COMMON if text in _COMMON_WORDS else DOUBTFUL
            )
        else:
            tens = "十" in text or "百" in text
            yield Part(token.start(), token.end(), _digits_of(text), tens=tens)


def _digits_of(atom: str) -> str:
    """The digits that one spoken piece stands for.

    >>> _digits_of("3百8十"), _digits_of("十8"), _digits_of("1百08")
    ('380', '18', '108')
    """
    if len(atom) == 1 and atom.isdecimal():
        return atom
    if atom[0] == TWICE:
        return atom[1] * 2
    if TIMES in atom:
        return atom[2] * int(atom[0])
    if "百" in atom:
        hundreds, _, rest = atom.partition("百")
        return hundreds + (rest if rest[:1] == "0" else rest + "0" if len(rest) == 1 else _tens(rest))
    if len(atom) > 1 and atom[0].isascii() and atom[0].isalpha():
        return _in_english(atom)
    return _tens(atom) if "十" in atom else "X"


def _in_english(atom: str) -> str:
    """one, double eight, oh."""
    word = next((word for word in _WORDS if re.search(f"(?<![a-z]){word}$", atom)), "")
    if not word:
        return "0"
    return _WORDS[word] * _TIMES_IN_ENGLISH.get(atom.removesuffix(word).rstrip(MARKS), 1)


def _tens(said: str) -> str:
    if not said:
        return "00"
    tens, _, ones = said.partition("十")
    return (tens or "1") + (ones or "0")
