"""Listens to finished calls with Whisper: how much of what was written comes through?

Runs in the project's environment (it needs faster-whisper, not Kokoro):
`python -m sample_audio.make.listen --model FOLDER [CALL …]`
"""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import opencc
import yaml
from faster_whisper import WhisperModel

_SAMPLES = Path(__file__).parent.parent
_DIGITS = str.maketrans("0123456789幺", "零一二三四五六七八九一")
_HEARD_RATE = 16_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sample_audio.make.listen", description=__doc__)
    parser.add_argument("calls", nargs="*", metavar="CALL")
    parser.add_argument("--model", required=True, help="a CTranslate2 Whisper folder")
    given = parser.parse_args()

    model = WhisperModel(given.model, device="cpu", compute_type="int8", cpu_threads=2)
    for path in sorted(_SAMPLES.glob("*.truth.yaml")):
        if not given.calls or path.name.removesuffix(".truth.yaml") in given.calls:
            _compare(yaml.safe_load(path.read_text("utf-8")), model)


def _compare(truth: dict[str, Any], model: WhisperModel) -> None:
    channels = decoded(_SAMPLES / truth["audio"])
    wrong = total = 0
    for number, samples in enumerate(channels):
        names = {s["id"] for s in truth["speakers"] if s["channel"] == number or len(channels) == 1}
        lines = [u["text"] for u in truth["utterances"] if u["speaker"] in names]
        if not lines:
            continue
        segments, _ = model.transcribe(samples, language="zh", vad_filter=True, temperature=0.0)
        edits, length = _show(lines, folded("".join(segment.text for segment in segments)))
        wrong, total = wrong + edits, total + length
    print(f"== {truth['call']}: CER {wrong / total:.1%} of {total} characters\n")


def _show(lines: list[str], heard: str) -> tuple[int, int]:
    """Prints what came through of every line; returns edits and reference length."""
    said = "".join(folded(line) for line in lines)
    codes = difflib.SequenceMatcher(None, said, heard, autojunk=False).get_opcodes()
    start = 0
    for line in lines:
        end = start + len(folded(line))
        got = heard[_at(codes, start) : _at(codes, end)]
        print("  " if got == said[start:end] else "! ", line, "" if got == said[start:end] else f"→ {got}")
        start = end
    return distance(said, heard), len(said)


def _at(codes: Sequence[tuple[str, int, int, int, int]], offset: int) -> int:
    """Where in what was heard the character `offset` of what was said would be."""
    for _, i1, i2, j1, j2 in codes:
        if i1 <= offset < i2:
            return min(j1 + offset - i1, j2)
    return codes[-1][4]


def distance(said: str, heard: str) -> int:
    """Levenshtein distance."""
    row = np.arange(len(heard) + 1)
    letters = np.array([ord(c) for c in heard])
    for number, letter in enumerate(said, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        best = np.concatenate([[number], best])
        steps = np.arange(len(best))
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])


def folded(text: str) -> str:
    """Simplified, digits as characters, no punctuation, so that only hearing is compared."""
    simplified: str = opencc.OpenCC("t2s").convert(text).translate(_DIGITS)
    return "".join(c for c in simplified if c.isalnum())


def decoded(path: Path) -> list[np.ndarray]:
    """The channels of a file as floats at 16 kHz."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", rate=_HEARD_RATE)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return list(np.concatenate([frame.to_ndarray() for frame in frames], axis=1))


if __name__ == "__main__":
    main()
