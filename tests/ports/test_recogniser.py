"""The recogniser contract, kept by Whisper on a shipped sample call and by the scripted fake."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.asr.whisper import WhisperRecogniser
from qa_service.core.time import Span
from qa_service.ports import Stretch
from tests.asr.sample_call import spoken
from tests.asr.whisper_here import whisper_files
from tests.ports.recogniser_contract import Case, RecogniserContract


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
        yield Case(recogniser, tuple(spoken(5)))
        recogniser.close()
