"""Windows of sound in, tokens with times out: the only file that talks to CTranslate2's Whisper.

A window is encoded once; language, text and token times all read that one encoding. Text is generated for
several windows together, because each step reads all of the model's weights, however many windows it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from qa_service.ports import SAMPLE_RATE

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

Sound = npt.NDArray[np.float32]

#: Samples per position of the encoder, which is also the unit of token times (20 ms).
SAMPLES_PER_POSITION = 320
_SAMPLES_PER_FRAME = 160
_FULL_FRAMES = 3_000
#: Short windows need not be heard with 30 s of context: at least 10 s, else 2 s of quiet behind the
#: speech keep the error rate (docs/speech.md#packing).
_LEAST_FRAMES, _QUIET_FRAMES = 1_000, 200
#: Encodings are made in steps of 4 s, so that windows of one batch share a length, and what a window is
#: encoded with does not depend on which others are decoded beside it.
_STEP_FRAMES = 400
#: Fast Mandarin is 7 characters a second at up to 1.5 tokens each; more is a loop.
_TOKENS_PER_SECOND, _TOKENS_MORE = 11, 24
_LONGEST = 448


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try; the figures behind the choice are in docs/speech.md#efforts."""

    beam_size: int
    #: Windows that one worker writes down together; more hold more memory.
    batch: int
    #: Longest window. Encoding costs more than proportionally to it, so shorter ones are cheaper; longer
    #: ones are heard better.
    window_ms: int = 28_000


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text that is whole characters, on its window's clock in samples."""

    text: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Decoded:
    """What Whisper made of one window."""

    tokens: tuple[Token, ...]
    #: Whisper's own idea that nothing was said.
    no_speech: float
    #: The text stopped because no more tokens were allowed.
    cut_off: bool
    language: str
    language_confidence: float

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(token.text for token in self.tokens)


class Decoder:
    """A loaded model with the settings of one profile's language and vocabulary."""

    def __init__(self, model: WhisperModel, language: str, hints: str = "") -> None:
        self._model = model
        self._tokenizer = _tokenizer(model, language)
        self._prompt = _prompt(self._tokenizer, hints)
        self._suppress = _suppressed(self._tokenizer)

    @property
    def workers(self) -> int:
        """How many callers of `decode` are served at once; more would wait."""
        return int(self._model.model.num_workers)

    def decode(
        self, sounds: Sequence[Sound], effort: Effort, check: Callable[[], None] = lambda: None
    ) -> tuple[Decoded, ...]:
        """One result per window, in order; windows are at most 30 s long and share one `context`.

        May be called from several threads. `check` is called between the steps and may raise, to stop the work.
        """
        encoded = self._encode(sounds, check)
        results = self._generate(_stacked(encoded), sounds, effort)
        check()
        return tuple(map(self._decoded, encoded, sounds, results))

    def _encode(self, sounds: Sequence[Sound], check: Callable[[], None]) -> list[Any]:
        """One encoding per window: on a CPU a batch of them is slower than one after the other."""
        frames = context(max(len(sound) for sound in sounds))
        views = []
        for sound in sounds:
            check()
            features = ctranslate2.StorageView.from_array(self._features(sound, frames)[None])
            views.append(self._model.model.encode(features, to_cpu=True))
        return views

    def _features(self, sound: Sound, frames: int) -> npt.NDArray[np.float32]:
        features = self._model.feature_extractor(sound)[:, :frames]
        padded = np.pad(features, ((0, 0), (0, frames - features.shape[1])))
        return np.ascontiguousarray(padded, dtype=np.float32)

    def _decoded(self, view: Any, sound: Sound, result: Any) -> Decoded:
        language, confidence = self._language(view)
        budget = self._budget(sound)
        text = [token for token in result.sequences_ids[0][:budget] if token < self._tokenizer.eot]
        return Decoded(
            tokens=self._align(view, text, sound) if text else (),
            no_speech=float(result.no_speech_prob),
            cut_off=len(result.sequences_ids[0]) >= budget,
            language=language,
            language_confidence=confidence,
        )

    def _language(self, view: Any) -> tuple[str, float]:
        if not self._model.model.is_multilingual:
            return "en", 1.0
        token, probability = self._model.model.detect_language(view)[0][0]
        return token[2:-2], float(probability)

    def _budget(self, sound: Sound) -> int:
        """The most tokens that a window may have; one of a batch does not get its neighbour's."""
        seconds = len(sound) / SAMPLE_RATE
        room = _LONGEST - len(self._prompt)
        return min(room, int(seconds * _TOKENS_PER_SECOND) + _TOKENS_MORE)

    def _generate(self, encoded: Any, sounds: Sequence[Sound], effort: Effort) -> list[Any]:
        results: list[Any] = self._model.model.generate(
            encoded,
            [self._prompt] * len(sounds),
            beam_size=effort.beam_size,
            max_length=len(self._prompt) + max(map(self._budget, sounds)),
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppress,
        )
        return results

    def _align(self, view: Any, text: list[int], sound: Sound) -> tuple[Token, ...]:
        frames = max(1, len(sound) // _SAMPLES_PER_FRAME)
        (aligned,) = self._model.model.align(view, self._tokenizer.sot_sequence, [text], frames)
        return _timed(self._tokenizer, text, aligned)


def _stacked(views: Sequence[Any]) -> Any:
    return ctranslate2.StorageView.from_array(np.concatenate([np.array(view) for view in views]))


def context(samples: int) -> int:
    """Frames of 10 ms that a window of so many samples is encoded with."""
    wanted = max(_LEAST_FRAMES, samples // _SAMPLES_PER_FRAME + 1 + _QUIET_FRAMES)
    steps = -(-(wanted - _LEAST_FRAMES) // _STEP_FRAMES)
    return min(_LEAST_FRAMES + steps * _STEP_FRAMES, _FULL_FRAMES)


def _timed(tokenizer: Tokenizer, text: list[int], result: Any) -> tuple[Token, ...]:
    """Token times from the alignment path: a token begins where the path first reaches its row."""
    rows = np.array([pair[0] for pair in result.alignments])
    positions = np.array([pair[1] for pair in result.alignments])
    first = np.pad(np.diff(rows), (1, 0), constant_values=1).astype(bool)
    starts = np.append(positions[first], positions[-1] + 1)
    words, grouped = tokenizer.split_to_word_tokens(text)
    at, tokens = 0, []
    for word, ids in zip(words, grouped, strict=True):
        low, high = starts[min(at, len(starts) - 1)], starts[min(at + len(ids), len(starts) - 1)]
        probability = float(np.mean(result.text_token_probs[at : at + len(ids)] or [0.0]))
        tokens.append(
            Token(
                word, int(low) * SAMPLES_PER_POSITION, int(high) * SAMPLES_PER_POSITION, min(1.0, probability)
            )
        )
        at += len(ids)
    return tuple(tokens)


def _tokenizer(model: WhisperModel, language: str) -> Tokenizer:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    from faster_whisper.transcribe import get_suppressed_tokens

    return list(get_suppressed_tokens(tokenizer, [-1]))


def _prompt(tokenizer: Tokenizer, hints: str) -> list[int]:
    start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    if not hints:
        return start
    return [tokenizer.sot_prev, *tokenizer.encode(" " + hints)[: _LONGEST // 2 - 1], *start]
