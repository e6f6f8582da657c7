"""A short call and the words in it: the beginning of a sample, heard by script so that it costs next to nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import yaml

SAMPLES = Path(__file__).parents[2] / "sample_audio"
#: The first two utterances of the sample, and what comes after them.
LASTS_MS = 15_000


def short_call(path: Path) -> Path:
    """Writes the recording: A-law at 16 kHz on two channels, as the sample is."""
    whole = (SAMPLES / "good-call.wav").read_bytes()
    begins = whole.index(b"data") + 8
    sound = whole[begins : begins + LASTS_MS * 16 * 2]
    head = whole[: begins - 4] + struct.pack("<I", len(sound))
    path.write_bytes(head[:4] + struct.pack("<I", len(head) + len(sound) - 8) + head[8:] + sound)
    return path


def script() -> tuple[tuple[int, int, int, str], ...]:
    """What is said in it: channel, start, end, text."""
    truth = yaml.safe_load((SAMPLES / "good-call.truth.yaml").read_text("utf-8"))
    return tuple(
        (0 if said["speaker"] == "agent" else 1, said["start_ms"], said["end_ms"], said["text"])
        for said in truth["utterances"]
        if said["end_ms"] <= LASTS_MS
    )
