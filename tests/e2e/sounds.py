"""Files as people hand them in: speech from a sample call in many formats, sound that is no speech, and no sound."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tests.audio.sounds import Format, encode
from tests.measures.calls import SAMPLES, decoded
from tests.measures.voices import cadence, keys, noise, pcm, tone, tune

Pcm = npt.NDArray[np.int16]
#: Of the good call: the greeting, the complaint and an answer.
SECONDS = 26


@cache
def conversation() -> Pcm:
    """(samples, channels) at 16 kHz."""
    return np.ascontiguousarray(decoded(SAMPLES / "good-call.wav")[:, : SECONDS * 16_000].T)


@dataclass(frozen=True)
class File:
    """A name and what is in it, made when it is needed."""

    name: str
    content: Callable[[], bytes]


def spoken(name: str, to: Format, *, damage: Callable[[bytes], bytes] = lambda data: data) -> File:
    """The conversation in a format, and what happened to it afterwards."""

    def make() -> bytes:
        sound = conversation()
        if to.rate == 96_000:
            sound = np.repeat(sound, 6, axis=0)
        elif to.rate == 8_000:
            sound = np.ascontiguousarray(sound[::2])
        return damage(encode(sound if to.channels == 2 else sound[:, 0], to))

    return File(name, make)


def played(name: str, *channels: npt.NDArray[np.float64]) -> File:
    """Synthesised sound, one array per channel."""
    to = Format(".wav", "wav", "pcm_s16le", rate=16_000, channels=len(channels))
    return File(name, lambda: encode(np.stack([pcm(channel) for channel in channels], axis=1), to))


def flipped(share: float, count: int) -> Callable[[bytes], bytes]:
    """Overwrites `count` bytes from `share` of the file on."""

    def damage(data: bytes) -> bytes:
        at = int(len(data) * share)
        return data[:at] + random.Random(7).randbytes(count) + data[at + count :]

    return damage


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


#: Of two channels of G.711.
TEN_HOURS_BYTES = 10 * 3_600 * 8_000 * 2


def claims_ten_hours(data: bytes) -> bytes:
    """The data chunk of a WAV says that it is ten hours long."""
    at = data.index(b"data") + 4
    return data[:at] + struct.pack("<I", TEN_HOURS_BYTES) + data[at + 4 :]


WAV = Format(".wav", "wav", "pcm_s16le", rate=16_000, channels=2)
ALAW = Format(".wav", "wav", "pcm_alaw", rate=8_000, channels=2)
EIGHT_BIT = Format(".wav", "wav", "pcm_u8", rate=8_000, channels=2)
STUDIO = Format(".wav", "wav", "pcm_s16le", rate=96_000, channels=2)
MP3 = Format(".mp3", "mp3", "libmp3lame", rate=16_000, channels=2, bit_rate=48_000)
M4A = Format(".m4a", "mp4", "aac", rate=16_000, channels=2, bit_rate=64_000)
ADTS = Format(".aac", "adts", "aac", rate=16_000, channels=2, bit_rate=64_000)

SILENCE = np.zeros(12 * 16_000)
RINGING = cadence(tone(450, 1.0, dbfs=-16), 4.0, 3)
ENGAGED = cadence(tone(450, 0.35), 0.35, 15)
MUSIC = tune(2, 20.0)
NOISE = noise(3, 15, dbfs=-25)
DTMF = keys("10086#12345*0" * 3)
HUM = tone(50, 12, dbfs=-30) + noise(4, 12, dbfs=-55)
