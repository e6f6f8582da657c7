"""Places lines and sounds on the timeline and mixes them onto channels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .effects import EDGE_MS, RATE, Samples, at_level, line_noise, telephone_band
from .phonemes import sentences, written
from .script import Line, Script, Sound
from .sounds import MAKERS
from .voices import Delivery, Kokoro

#: Loudness of ordinary speech on a line.
SPEECH_DBFS = -27.0
_SENTENCE_GAP_MS = 280
_LEAD_MS, _TAIL_MS = 400, 700


@dataclass(frozen=True)
class Piece:
    """A sentence where it ended up."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Placed:
    """A line where it ended up, sentence by sentence."""

    line: Line
    pieces: tuple[Piece, ...]

    @property
    def start_ms(self) -> int:
        return self.pieces[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.pieces[-1].end_ms


@dataclass(frozen=True)
class PlacedSound:
    sound: Sound
    start_ms: int
    end_ms: int


@dataclass
class Stage:
    """A call while it is being put together."""

    script: Script
    voice: Kokoro
    lines: list[Placed] = field(default_factory=list)
    sounds: list[PlacedSound] = field(default_factory=list)
    clips: list[tuple[int, int, Samples]] = field(default_factory=list)
    now_ms: int = _LEAD_MS

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.script.seed)
        for step in self.script.timeline:
            if isinstance(step, Line):
                self._speak(step)
            else:
                self._sound(step)

    @property
    def end_ms(self) -> int:
        return self.now_ms + _TAIL_MS

    def _speak(self, line: Line) -> None:
        speaker = self.script.speakers[line.speaker]
        delivery = Delivery(speaker.voice, line.cpm or speaker.cpm, line.pitch)
        level = SPEECH_DBFS + speaker.db + line.db + self.rng.uniform(-0.6, 0.6)
        at_ms, pieces = self.now_ms + line.after_ms, []
        for sentence in sentences(line.text):
            samples = at_level(self.voice.say(sentence, delivery), level)
            end_ms = at_ms + 1000 * len(samples) // RATE - 2 * EDGE_MS
            self.clips.append((speaker.channel, at_ms - EDGE_MS, samples))
            pieces.append(Piece(written(sentence), at_ms, end_ms))
            at_ms = end_ms + int(_SENTENCE_GAP_MS * self.rng.uniform(0.85, 1.15))
        placed = Placed(line, tuple(pieces))
        self.lines.append(placed)
        self.now_ms = max(self.now_ms, placed.end_ms)

    def _sound(self, sound: Sound) -> None:
        start_ms = self.now_ms + (0 if sound.kind == "quiet" else sound.after_ms)
        if sound.kind in MAKERS:
            self.clips.append((sound.channel, start_ms, MAKERS[sound.kind](sound.for_ms)))
        self.now_ms = start_ms + sound.for_ms
        self.sounds.append(PlacedSound(sound, start_ms, self.now_ms))

    def mix(self) -> list[Samples]:
        """One array a channel, with the noise of the line; not yet at the recording's rate."""
        count = 2 if self.script.format.layout == "stereo" else 1
        length = RATE * self.end_ms // 1000
        channels = [line_noise(length, self.script.noise_dbfs, self.rng) for _ in range(count)]
        for channel, at_ms, samples in self.clips:
            start = RATE * at_ms // 1000
            channels[channel % count][start : start + len(samples)] += samples
        narrow = self.script.format.rate == 8_000
        return [telephone_band(channel) if narrow else channel for channel in channels]
