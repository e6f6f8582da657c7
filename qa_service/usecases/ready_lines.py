"""The lines of a call that was made ready, packed: read only where something may be said in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise

from qa_service.core.speech import Utterance, Word
from qa_service.core.time import Span
from qa_service.pipeline.fast.ready import ROLES, ReadyCall
from qa_service.text.normalize import Break, BreakKind, Folded
from qa_service.usecases.ready_columns import Reader, Writer

_KINDS = tuple(BreakKind)


def pack_lines(call: ReadyCall) -> bytes:
    """Every line with its folding, column by column."""
    count = len(call.roles)
    said = [call.lines.said(at) for at in range(count)]
    folded = [call.lines.folded(at) for at in range(count)]
    out = Writer()
    out.texts(one.id for one in said)
    out.texts(one.text for one in said)
    speakers = tuple(dict.fromkeys(one.speaker for one in said))
    out.texts(speakers)
    out.numbers("H", [speakers.index(one.speaker) for one in said])
    out.numbers("q", [edge for one in said for edge in (one.span.start_ms, one.span.end_ms)])
    out.numbers("d", [sure for one in said for sure in (one.confidence, one.role_confidence)])
    _ends(out, [one.words for one in said])
    words = [word for one in said for word in one.words]
    out.numbers("q", [edge for word in words for edge in (word.span.start_ms, word.span.end_ms)])
    out.numbers("I", [edge for word in words for edge in (word.start, word.end)])
    out.numbers("d", [word.confidence for word in words])
    _ends(out, [one.tokens for one in said])
    out.numbers("I", [token for one in said for token in one.tokens])
    # As steps and widths, which nearly all are one.
    out.numbers("I", [step for one in folded for step in _steps(one.starts)])
    out.numbers("I", [end - start for one in folded for start, end in zip(one.starts, one.ends, strict=True)])
    _ends(out, [one.breaks for one in folded])
    out.numbers("I", [at for one in folded for at, _ in one.breaks])
    out.stretch(bytes(kind for one in folded for _, kind in one.breaks))
    return out.written()


def _ends(out: Writer, lists: Iterable[Sequence[object]]) -> None:
    out.numbers("I", accumulate(map(len, lists)))


def _steps(starts: Sequence[int]) -> list[int]:
    return [*starts[:1], *(after - before for before, after in pairwise(starts))]


class _Columns:
    """What `pack_lines` wrote."""

    def __init__(self, data: bytes) -> None:
        read = Reader(data)
        self.ids, self.texts = read.texts(), read.texts()
        self.speakers, self.speaker = read.texts(), read.whole_numbers("H")
        self.times, self.sure = read.whole_numbers("q"), read.numbers()
        self.word_ends, self.word_times = read.whole_numbers("I"), read.whole_numbers("q")
        self.word_places, self.word_sure = read.whole_numbers("I"), read.numbers()
        self.token_ends, self.tokens = read.whole_numbers("I"), read.whole_numbers("I")
        self.steps, self.widths = read.whole_numbers("I"), read.whole_numbers("I")
        self.break_ends, self.breaks = read.whole_numbers("I"), read.whole_numbers("I")
        self.kinds = read.stretch()

    def words(self, at: int) -> tuple[Word, ...]:
        start, end = _stretch(self.word_ends, at)
        times, places = self.word_times, self.word_places
        return tuple(
            Word(Span(times[2 * i], times[2 * i + 1]), places[2 * i], places[2 * i + 1], self.word_sure[i])
            for i in range(start, end)
        )


def _stretch(ends: Sequence[int], at: int) -> tuple[int, int]:
    return (ends[at - 1] if at else 0), ends[at]


class PackedLines:
    """Unpacked when the first of them is asked for."""

    __slots__ = ("_call", "_columns", "_open", "_sums")

    def __init__(self, unpack: Callable[[], bytes]) -> None:
        self._open = unpack
        self._columns: _Columns | None = None
        self._call: ReadyCall | None = None
        self._sums: list[int] = []

    def of(self, call: ReadyCall) -> None:
        """Lines take their folded text from the call that they are of."""
        self._call = call

    def said(self, at: int, /) -> Utterance:
        """One of them, with its role."""
        held, call = self._read(), self._own
        start, end = _stretch(held.token_ends, at)
        return Utterance(
            held.ids[at],
            Span(held.times[2 * at], held.times[2 * at + 1]),
            held.speakers[held.speaker[at]],
            held.texts[at],
            words=held.words(at) if held.word_places else (),
            confidence=held.sure[2 * at],
            tokens=tuple(held.tokens[start:end]),
            role=ROLES[call.roles[at]],
            role_confidence=held.sure[2 * at + 1],
        )

    def folded(self, at: int, /) -> Folded:
        """Its text, folded when the call was made ready."""
        held, call = self._read(), self._own
        if not self._sums:
            self._sums = [0, *accumulate(call.chars)]
        first, last = self._sums[at], self._sums[at + 1]
        starts = tuple(accumulate(held.steps[first:last]))
        text_start, text_end = _stretch(call.ends, at)
        start, end = _stretch(held.break_ends, at)
        breaks = tuple(Break(held.breaks[i], _KINDS[held.kinds[i]]) for i in range(start, end))
        return Folded(
            held.texts[at],
            call.text[text_start : text_end - 1].decode(),
            starts,
            tuple(map(int.__add__, starts, held.widths[first:last])),
            breaks,
            tuple(i for i, kind in breaks if BreakKind.HARD <= kind <= BreakKind.ASK),
        )

    @property
    def _own(self) -> ReadyCall:
        if self._call is None:
            raise ValueError("lines of no call")
        return self._call

    def _read(self) -> _Columns:
        if self._columns is None:
            self._columns = _Columns(self._open())
        return self._columns
