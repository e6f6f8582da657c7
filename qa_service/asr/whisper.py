"""The recogniser on faster-whisper: both channels of a call at once, packed, timed, and doubted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from qa_service.asr.decoder import Decoder, Effort
from qa_service.asr.guard import Take, doubt, settle, voiced_ms
from qa_service.asr.levels import raised
from qa_service.asr.listen import Errand, listen
from qa_service.asr.loader import identity, load_whisper
from qa_service.asr.packing import Shape, Window, pack
from qa_service.core.errors import UsageError
from qa_service.core.measured import HearingModel
from qa_service.ports import (
    SAMPLES_PER_MS,
    Heard,
    HearingProfile,
    ModelFiles,
    Progress,
    Stretch,
    never_cancelled,
    silent_progress,
)

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

#: Figures behind these: docs/speech.md#efforts.
EFFORTS = {
    "accurate": Effort(beam_size=2, batch=4, window_ms=20_000),
    "fast": Effort(beam_size=1, batch=4, window_ms=20_000),
}
#: What is doubted is heard again among other doubted stretches, as many as the shortest encoding holds for
#: the price of one, farther apart: another window, another chance.
TOGETHER = Shape(limit=9_000 * SAMPLES_PER_MS, least_gap=500 * SAMPLES_PER_MS, most_gap=800 * SAMPLES_PER_MS)
#: The widest search is kept for the few that are still doubted; they are heard alone, long ones halved.
_LAST_TRY = Effort(beam_size=5, batch=4)
ALONE = Shape(limit=14_000 * SAMPLES_PER_MS)
#: Less sound than this above an idle line is nothing to write down.
_LEAST_VOICED_MS = 40

#: Without it Whisper base writes half of a call without a single mark. On six sample calls (1,671
#: characters) it doubled the marks, and errors fell from 8.4 to 8.1 % (accurate) and 9.7 to 8.5 % (fast).
#: It is told in one script whatever the profile writes, so that the script does not change the words.
_OPENING = "以下是客服与客户的通话，{mentions}句子之间有逗号、句号和问号。"
#: Hot words inside a sentence: as a bare list behind it they cost more words than they gain
#: (docs/speech.md#hot-words).
_MENTIONS = "会提到{words}。"
#: Characters of hot words: with the opening they stay under the 223 tokens that Whisper takes.
_ROOM = 120


class WhisperRecogniser:
    """Keeps the port `Recogniser` with any CTranslate2 Whisper folder; holds the model until `close`."""

    def __init__(
        self, files: ModelFiles, *, threads: int = 2, device: str = "cpu", compute_type: str = "int8"
    ) -> None:
        self._identity = identity(files)
        self._model: WhisperModel | None = load_whisper(
            files.folder, threads=threads, device=device, compute_type=compute_type
        )

    @property
    def model(self) -> HearingModel:
        """Which model listens, and its measured error rate."""
        return self._identity

    def close(self) -> None:
        """Lets the model go; a closed recogniser hears nothing more. Calling it twice is fine."""
        if self._model is not None:
            self._model.model.unload_model()
            self._model = None

    def recognise(
        self,
        stretches: Sequence[Stretch],
        profile: HearingProfile,
        *,
        progress: Progress = silent_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> tuple[Heard, ...]:
        """One `Heard` per stretch, in their order; reasons are those of guard.py.

        Raises:
            Cancelled: at the next batch after `cancelled()` turned true.
            UsageError: `unknown_effort`, or `model_closed` after `close`.
        """
        effort, stretches = _effort(profile.effort), raised(stretches)
        decoder, errand = self._decoder(profile), Errand(progress, cancelled)
        voiced = [voiced_ms(stretch.samples) for stretch in stretches]
        spoken = [i for i, voice in enumerate(voiced) if voice >= _LEAST_VOICED_MS]

        def take(windows: Sequence[Window], effort: Effort) -> dict[int, Take]:
            return listen(decoder, windows, stretches, effort=effort, errand=errand, script=profile.script)

        first = take(pack(stretches, spoken, Shape(limit=effort.window_ms * SAMPLES_PER_MS)), effort)
        doubted = [i for i in spoken if doubt(first[i], voiced[i])]
        again = take(pack(stretches, doubted, TOGETHER), effort)
        still = [i for i in doubted if doubt(again[i], voiced[i])]
        again |= take([window for i in still for window in pack(stretches, [i], ALONE)], _LAST_TRY)
        return tuple(settle(first.get(i, Take()), again.get(i), voiced[i]) for i in range(len(stretches)))

    def _decoder(self, profile: HearingProfile) -> Decoder:
        if self._model is None:
            raise UsageError("model_closed", problem="the recogniser was closed", fix="Make a new one")
        return Decoder(self._model, profile.language, _hints(profile))


def _hints(profile: HearingProfile) -> str:
    """What Whisper is told before it listens: how the text should look, and the words to expect."""
    words = "、".join(_fitting(profile.vocabulary))
    if profile.language != "zh":
        return words
    return _OPENING.format(mentions=_MENTIONS.format(words=words) if words else "")


def _fitting(vocabulary: Sequence[str]) -> Iterator[str]:
    """The first words, as many as there is room for."""
    room = _ROOM
    for word in vocabulary:
        room -= len(word) + 1
        if room < 0:
            return
        yield word


def _effort(name: str) -> Effort:
    if name not in EFFORTS:
        raise UsageError(
            "unknown_effort",
            problem=f"{name!r} is not an effort",
            fix=f"Use one of {', '.join(EFFORTS)}",
        )
    return EFFORTS[name]
