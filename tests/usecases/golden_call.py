"""A made-up call in which every measured field has a value; `golden/measured-1.measured.zst` holds it as @1.

`python -m tests.usecases.golden_call` writes the file. It is written once per version and then never again:
reading it is the promise that calls measured by this version can still be judged by later ones.
"""

from __future__ import annotations

from pathlib import Path

from qa_service.core.measured import (
    HearingModel,
    Layout,
    MeasuredCall,
    Part,
    PartName,
    Problem,
    Unheard,
)
from qa_service.core.speech import Sound, SoundKind, Utterance, Voice, Word
from qa_service.core.time import Span
from qa_service.usecases.measured_file import pack

#: As they were when the file was written; calls of then have no meanings.
_PARTS = tuple(name for name in PartName if name is not PartName.EMBEDDINGS)
GOLDEN = Path(__file__).parent / "golden" / "measured-1.measured.zst"


def _said(name: str, at_ms: int, speaker: str, text: str, *, unreliable: str = "") -> Utterance:
    ends_ms = at_ms + 200 * len(text)
    return Utterance(
        id=name,
        span=Span(at_ms, ends_ms),
        speaker=speaker,
        text=text,
        channel=int(speaker[1:]),
        words=tuple(
            Word(Span(at_ms + 200 * i, at_ms + 200 * (i + 1)), i, i + 1, 0.5 + i / 100)
            for i in range(len(text))
        ),
        confidence=0.875,
        speech_ms=ends_ms - at_ms - 100,
        loudness_dbfs=-21.5,
        pitch_hz=212.25,
        tokens=(0, 2),
        unreliable=unreliable,
    )


CALL = MeasuredCall(
    call_id="golden-1",
    duration_ms=60_000,
    layout=Layout.TWO_CHANNEL,
    utterances=(
        _said("u0001", 500, "s0", "您好，这里是晨光宽带，很高兴为您服务。"),
        _said("u0002", 6_000, "s1", "我問一下 VIP 套餐，😀 什么时候能退款？"),
        _said("u0003", 14_000, "s0", "您放心，这个产品保本，肯定没有风险。"),
        _said("u0004", 20_000, "s1", "唔該晒", unreliable="unreliable.language"),
    ),
    voice=(
        Voice(Span(500, 4_900), "s0"),
        Voice(Span(6_000, 10_900), "s1"),
        Voice(Span(14_000, 18_400), "s0"),
    ),
    sounds=tuple(
        Sound(Span(30_000 + 1_000 * n, 31_000 + 1_000 * n), kind, n % 2, ("heard", "event")[n % 2])
        for n, kind in enumerate(
            kind for kind in SoundKind if kind not in {SoundKind.LOST, SoundKind.UNKNOWN}
        )
    ),
    unheard=(Unheard(Span(25_000, 26_500), "s1", "not_speech"),),
    problems=(
        Problem("damaged", Span(40_000, 41_000), 1_000, "leg 1"),
        Problem("truncated", Span(60_000, 60_000), 500),
    ),
    parts=tuple(Part(name, f"maker-{n}", f"settings-{n}", n + 1) for n, name in enumerate(_PARTS)),
    hearing=HearingModel("whisper-base", "ebe41f70", "d" * 64, 0.1875),
    separation=0.6,
)

if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_bytes(pack(CALL))
