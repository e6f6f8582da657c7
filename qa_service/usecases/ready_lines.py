"""The lines of a call that was made ready, packed: read only where something may be said in one of them.

A few columns for all lines together, because a column takes longer to open than to read: names, texts, speakers, times,
how sure, whatever else is a small number, list by list, and where folded characters stand in the original.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import overload

from qa_service.core.speech import Utterance, Word
from qa_service.core.time import Span
from qa_service.pipeline.fast.ready import ROLES, ReadyCall
from qa_service.text.normalize import Break, BreakKind, Folded
from qa_service.usecases.ready_columns import Reader, Writer

_KINDS = tuple(BreakKind)
_UTF_8 = ("utf-8", "surrogatepass")  # texts that were handed in as JSON may hold half characters


def pack_lines(call: ReadyCall) -> bytes:
    """Every line with its folding, column by column."""
    count = len(call.roles)
    said = [call.lines.said(at) for at in range(count)]
    folded = [call.lines.folded(at) for at in range(count)]
    words = [word for one in said for word in one.words]
    ids, texts = [one.id.encode(*_UTF_8) for one in said], [one.text.encode(*_UTF_8) for one in said]
    speakers = tuple(dict.fromkeys(one.speaker for one in said))
    out = Writer()
    out.stretch(b"".join(ids))
    out.stretch(b"".join(texts))
    out.texts(speakers)
    spans = [*(one.span for one in said), *(word.span for word in words)]
    out.numbers("q", [edge for span in spans for edge in (span.start_ms, span.end_ms)])
    sure = [sure for one in said for sure in (one.confidence, one.role_confidence)]
    out.numbers("d", [*sure, *(word.confidence for word in words)])
    small: list[Iterable[int]] = [
        *map(_ends, (ids, texts)),
        (speakers.index(one.speaker) for one in said),
        *(_ends(one.words for one in said), _ends(one.tokens for one in said)),
        _ends(one.breaks for one in folded),
        (edge for word in words for edge in (word.start, word.end)),
        (token for one in said for token in one.tokens),
        (at for one in folded for at, _ in one.breaks),
        (kind for one in folded for _, kind in one.breaks),
    ]
    out.numbers("I", [number for numbers in small for number in numbers])
    # Where folded characters stand in the original, as steps and widths: nearly all are one.
    steps = [step for one in folded for step in _steps(one.starts)]
    widths = [end - start for one in folded for start, end in zip(one.starts, one.ends, strict=True)]
    code = "B" if max((*steps, *widths), default=0) < 1 << 8 else "I"
    out.stretch(code.encode())
    out.numbers(code, (*steps, *widths))
    return out.written()


def _ends(lists: Iterable[Sequence[object]]) -> Iterable[int]:
    return accumulate(map(len, lists))


def _steps(starts: Sequence[int]) -> list[int]:
    return [*starts[:1], *(after - before for before, after in pairwise(starts))]


class _Columns:
    """What `pack_lines` wrote, and where in the small numbers each list begins."""

    __slots__ = (
        *("breaks", "count", "ids", "kinds", "places", "small", "speakers"),
        *("steps", "sums", "sure", "texts", "times", "tokens"),
    )

    def __init__(self, data: bytes, call: ReadyCall) -> None:
        read = Reader(data)
        self.ids, self.texts, self.speakers = read.stretch(), read.stretch(), read.texts()
        self.times, self.sure, self.small = read.whole_numbers("q"), read.numbers(), read.whole_numbers("I")
        self.steps = read.whole_numbers(read.stretch().decode())
        self.count = count = len(call.roles)
        self.sums = [0, *accumulate(call.chars)]
        self.places = 6 * count
        self.tokens = self.places + 2 * self._last(3)
        self.breaks = self.tokens + self._last(4)
        self.kinds = self.breaks + self._last(5)

    def _last(self, which: int) -> int:
        return self.small[(which + 1) * self.count - 1] if self.count else 0

    def between(self, which: int, at: int) -> tuple[int, int]:
        """Where the `at`-th list of a kind begins and ends."""
        place = which * self.count + at
        return (self.small[place - 1] if at else 0), self.small[place]

    def words(self, at: int) -> tuple[Word, ...]:
        """When each word of a line was said."""
        start, end = self.between(3, at)
        return tuple(map(self._word, range(start, end)))

    def _word(self, which: int) -> Word:
        at, place = 2 * (self.count + which), self.places + 2 * which
        sure = self.sure[2 * self.count + which]
        return Word(Span(self.times[at], self.times[at + 1]), self.small[place], self.small[place + 1], sure)


class _Starts(Sequence[int]):
    """Where folded characters begin in the original; one or two of a line are asked for."""

    __slots__ = ("_steps",)

    def __init__(self, steps: array[int]) -> None:
        self._steps = steps

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return tuple(self)[at]
        steps = self._steps
        if 0 <= at < len(steps):
            return sum(steps[: at + 1])
        if not -len(steps) <= at < 0:
            raise IndexError(at)
        return self[at + len(steps)]

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[int]:
        return accumulate(self._steps)


class _Ends(_Starts):
    """And where they end there."""

    __slots__ = ("_widths",)

    def __init__(self, steps: array[int], widths: array[int]) -> None:
        super().__init__(steps)
        self._widths = widths

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return tuple(self)[at]
        widths = self._widths
        if 0 <= at < len(widths):
            return sum(self._steps[: at + 1]) + widths[at]
        return super().__getitem__(at) + widths[at]

    def __iter__(self) -> Iterator[int]:
        return map(int.__add__, accumulate(self._steps), self._widths)


class PackedLines:
    """Unpacked when the first of them is asked for."""

    __slots__ = ("_call", "_columns", "_open")

    def __init__(self, unpack: Callable[[], bytes]) -> None:
        self._open = unpack
        self._columns: _Columns | None = None
        self._call: ReadyCall | None = None

    def of(self, call: ReadyCall) -> None:
        """Lines take their folded text from the call that they are of."""
        self._call = call

    def said(self, at: int, /) -> Utterance:
        """One of them, with its role."""
        call, held = self._read()
        id_from, id_to = held.between(0, at)
        start, end = held.between(4, at)
        speaker = held.small[2 * held.count + at]
        return Utterance(
            held.ids[id_from:id_to].decode(*_UTF_8),
            Span(held.times[2 * at], held.times[2 * at + 1]),
            held.speakers[speaker],
            self._text(held, at),
            0,
            held.words(at),
            held.sure[2 * at],
            tokens=tuple(held.small[held.tokens + start : held.tokens + end]),
            role=ROLES[call.roles[at]],
            role_confidence=held.sure[2 * at + 1],
        )

    def folded(self, at: int, /) -> Folded:
        """Its text, folded when the call was made ready."""
        call, held = self._read()
        first, last = held.sums[at], held.sums[at + 1]
        steps, widths = held.steps[first:last], held.steps[held.sums[-1] + first : held.sums[-1] + last]
        start, end = held.between(5, at)
        kinds = [_KINDS[kind] for kind in held.small[held.kinds + start : held.kinds + end]]
        breaks = tuple(map(Break, held.small[held.breaks + start : held.breaks + end], kinds))
        return Folded(
            self._text(held, at),
            call.text[call.ends[at - 1] if at else 0 : call.ends[at] - 1].decode(),
            _Starts(steps),
            _Ends(steps, widths),
            breaks,
            tuple([i for i, kind in breaks if BreakKind.HARD <= kind <= BreakKind.ASK]),
        )

    @staticmethod
    def _text(held: _Columns, at: int) -> str:
        start, end = held.between(1, at)
        return held.texts[start:end].decode(*_UTF_8)

    def _read(self) -> tuple[ReadyCall, _Columns]:
        if self._call is None:
            raise ValueError("lines of no call")
        if self._columns is None:
            self._columns = _Columns(self._open(), self._call)
        return self._call, self._columns
