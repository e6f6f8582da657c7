"""The recogniser on faster-whisper: both channels of a call at once, packed, timed, and doubted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from qa_service.asr.decoder import Decoded, Decoder, Effort
from qa_service.asr.loader import identity, load_whisper
from qa_service.asr.packing import Shape, Window, pack
from qa_service.asr.words import words_of
from qa_service.core.errors import Cancelled, UsageError
from qa_service.core.measured import HearingModel
from qa_service.core.speech import HeardWord
from qa_service.ports import (
    SAMPLE_RATE,
    Heard,
    HearingProfile,
    ModelFiles,
    Progress,
    Samples,
    Stretch,
    never_cancelled,
    silent_progress,
)

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

#: Figures behind these: docs/speech.md#efforts.
EFFORTS = {"accurate": Effort(beam_size=5, batch=8), "fast": Effort(beam_size=1, batch=8)}
#: A stretch whose loudest 20 ms stay below this (dBFS) has nothing in it to write down.
_QUIET_DBFS = -60.0
_BLOCK = SAMPLE_RATE // 50


class WhisperRecogniser:
    """Keeps the port `Recogniser` with any CTranslate2 Whisper folder; holds the model until `close`."""

    def __init__(
        self, files: ModelFiles, *, cpu_threads: int = 2, device: str = "cpu", compute_type: str = "int8"
    ) -> None:
        self._identity = identity(files)
        self._model: WhisperModel | None = load_whisper(
            files.folder, cpu_threads=cpu_threads, device=device, compute_type=compute_type
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
        effort = _effort(profile.effort)
        decoder = self._decoder(profile)
        loud = [i for i, stretch in enumerate(stretches) if is_loud(stretch.samples)]
        windows = pack(stretches, loud, Shape())
        found: dict[int, list[HeardWord]] = {}
        languages: dict[int, tuple[str, float]] = {}
        for window, decoded in _decoded(decoder, windows, stretches, effort, progress, cancelled):
            for index, words in words_of(window, decoded.tokens, stretches, profile.script).items():
                stretch = window.placed[index].piece.stretch
                found.setdefault(stretch, []).extend(words)
            for placed in window.placed:
                languages[placed.piece.stretch] = (decoded.language, decoded.language_confidence)
        return tuple(
            Heard(
                tuple(found.get(i, ())),
                "" if found.get(i) else "not_speech",
                "",
                *languages.get(i, ("", 0.0)),
            )
            for i in range(len(stretches))
        )

    def _decoder(self, profile: HearingProfile) -> Decoder:
        if self._model is None:
            raise UsageError("model_closed", problem="the recogniser was closed", fix="Make a new one")
        return Decoder(self._model, profile.language, "，".join(profile.vocabulary))


def _decoded(
    decoder: Decoder,
    windows: Sequence[Window],
    stretches: Sequence[Stretch],
    effort: Effort,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[Window, Decoded]]:
    total = sum(window.length for window in windows) / SAMPLE_RATE
    done = 0.0
    for batch in _batches(windows, effort.batch):
        if cancelled():
            raise Cancelled
        yield from zip(batch, decoder.decode([w.sound(stretches) for w in batch], effort), strict=True)
        done += sum(window.length for window in batch) / SAMPLE_RATE
        progress("asr", done, total)
    if cancelled():
        raise Cancelled


def _batches(windows: Iterable[Window], size: int) -> Iterator[list[Window]]:
    held = iter(windows)
    while batch := list(islice(held, size)):
        yield batch


def _effort(name: str) -> Effort:
    if name not in EFFORTS:
        raise UsageError(
            "unknown_effort",
            problem=f"{name!r} is not an effort",
            fix=f"Use one of {', '.join(EFFORTS)}",
        )
    return EFFORTS[name]


def is_loud(samples: Samples) -> bool:
    """Whether any 20 ms of it are louder than a quiet line."""
    whole = len(samples) // _BLOCK
    if not whole:
        return False
    blocks = samples[: whole * _BLOCK].astype(np.float32).reshape(whole, _BLOCK)
    loudest = float(np.square(blocks).mean(axis=1).max())
    return 10 * float(np.log10(loudest / 32_768**2 + 1e-12)) > _QUIET_DBFS
