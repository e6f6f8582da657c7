"""The recogniser contract, kept by Whisper on a shipped sample call and by the scripted fake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.asr.whisper import WhisperRecogniser
from qa_service.core.time import Span
from qa_service.ports import Samples, Stretch
from tests.asr.whisper_here import whisper_files
from tests.ports.recogniser_contract import Case, RecogniserContract

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "good-call.wav"


class TestScripted(RecogniserContract):
    @pytest.fixture(scope="class")
    @classmethod
    def case(cls) -> Case:
        script = (
            Line(0, Span(1_000, 4_000), "您好，请问有什么可以帮您？"),
            Line(1, Span(4_500, 6_000), "VIP plus 会员怎么退订"),
        )
        quiet = np.zeros(200_000, dtype=np.int16)
        return Case(
            ScriptedRecogniser(script),
            tuple(Stretch(x.channel, x.span, quiet[: x.span.duration_ms * 16]) for x in script),
        )


@pytest.mark.asr
class TestWhisper(RecogniserContract):
    @pytest.fixture(scope="class")
    @classmethod
    def case(cls) -> Iterator[Case]:
        recogniser = WhisperRecogniser(whisper_files())
        yield Case(recogniser, tuple(_spoken()))
        recogniser.close()


def _spoken() -> Iterator[Stretch]:
    truth = yaml.safe_load(SAMPLE.with_suffix(".truth.yaml").read_text(encoding="utf-8"))
    rows = _samples()
    for said in truth["utterances"][:5]:
        channel = 0 if said["role"] == "agent" else 1
        span = Span(said["start_ms"] - 150, said["end_ms"] + 150)
        yield Stretch(channel, span, rows[channel][span.start_ms * 16 : span.end_ms * 16])


def _samples() -> Samples:
    from qa_service.audio.reader import PyAvReader
    from qa_service.ports import SourceProfile

    return PyAvReader().read([SAMPLE], SourceProfile()).samples
