"""From stretches to takes: batches of windows decoded side by side, and given back to their stretches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from threading import Event

from qa_service.asr.decoder import Decoded, Decoder, Effort, context
from qa_service.asr.guard import Take, looped
from qa_service.asr.packing import Window
from qa_service.asr.words import words_of
from qa_service.core.errors import Cancelled
from qa_service.core.speech import HeardWord
from qa_service.ports import SAMPLE_RATE, Progress, Stretch


@dataclass(slots=True)
class Errand:
    """How far the work is, in seconds of windows, and whether anybody still wants it."""

    progress: Progress
    cancelled: Callable[[], bool]
    total: float = 0.0
    done: float = 0.0
    #: Set when the work broke off, so that batches which are still being decoded end soon.
    broken_off: Event = field(default_factory=Event)

    def plan(self, windows: Sequence[Window]) -> None:
        """More work is known: who watches learns that listening has begun before its first batch is heard."""
        self.total += sum(window.length for window in windows) / SAMPLE_RATE
        self.progress("asr", self.done, self.total)

    def check(self) -> None:
        """Raises Cancelled when nobody wants it any more."""
        if self.broken_off.is_set() or self.cancelled():
            raise Cancelled

    def finished(self, batch: Sequence[Window]) -> None:
        """Tells how far the work is."""
        self.done += sum(window.length for window in batch) / SAMPLE_RATE
        self.progress("asr", self.done, self.total)


def listen(
    decoder: Decoder,
    windows: Sequence[Window],
    stretches: Sequence[Stretch],
    *,
    effort: Effort,
    errand: Errand,
    script: str,
) -> dict[int, Take]:
    """A take for every stretch that has a piece in a window, by the stretch's index.

    The decoder's workers take a batch each; the longest windows go first. Cancelling is looked at before
    every window. What comes out does not depend on how many workers there are.
    """
    errand.plan(windows)
    decoded: dict[int, Decoded] = {}
    with ThreadPoolExecutor(decoder.workers) as pool:

        def decode(batch: Sequence[int]) -> tuple[Decoded, ...]:
            return decoder.decode([windows[i].sound(stretches) for i in batch], effort, errand.check)

        at_work = [(batch, pool.submit(decode, batch)) for batch in batches(windows, effort, decoder.workers)]
        try:
            for batch, future in at_work:
                decoded.update(zip(batch, future.result(), strict=True))
                errand.finished([windows[i] for i in batch])
        except BaseException:
            _break_off(errand, [future for _, future in at_work])
            raise
    errand.check()
    takes: dict[int, Take] = {}
    for i, window in enumerate(windows):
        _give_back(window, decoded[i], stretches, script, takes)
    return takes


def _break_off(errand: Errand, futures: Sequence[Future[tuple[Decoded, ...]]]) -> None:
    errand.broken_off.set()
    for future in futures:
        future.cancel()


def batches(windows: Sequence[Window], effort: Effort, workers: int) -> list[tuple[int, ...]]:
    """Windows that are encoded at one length, longest first; of few windows every worker gets some."""
    size = max(1, min(effort.batch, -(-len(windows) // workers)))
    ordered = sorted(range(len(windows)), key=lambda i: (-windows[i].length, i))
    alike = (tuple(group) for _, group in groupby(ordered, key=lambda i: context(windows[i].length)))
    return [group[first : first + size] for group in alike for first in range(0, len(group), size)]


def _give_back(
    window: Window, decoded: Decoded, stretches: Sequence[Stretch], script: str, takes: dict[int, Take]
) -> None:
    words = words_of(window, decoded.tokens, stretches, script)
    last = max(words, default=-1)
    texts = ["".join(word.text for word in words.get(index, ())) for index in range(len(window.placed))]
    loops = looped(texts)
    for index, placed in enumerate(window.placed):
        stretch = placed.piece.stretch
        before = takes.get(stretch, Take())
        takes[stretch] = Take(
            words=_joined(before.words, words.get(index, ())),
            no_speech=max(before.no_speech, decoded.no_speech),
            cut_off=before.cut_off or (decoded.cut_off and index == last),
            loops=before.loops or index in loops,
            language=decoded.language,
            language_confidence=decoded.language_confidence,
        )


def _joined(before: tuple[HeardWord, ...], after: tuple[HeardWord, ...]) -> tuple[HeardWord, ...]:
    """The pieces of one stretch come in order; a Latin word after a Latin word keeps its space."""
    meet = before[-1].text[-1:] + after[0].text[:1] if before and after else ""
    if not (meet.isascii() and len(meet) == 2 and meet.isalnum()):
        return before + after
    head = after[0]
    return (*before, HeardWord(f" {head.text}", head.span, head.confidence), *after[1:])
