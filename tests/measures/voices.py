"""Speech-like sound with known pitch, pauses and level, for tests: a pulse train through formants.

Not speech that anyone would understand, but with what the measures look at: gliding harmonics,
formants, syllables of 4 a second, unvoiced consonants, pauses.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE = 16_000
Sound = npt.NDArray[np.float64]
Samples = npt.NDArray[np.int16]

#: Formant centres and band widths in Hz of five vowels (a, o, i, u, e).
VOWELS = (
    ((850, 90), (1_450, 110), (2_600, 160)),
    ((520, 80), (900, 100), (2_500, 160)),
    ((300, 60), (2_250, 120), (3_000, 180)),
    ((350, 60), (750, 90), (2_400, 160)),
    ((480, 80), (1_700, 110), (2_550, 160)),
)


def glottis(hertz: Sound) -> Sound:
    """A pulse train that follows `hertz` sample by sample, falling off by 12 dB per octave."""
    phase = np.cumsum(hertz) / RATE
    source = np.zeros(hertz.size)
    for k in range(1, int(7_000 / hertz.min()) + 1):
        source += np.where(k * hertz < 7_200, np.sin(2 * np.pi * k * phase) / k**1.5, 0.0)
    return source


def formants(source: Sound, vowel: int) -> Sound:
    """`source` spoken with the mouth of one of VOWELS (applied in the frequency domain)."""
    spectrum = np.fft.rfft(source)
    hertz = np.fft.rfftfreq(source.size, 1 / RATE)
    gain = sum(0.6**i / np.hypot(1, (hertz - f) / w) for i, (f, w) in enumerate(VOWELS[vowel]))
    spoken: Sound = np.fft.irfft(spectrum * (gain + 0.01), source.size)
    return spoken


def tone(hertz: float, seconds: float, *, dbfs: float = -20.0) -> Sound:
    """A sine, with 5 ms of fade at both ends; a sine's level is its mean power."""
    time = np.arange(int(seconds * RATE)) / RATE
    return at_level(fade(np.sin(2 * np.pi * hertz * time)), dbfs)


def fade(sound: Sound, *, ms: int = 5) -> Sound:
    """The same sound without clicks at its ends."""
    ramp = min(ms * RATE // 1_000, sound.size // 2)
    shape = np.ones(sound.size)
    shape[:ramp] = np.linspace(0, 1, ramp)
    shape[sound.size - ramp :] = np.linspace(1, 0, ramp)
    return sound * shape


def syllable(random: np.random.Generator, hertz: float) -> Sound:
    """100–300 ms: sometimes a hiss first, then a vowel whose pitch glides by up to 5 semitones."""
    samples = int(random.uniform(0.10, 0.26) * RATE)
    glide = 2 ** (np.linspace(0, random.uniform(-5, 5), samples) / 12)
    vowel = formants(glottis(hertz * glide), int(random.integers(len(VOWELS))))
    voice = fade(at_level(vowel, -20 + random.uniform(-4, 2)), ms=20)
    if random.random() < 0.5:
        return voice
    hiss = np.diff(random.normal(size=int(random.uniform(0.03, 0.09) * RATE) + 1))
    return np.concatenate((fade(at_level(hiss, -34)), voice))


def speech(seed: int, seconds: float, *, hertz: float = 120.0, dbfs: float = -20.0) -> Sound:
    """Phrases of 4–12 syllables with short pauses between them, exactly `seconds` long."""
    random = np.random.default_rng(seed)
    pieces: list[Sound] = []
    length = 0
    while length < seconds * RATE:
        phrase = [
            syllable(random, hertz * 2 ** random.normal(0, 0.18)) for _ in range(random.integers(4, 13))
        ]
        pause = np.zeros(int(random.uniform(0.12, 0.5) * RATE))
        pieces += [*phrase, pause]
        length += sum(piece.size for piece in phrase) + pause.size
    return at_level(np.concatenate(pieces)[: int(seconds * RATE)], dbfs)


def noise(seed: int, seconds: float, *, dbfs: float = -60.0) -> Sound:
    """White noise."""
    return at_level(np.random.default_rng(seed).normal(size=int(seconds * RATE)), dbfs)


def silence(seconds: float) -> Sound:
    """Digital silence."""
    return np.zeros(int(seconds * RATE))


def at_level(sound: Sound, dbfs: float) -> Sound:
    """Scaled to a mean power of `dbfs`, where 1.0 is full scale."""
    power = float(np.mean(sound**2))
    return sound * (10 ** (dbfs / 20) / np.sqrt(power)) if power > 0 else sound


def telephone(sound: Sound) -> Sound:
    """300–3,400 Hz and 8-bit µ-law: what is left of a voice on a line."""
    size = 1 << max(1, sound.size - 1).bit_length()
    spectrum = np.fft.rfft(sound, size)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    band = 1 / np.hypot(1, (250 / np.maximum(hertz, 1)) ** 4) / np.hypot(1, (hertz / 3_500) ** 12)
    narrow = np.clip(np.fft.irfft(spectrum * band, size)[: sound.size], -1, 1)
    squeezed = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    steps = np.round(squeezed * 127) / 127
    expanded: Sound = np.sign(steps) * (256 ** np.abs(steps) - 1) / 255
    return expanded


def pcm(sound: Sound) -> Samples:
    """As 16-bit samples, clipped at full scale."""
    return np.clip(np.round(sound * 32_767), -32_768, 32_767).astype(np.int16)


def cadence(on: Sound, off_seconds: float, times: int) -> Sound:
    """`on`, then silence, again and again."""
    return np.tile(np.concatenate((on, silence(off_seconds))), times)


def keys(pressed: str, *, ms: int = 80) -> Sound:
    """Telephone keys (ITU-T Q.23), as long apart as they are pressed."""
    rows, columns = (697, 770, 852, 941), (1_209, 1_336, 1_477)
    at = {key: (rows[i // 3], columns[i % 3]) for i, key in enumerate("123456789*0#")}
    pieces = [[sum(tone(f, ms / 1_000, dbfs=-16) for f in at[key]), silence(ms / 1_000)] for key in pressed]
    return np.concatenate([piece for pair in pieces for piece in pair])


def tune(seed: int, seconds: float, *, note_seconds: float = 0.3, voices: int = 1) -> Sound:
    """Plucked notes of a pentatonic scale with their harmonics, each ringing over the next ones."""
    random = np.random.default_rng(seed)
    ring = int(min(note_seconds * 2.5, seconds) * RATE)
    time = np.arange(ring) / RATE
    out = np.zeros(int(seconds * RATE) + ring)
    for start in range(0, int(seconds * RATE), int(note_seconds * RATE)):
        for _ in range(voices):
            hertz = 220 * 2 ** (random.choice((0, 2, 4, 7, 9, 12)) / 12)
            note = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 8))
            out[start : start + ring] += note * np.exp(-time / note_seconds) * np.minimum(1, time * 100)
    return at_level(out[: int(seconds * RATE)], -20)
