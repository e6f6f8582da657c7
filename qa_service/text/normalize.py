"""Folding: one plain view of what was said, in which rules match, with the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from qa_service.text import characters as ch
from qa_service.text.digits import DIGITS, unify, with_ones
from qa_service.text.wording import rewordings


class BreakKind(IntEnum):
    """What punctuation said between two folded characters."""

    SOFT = 0  # a comma: recognisers put them almost anywhere
    HARD = 1  # the end of a sentence
    ASK = 2  # a question mark
    OPEN = 3  # an opening quotation mark
    CLOSE = 4  # a closing one


class Break(NamedTuple):
    """Punctuation before the folded character `at`."""

    at: int
    kind: BreakKind


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in simplified characters, half width, lower case, without punctuation, digits unified.

    Folded character i stands for the original characters [starts[i], ends[i]); where a word was replaced
    by one of another length, all its characters stand for the whole original word.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    #: Punctuation that was dropped, in order.
    breaks: tuple[Break, ...] = ()
    #: Where sentences end (HARD and ASK), as folded offsets in order.
    stops: tuple[int, ...] = field(default=())

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind the folded ones [start, end), which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def crosses(self, start: int, end: int, least: BreakKind = BreakKind.SOFT) -> bool:
        """Whether punctuation of SOFT to ASK, `least` or stronger, lies inside [start, end)."""
        for at, kind in self.breaks[bisect_right(self.breaks, (start, BreakKind.CLOSE)) :]:
            if at >= end:
                return False
            if least <= kind <= BreakKind.ASK:
                return True
        return False

    def clause_start(self, start: int) -> int:
        """Where the stretch without punctuation begins in which the character at `start` stands."""
        for at, kind in reversed(self.breaks):
            if at <= start and kind <= BreakKind.ASK:
                return at
        return 0

    def clause_end(self, end: int) -> int:
        """Where the stretch without punctuation ends in which the character before `end` stands."""
        for at, kind in self.breaks[bisect_left(self.breaks, (end, BreakKind.SOFT)) :]:
            if kind <= BreakKind.ASK:
                return at
        return len(self.text)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The stretch around [start, end) between sentence ends."""
        left = bisect_right(self.stops, start)
        right = bisect_left(self.stops, end)
        return (
            self.stops[left - 1] if left else 0,
            self.stops[right] if right < len(self.stops) else len(self.text),
        )


_CONVERTING = re.compile(f"{DIGITS}|[{ch.MARKS}]+")
_KINDS = {
    ch.SOFT: BreakKind.SOFT,
    ch.COMMA: BreakKind.SOFT,
    ch.COLON: BreakKind.SOFT,
    ch.HARD: BreakKind.HARD,
    ch.ASK: BreakKind.ASK,
    ch.OPEN: BreakKind.OPEN,
    ch.CLOSE: BreakKind.CLOSE,
}


#: One mark by itself, as nearly all stand; a dot may be inside a name, and a dash is none.
_ALONE = {mark: kind for mark, kind in _KINDS.items() if mark not in (ch.DOT, ch.DASH)}


