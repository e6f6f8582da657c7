"""What cannot be scored, or not in whole: it says why, and finds nothing there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa_service.asr.scripted import ScriptedRecogniser
from qa_service.turns.scorable import Status
from tests.measures.voices import cadence, noise, pcm, tone, tune
from tests.usecases.analysts import MIS_SOLD, QUESTION, THANKS, judged, rules
from tests.usecases.hearing import Notebook, Take, heard, listener, spread, two_parties


class TestWhatCannotBeScored:
    @pytest.mark.parametrize(
        ("take", "reason"),
        [
            pytest.param(Take(np.zeros((2, 160_000), np.int16)), "scorable.no_speech", id="silence"),
            pytest.param(
                Take(np.stack([pcm(tune(c, 15)) for c in (1, 2)])), "scorable.no_speech", id="music"
            ),
            pytest.param(Take(pcm(noise(5, 10, dbfs=-25))[None, :]), "scorable.no_speech", id="noise"),
            pytest.param(
                Take(pcm(cadence(tone(450, 1.0, dbfs=-16), 4.0, 3))[None, :]),
                "scorable.no_speech",
                id="ringing",
            ),
            pytest.param(
                replace(two_parties(), script=tuple(li for li in two_parties().script if li.channel == 0)),
                "scorable.one_sided",
                id="one party heard",
            ),
        ],
    )
    def test_says_why_and_finds_nothing(self, take: Take, reason: str) -> None:
        assessment = judged(heard(take).call)

        assert assessment.scorable.status is Status.NOT_SCORABLE
        assert [why.code for why in assessment.scorable.reasons] == [reason]
        assert (assessment.findings, assessment.evaluations, assessment.coaching) == ((), (), ())

    def test_a_party_that_was_never_recorded(self) -> None:
        both = two_parties().said(*MIS_SOLD)
        rows = np.stack([both.rows[0], np.zeros_like(both.rows[1])])
        alone = Take(rows, tuple(line for line in both.script if line.channel == 0))

        assert judged(heard(alone).call).scorable.reasons[0].code == "scorable.one_sided"

    def test_another_language(self) -> None:
        notebook = listener(two_parties().said(*MIS_SOLD), language="yue")

        assessment = judged(heard(two_parties().said(*MIS_SOLD), notebook).call)

        assert [why.code for why in assessment.scorable.reasons] == ["scorable.language"]
        assert assessment.findings == ()

    def test_no_finding_rests_on_a_stretch_that_is_doubted(self) -> None:
        promised = two_parties().said(
            "您好，这款产品是保本的，没有任何风险。", QUESTION, "我帮您查一下，请稍等。", THANKS
        )
        first = promised.script[0].span
        doubting = Notebook(
            ScriptedRecogniser(spread(promised)),
            answer=lambda s, h: (
                replace(h, doubtful="loop") if s.channel == 0 and s.span.overlap_ms(first) else h
            ),
        )

        believed, doubted = judged(heard(promised).call), judged(heard(promised, doubting).call)

        assert "guaranteed-return" in rules(believed)
        assert doubted.scorable.status is not Status.NOT_SCORABLE
        assert "guaranteed-return" not in rules(doubted)

    def test_more_than_a_twentieth_unheard_is_partial(self) -> None:
        take = two_parties().said(*MIS_SOLD)
        missing = replace(take, script=take.script[:1] + take.script[2:])

        assessment = judged(heard(missing).call)

        assert assessment.measured.unheard
        assert assessment.scorable.status is not Status.SCORED
