"""Measures the measures on a folder of speech clips: `python -m tests.measures.measure FOLDER`.

Prints what docs/measures.md quotes: attribution with synthesised leaks, speech taken for music or
tones, and the cost of everything. The clips (any format, one voice each) are put together into calls.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from qa_service.core.time import Span, merge, total_ms
from qa_service.measures.channels import examine
from qa_service.measures.loudness import loudness_dbfs
from qa_service.measures.pitch import pitch
from qa_service.measures.quality import quality
from qa_service.measures.sounds import not_speech, sounds
from tests.measures.calls import Call, Leak, decoded, precision_recall, recorded
from tests.measures.voices import RATE, Sound, at_level, noise, pcm, telephone, tune


def clips(folder: Path) -> list[Sound]:
    """All clips without the silence around them, equally loud."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in {".flac", ".wav", ".mp3"})
    return [at_level(trimmed(decoded(path)[0] / 32_768), -22) for path in paths]


def trimmed(sound: Sound) -> Sound:
    frames = sound[: sound.size // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 1e-3)
    return sound[loud[0] * 160 : (loud[-1] + 1) * 160]


def conversation(voices: list[Sound], seed: int, *, seconds: int = 120) -> Call:
    """Two parties take turns; one turn in seven begins before the other's has ended."""
    random = np.random.default_rng(seed)
    lines = (np.zeros(seconds * RATE), np.zeros(seconds * RATE))
    spoken: tuple[list[Span], list[Span]] = ([], [])
    at, who = 8_000, 0
    while at + 8 * RATE < seconds * RATE:
        # Even clips are one party's, odd ones the other's: nobody is on both channels.
        clip = voices[2 * int(random.integers(len(voices) // 2)) + who]
        lines[who][at : at + clip.size] += clip[: lines[who].size - at]
        spoken[who].append(Span(at // 16, (at + clip.size) // 16))
        early = random.random() < 0.15
        at += max(
            3_200,
            clip.size + int(random.uniform(-1.2, -0.5) * RATE if early else random.uniform(2_400, RATE)),
        )
        who = 1 - who if early or random.random() < 0.7 else who
    return Call(lines, (merge(spoken[0]), merge(spoken[1])))


def leaks(voices: list[Sound]) -> None:
    print("leak dB  delay ms  precision  recall   (worst of 4 calls x 2 channels, then pooled mean)")
    for db in (-10.0, -20.0, -30.0, -35.0):
        for delay_ms in (0, 40, 200):
            scores = []
            for seed in range(4):
                call = conversation(voices, seed)
                rows, voiced = recorded(call, (Leak(db, delay_ms, seed), Leak(db, delay_ms, seed + 9)))
                own = examine(rows, voiced).own
                scores += [precision_recall(own[c], call.spoken[c]) for c in range(2)]
            worst, mean = np.min(scores, axis=0), np.mean(scores, axis=0)
            print(f"{db:7.0f} {delay_ms:9d}  {worst[0]:.3f} {worst[1]:.3f}   {mean[0]:.3f} {mean[1]:.3f}")


def lost(voices: list[Sound]) -> None:
    speech = np.concatenate(voices)
    for name, line in (("as it is", speech), ("telephone", telephone(speech))):
        found = total_ms(not_speech(sounds(pcm(line))))
        print(f"speech taken for music or tones, {name}: {found} of {speech.size // 16} ms")
    for db in (0, -6, -12):
        music = at_level(tune(1, speech.size / RATE), -22 + db)[: speech.size]
        found = total_ms(not_speech(sounds(pcm(telephone(speech + music)))))
        print(f"the same with music {db} dB under the voice: {found} ms")


def cost(voices: list[Sound]) -> None:
    for db in (None, -20.0):
        leak = None if db is None else Leak(db)
        rows, voiced = recorded(conversation(voices, 1, seconds=600), (leak, leak))
        rows = rows + pcm(noise(1, 600, dbfs=-70))
        started = time.process_time()
        examine(rows, voiced)
        for row, spans in zip(rows, voiced, strict=True):
            sounds(row)
            quality(row, spans)
            for span in spans:
                pitch(row, [span])
                loudness_dbfs(row, [span])
        print(f"all measures on 10 minutes, leak {db}: {time.process_time() - started:.2f} CPU seconds")


if __name__ == "__main__":
    heard = clips(Path(sys.argv[1]))
    leaks(heard)
    lost(heard)
    cost(heard)