@dataclass(slots=True)
class _Writer:
    """Collects folded text, offsets and breaks from left to right."""

    source: str
    text: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)

    def copy(self, start: int, end: int) -> None:
        self.text.append(self.source[start:end])
        self.starts.extend(range(start, end))
        self.ends.extend(range(start + 1, end + 1))

    def write(self, text: str, start: int, end: int) -> None:
        self.text.append(text)
        if len(text) == end - start:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
        else:
            self.starts.extend([start] * len(text))
            self.ends.extend([end] * len(text))

    def mark(self, start: int, end: int) -> None:
        """Punctuation: written down as breaks, not as text."""
        at, run = len(self.starts), self.source[start:end]
        if (alone := _ALONE.get(run)) is not None:
            self.breaks.append(Break(at, alone))
            return
        for index, char in enumerate(run):
            kind = _KINDS.get(char)
            if char == ch.DOT and not self._inside_name(start, end):
                kind = BreakKind.HARD
            elif char == ch.DASH and run[index + 1 : index + 2] == ch.DASH:
                kind = BreakKind.SOFT
            if kind is not None:
                self.breaks.append(Break(at, kind))

    def _inside_name(self, start: int, end: int) -> bool:
        """A dot inside `www.example` or `p2.x` ends no sentence; a row of dots does."""
        around = self.source[start - 1 : start] + self.source[end : end + 1]
        return end - start == 1 and len(around) == 2 and around.isascii() and around.isalnum()

    def digits(self, start: int, end: int) -> None:
        run = self.source[start:end]
        for piece in unify(run, self.source[end : end + 1]):
            if piece.text and piece.text[0] in ch.MARKS:
                self.mark(start + piece.start, start + piece.end)
            else:
                self.write(piece.text, start + piece.start, start + piece.end)


def _plain(source: str) -> _Writer:
    """Marks and digit runs resolved."""
    writer, done = _Writer(source), 0
    for match in _CONVERTING.finditer(source):
        start, end = match.span()
        writer.copy(done, start)
        if source[start] in ch.MARKS:
            writer.mark(start, end)
        else:
            writer.digits(start, end)
        done = end
    writer.copy(done, len(source))
    return writer


def _reworded(writer: _Writer) -> None:
    """Taiwan wording replaced in place; the offsets of a replaced word are those of the whole word."""
    text = "".join(writer.text)
    for start, end, word in reversed(rewordings(text)):
        text = text[:start] + word + text[end:]
        if len(word) != end - start:
            first, last = writer.starts[start], writer.ends[end - 1]
            writer.starts[start:end] = [first] * len(word)
            writer.ends[start:end] = [last] * len(word)
            shift = len(word) - (end - start)
            writer.breaks = [
                Break(at + shift, kind) if at >= end else Break(min(at, start + len(word)), kind)
                for at, kind in writer.breaks
            ]
    writer.text = [text]


def is_heard(text: str) -> bool:
    """Whether anything is left of a text when it is folded, in a tenth of the time.

    >>> is_heard("，。"), is_heard("好。")
    (False, True)
    """
    if "\u4e00" <= text[:1] <= "\u9fff":
        return True
    return bool(text.translate(ch.TABLE).strip(ch.MARKS))


#: 伍仟壹佰: numerals of contracts. 陆 and 伍 by themselves are names and other words (陆续), so a place has to follow.
_FINANCIAL = re.compile(
    "(?:[壹贰叁肆伍陆柒捌玖](?:万?[拾佰仟]|[万亿](?=[壹贰叁肆伍陆柒捌玖零元圆整]))+零?)+[壹贰叁肆伍陆柒捌玖]?[万亿]?"
    "|拾[壹贰叁肆伍陆柒捌玖]?(?=[万元圆])"
)
_AS_SPOKEN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")


def _as_spoken(match: re.Match[str]) -> str:
    return match[0].translate(_AS_SPOKEN)


@lru_cache(maxsize=4096)
def fold(text: str) -> Folded:
    """The folded view of `text`; the same object for the same text, so that all detectors share it.

    >>> fold("請撥 123-15，謝謝！").text
    '请拨12315谢谢'
    >>> fold("請撥 123-15，謝謝！").origin(2, 7)
    (3, 9)
    """
    source = with_ones(_FINANCIAL.sub(_as_spoken, text.translate(ch.TABLE)))
    if not _CONVERTING.search(source) and not rewordings(source):
        return Folded(text, source, range(len(source)), range(1, len(source) + 1))
    writer = _plain(source)
    _reworded(writer)
    return Folded(
        original=text,
        text=writer.text[0],
        starts=tuple(writer.starts),
        ends=tuple(writer.ends),
        breaks=tuple(writer.breaks),
        stops=tuple(at for at, kind in writer.breaks if BreakKind.HARD <= kind <= BreakKind.ASK),
    )
