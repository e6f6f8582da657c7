"""Both parties on one channel: what cannot be told apart is not judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa_service.core.evaluation import Verdict
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Role
from tests.usecases.analysts import MIS_SOLD, answers, judged
from tests.usecases.hearing import Take, heard, two_parties


@pytest.fixture(scope="module")
def mono() -> MeasuredCall:
    both = two_parties().said(*MIS_SOLD)
    rows = both.rows.astype(np.int32).sum(axis=0).clip(-32_768, 32_767).astype(np.int16)
    return heard(Take(rows[None, :], tuple(replace(line, channel=0) for line in both.script))).call


class TestOneChannel:
    def test_what_cannot_be_told_apart_is_unknown(self, mono: MeasuredCall) -> None:
        assessment = judged(mono)

        assert assessment.measured.layout is Layout.MONO
        assert assessment.measurements.overlaps is None
        assert assessment.measurements.interruptions is None
        assert {said.loudness_dbfs for said in assessment.utterances} == {None}

    def test_criteria_that_rest_on_it_are_not_applicable(
        self, saved: MeasuredCall, mono: MeasuredCall
    ) -> None:
        by_channel, on_one = answers(judged(saved)), answers(judged(mono))

        lost = {name for name, answer in on_one.items() if answer is Verdict.NOT_APPLICABLE}
        assert lost - {name for name, answer in by_channel.items() if answer is Verdict.NOT_APPLICABLE}

    def test_no_role_is_surer_than_the_voices(self, mono: MeasuredCall) -> None:
        doubtful = judged(replace(mono, separation=0.6))

        assert all(known.confidence <= 0.6 for known in doubtful.roles.speakers)

    def test_one_voice_that_says_both_parties_words_is_nobodys(self, mono: MeasuredCall) -> None:
        both = (
            "您好，工号8012，很高兴为您服务。",
            "我的订单到底什么时候能到？我已经打了三次，我要投诉到12315。",
        )
        texts = (*both, "麻烦您提供一下手机号，我帮您查。", "为什么还没发货？我还没收到。")
        said = zip(mono.utterances, (texts * len(mono.utterances)), strict=False)
        one = tuple(replace(u, speaker="s0", text=text, words=(), tokens=()) for u, text in said)

        assert judged(replace(mono, utterances=one)).roles.of("s0").role is Role.UNKNOWN
