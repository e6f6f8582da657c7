"""Kokoro-82M (int8 ONNX): a sentence, a voice and a pace → samples at 24 kHz."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from .effects import RATE, Samples, resample, stretched, trimmed, voiced_ms
from .phonemes import read_vocabulary, spoken, token_ids

#: The Mandarin voices that Whisper base understands; zf_xiaoni is not among them.
VOICES = ("zf_xiaobei", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang")
_STYLES, _STYLE = 510, 256
_SLOWEST, _FASTEST = 0.9, 1.8


@dataclass(frozen=True)
class Delivery:
    """How a line is spoken."""

    voice: str
    #: Characters per minute of voiced time.
    cpm: float
    #: 1.0 is the voice as it is, 1.06 is a semitone higher.
    pitch: float = 1.0


class Kokoro:
    """The model, loaded once."""

    def __init__(self, cache: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        model = str(cache / "model.onnx")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._said = cache / "said"
        self._said.mkdir(exist_ok=True)
        self._vocabulary = read_vocabulary(cache / "vocab.json")
        self._styles = {
            name: np.fromfile(cache / f"{name}.bin", dtype="<f4").reshape(_STYLES, _STYLE) for name in VOICES
        }

    def say(self, sentence: str, delivery: Delivery) -> Samples:
        """The sentence, trimmed, at the pace asked for; kept for the next time."""
        key = f"{sentence} {delivery}".encode()
        kept = self._said / f"{hashlib.sha256(key).hexdigest()[:24]}.npy"
        if not kept.exists():
            np.save(kept, self._said_at_pace(sentence, delivery))
        return np.asarray(np.load(kept))

    def _said_at_pace(self, sentence: str, delivery: Delivery) -> Samples:
        """Below `_SLOWEST` the model puts a vowel before the first word; the rest is stretched."""
        cpm, speed = delivery.cpm / delivery.pitch, 1.0
        samples = self._infer(sentence, delivery.voice, speed)
        for _ in range(2):
            speed = min(max(speed * cpm / self._cpm(sentence, samples), _SLOWEST), _FASTEST)
            samples = self._infer(sentence, delivery.voice, speed)
        samples = stretched(samples, self._cpm(sentence, samples) / cpm)
        return trimmed(resample(samples, round(RATE * delivery.pitch), RATE))

    def _cpm(self, sentence: str, samples: Samples) -> float:
        return 60_000 * sum(c.isalnum() for c in spoken(sentence)) / voiced_ms(samples)

    def _infer(self, sentence: str, voice: str, speed: float) -> Samples:
        tokens = token_ids(sentence, self._vocabulary)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self._styles[voice][len(tokens) - 1][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        return trimmed(np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel())
