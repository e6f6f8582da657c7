"""A recogniser without a model: it hears what its script says; for fast tests and demonstrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa_service.asr.script import PUNCTUATION, in_script, is_han
from qa_service.core.errors import Cancelled
from qa_service.core.measured import HearingModel
from qa_service.core.speech import HeardWord
from qa_service.core.time import Span
from qa_service.ports import Heard, HearingProfile, Progress, Stretch, never_cancelled, silent_progress


@dataclass(frozen=True, slots=True)
class Line:
    """Who says what, when: `span` on the call clock."""

    channel: int
    span: Span
    text: str


class ScriptedRecogniser:
    """Answers from a script, evenly timed, confidence 1.0; the same call always gets the same words.

    A stretch gets the characters whose time lies in it; a stretch without any is `unheard`. The
    vocabulary is not needed: what the script says is always heard.
    """

    def __init__(self, script: Sequence[Line], *, language: str = "zh") -> None:
        self._words = [(line.channel, word) for line in script for word in evenly(line.text, line.span)]
        self._language = language

    @property
    def model(self) -> HearingModel:
        """It makes no errors."""
        return HearingModel("scripted", revision="1", cer=0.0)

    def recognise(
        self,
        stretches: Sequence[Stretch],
        profile: HearingProfile,
        *,
        progress: Progress = silent_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> tuple[Heard, ...]:
        """See ports.Recogniser.

        Raises:
            Cancelled: before the first stretch after `cancelled()` turned true.
        """
        heard = []
        for done, stretch in enumerate(stretches, start=1):
            if cancelled():
                raise Cancelled
            heard.append(self._heard(stretch, profile.script))
            progress("asr", done, len(stretches))
        return tuple(heard)

    def _heard(self, stretch: Stretch, script: str) -> Heard:
        words = tuple(
            HeardWord(in_script(word.text, script), inside, word.confidence)
            for channel, word in self._words
            if channel == stretch.channel
            and stretch.span.start_ms <= (word.span.start_ms + word.span.end_ms) // 2 < stretch.span.end_ms
            and (inside := word.span.clip(stretch.span))
        )
        if not words:
            return Heard((), unheard="not_speech")
        return Heard(words, language=self._language, language_confidence=1.0)


def evenly(text: str, span: Span) -> tuple[HeardWord, ...]:
    """The text as words of equal time per character; marks belong to the word they follow.

    >>> [word.text for word in evenly("好的，VIP two 卡", Span(0, 700))]
    ['好', '的，', 'VIP', ' two', '卡']
    """
    units = tuple(_units(text))
    sizes = [max(1, sum(char not in PUNCTUATION and not char.isspace() for char in unit)) for unit in units]
    total, done, words = sum(sizes), 0, []
    for unit, size in zip(units, sizes, strict=True):
        start = span.start_ms + span.duration_ms * done // total
        done += size
        words.append(HeardWord(unit, Span(start, span.start_ms + span.duration_ms * done // total), 1.0))
    return tuple(words)


def _units(text: str) -> Iterator[str]:
    """Single Chinese characters, whole Latin words and numbers, each with the marks behind it."""
    unit, spaced = "", False
    for char in text:
        if char.isspace():
            spaced = True
            continue
        if unit and char not in PUNCTUATION and (spaced or is_han(char) or not _goes_on(unit[-1])):
            yield unit
            unit = " " if spaced and not is_han(char) and not is_han(unit.rstrip()[-1]) else ""
        unit += char
        spaced = False
    if unit:
        yield unit


def _goes_on(char: str) -> bool:
    return not is_han(char) and (char.isascii() or char not in PUNCTUATION)
