"""A whole call as one plain text, each character in its place: half width, simplified, digits as figures."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa_service.privacy.kinds import COVER, HIDDEN
from qa_service.text.characters import MARKS, TABLE

#: Stands between two utterances; one that a stranger wrote is read as a space.
EDGE = "\uffff"
#: 三个六: stands where 个 stood. 双八: stands where 双 stood. Nobody else's: others' private characters are dropped.
TIMES, TWICE = "\ue100", "\ue101"

_FIGURES = dict(zip("零一二三四五六七八九幺两○壹贰叁肆柒捌玖", "01234567891201234789", strict=True))
_DIGIT = "零〇一幺二两兩三四五六七八九"
# What follows makes 两个一 two things that are alike, 三个五 three of five, not a digit said three times.
_MORE = "十百千万萬亿億个個块塊元角毛年月天号號点點分时時样樣下会會边邊起次种種"
_SAID_TIMES = re.compile(rf"[二两兩三四五六七八九]([个個])[{_DIGIT}](?![{_MORE}])")
_SAID_TWICE = re.compile(rf"([双雙])[{_DIGIT}](?![{_MORE}])")
# 么 for 幺 beside a digit, as it is often typed; 什么, 怎么, 要么 are words.
_SAID_ONE = re.compile("(?<![什甚怎这那多要干为])么(?=么?[0-9])|(?<=[0-9])么")
#: A character that sounds like 1, for 么: nobody means anything else by it.
_LIKE_ONE = "夭"
# 伍 and 陆 are names as well; beside other figures of bank papers they are figures.
_ON_PAPER = re.compile("[零壹贰貳叁參伍陆陸柒捌玖]{2,}")
_NAMES_TOO = {"伍": "5", "陆": "6", "陸": "6"}
_ENCLOSED = {float(value): value for value in range(10)}
#: What of a name or place may belong to a number beside it.
LETTERS_AND_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz" + TIMES + TWICE


class _PlainTable(dict[int, str]):
    """For `str.translate`: looked up once and remembered, as in `text.characters`."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain_character(chr(code))
        return plain


def _plain_character(char: str) -> str:
    if char in (EDGE, COVER):
        return char
    if char in _FIGURES:
        return _FIGURES[char]
    folded = char.translate(TABLE)
    value = unicodedata.decimal(folded, None)
    if (
        value is None and unicodedata.category(folded) == "No"
    ):  # ㈠ ❶ ⒈: figures that have something around them
        value = _ENCLOSED.get(unicodedata.numeric(folded))
    return _FIGURES.get(folded, folded) if value is None else str(value)


_TABLE = _PlainTable()


@dataclass(frozen=True, slots=True)
class CallText:
    """What was said in a call, utterance after utterance; every offset is one into both texts."""

    raw: str
    plain: str
    #: Where each utterance begins; one more entry, where the next one would.
    starts: tuple[int, ...]

    def which(self, offset: int) -> int:
        """The number of the utterance that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def edges(self, which: int) -> tuple[int, int]:
        """Where utterance number `which` begins and ends."""
        return self.starts[which], self.starts[which + 1] - 1

    def hiding(self, places: Iterable[tuple[int, int]], *, but: str = "") -> CallText:
        """The same call with these places hidden, except for marks and the characters `but`."""
        plain, stays = list(self.plain), frozenset(MARKS + COVER + EDGE + but)
        for start, end in places:
            plain[start:end] = [char if char in stays else HIDDEN for char in plain[start:end]]
        text = "".join(plain)
        return self if text == self.plain else replace(self, plain=text)

    def is_spoken(self, offset: int) -> bool:
        """Whether the figure at `offset` was written as a word (一) rather than as a figure (1)."""
        return not self.raw[offset].isdecimal()


def call_text(texts: Sequence[str]) -> CallText:
    """The texts of a call in order, in plain form.

    >>> call_text(["您的手機號？", "一三８，双八"]).plain.split(EDGE)[1][:3]
    '138'
    """
    starts, at = [0], 0
    for text in texts:
        at += len(text) + 1
        starts.append(at)
    raw = EDGE.join(texts)
    if raw.count(EDGE) >= len(texts) > 0:
        raw = EDGE.join(text.replace(EDGE, " ") for text in texts)
    return CallText(raw, _repeats(raw, raw.translate(_TABLE)), tuple(starts))


def _repeats(raw: str, plain: str) -> str:
    """The plain text with 三个六 and 双八 marked as digits said once for several; 么, 伍, 陆 beside digits are ones."""
    plain = _SAID_ONE.sub(_LIKE_ONE, plain)
    for match in _ON_PAPER.finditer(raw):
        if any(char not in _NAMES_TOO for char in match[0]):
            now = plain[match.start() : match.end()]
            said = "".join(_NAMES_TOO.get(char, there) for char, there in zip(match[0], now, strict=True))
            plain = plain[: match.start()] + said + plain[match.end() :]
    for pattern, mark in ((_SAID_TIMES, TIMES), (_SAID_TWICE, TWICE)):
        for match in pattern.finditer(raw):
            at = match.start(1)
            plain = plain[:at] + mark + plain[at + 1 :]
    return plain


def plain_word(word: str) -> str:
    """A word as it stands in plain text: 后四位 → 后4位."""
    return word.translate(_TABLE)
