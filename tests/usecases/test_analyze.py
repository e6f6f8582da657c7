"""Analysing: decoded, heard and judged once; judged again without being heard again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import Cancelled, RecordingError, UsageError
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Role
from qa_service.pipeline.assessment import Assessment
from qa_service.ports import HearingProfile
from qa_service.turns.scorable import Status
from qa_service.usecases.analyze import Request
from qa_service.usecases.measured_file import pack, unpack
from tests.make import Call, calls
from tests.usecases.analysts import MIS_SOLD, analyst, judged, rules
from tests.usecases.hearing import ears, listener, two_parties
from tests.usecases.random_call import measured


class TestARecording:
    def test_is_decoded_heard_and_judged(self) -> None:
        take = two_parties().said(*MIS_SOLD)

        done = analyst(take, listens=ears(listener(take))).recording(Request((Path("call.wav"),)))

        assert "guaranteed-return" in rules(done.assessment)
        assert list(done.timings_ms) == ["decode", "vad", "asr", "measure", "judge"]
        assert done.recording is not None
        assert done.recording.duration_ms == done.assessment.measured.duration_ms

    def test_is_judged_as_it_is_when_judged_again(self, saved: MeasuredCall) -> None:
        take = two_parties().said(*MIS_SOLD)

        done = analyst(take, listens=ears(listener(take))).recording(Request((Path("call.wav"),)))

        assert judged(unpack(pack(done.assessment.measured), source="x")) == done.assessment

    def test_that_is_none_is_refused_by_the_reader(self) -> None:
        with pytest.raises(RecordingError):
            analyst(listens=ears(listener(two_parties()))).recording(Request((Path("x.txt"),)))

    def test_without_ears_is_wrong_use(self) -> None:
        with pytest.raises(UsageError) as wrong:
            analyst(two_parties()).recording(Request((Path("call.wav"),)))

        assert wrong.value.code == "no_ears"

    def test_may_be_cancelled(self) -> None:
        take = two_parties()

        with pytest.raises(Cancelled):
            analyst(take, listens=ears(listener(take))).recording(
                Request((Path("a"),)), cancelled=lambda: True
            )

    def test_is_heard_as_the_request_says(self) -> None:
        take = two_parties()
        notebook, profile = listener(take), HearingProfile(script="zh_TW")

        done = analyst(take, listens=ears(notebook)).recording(Request((Path("a"),), hearing=profile))

        assert notebook.profiles == [profile]
        assert "很高興為您服務" in "".join(said.text for said in done.assessment.utterances)


class TestWhoIsWho:
    def test_the_words_say_it(self, saved: MeasuredCall) -> None:
        assert judged(saved).roles.speaker_of(Role.AGENT) == ("s0",)

    @pytest.mark.parametrize("channel", [0, 1])
    def test_whoever_is_told_is_believed(self, saved: MeasuredCall, channel: int) -> None:
        told = Request(paths=(), agent_channel=channel)

        roles = analyst().measured(saved, told).assessment.roles

        assert roles.speaker_of(Role.AGENT) == (f"s{channel}",)
        assert roles.of(f"s{channel}").because.code == "role.told"

    def test_what_a_customer_says_is_no_finding_against_the_agent(self, saved: MeasuredCall) -> None:
        swapped = analyst().measured(saved, Request(paths=(), agent_channel=1)).assessment

        assert "guaranteed-return" not in rules(swapped)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(judged, id="the same call"),
        pytest.param(lambda call: judged(unpack(pack(call), source="x")), id="kept as a file"),
    ],
)
def test_judging_twice_gives_the_same(
    saved: MeasuredCall, again: Callable[[MeasuredCall], Assessment]
) -> None:
    assert again(saved) == judged(saved)


@given(calls(), st.sampled_from(list(Layout)), st.sampled_from([1.0, 0.6]))
def test_any_call_can_be_judged_and_every_quote_is_found_again(
    call: Call, layout: Layout, apart: float
) -> None:
    assessment = judged(replace(measured(call), layout=layout, separation=apart))

    said = {utterance.id: utterance for utterance in assessment.utterances}
    for quote in (quote for finding in assessment.findings for quote in finding.quotes):
        assert said[quote.utterance].text[quote.start : quote.end] == quote.text
    if assessment.scorable.status is Status.NOT_SCORABLE:
        assert (assessment.findings, assessment.coaching) == ((), ())


@given(calls())
def test_phrases_of_a_stretch_that_is_doubted_count_for_nothing(call: Call) -> None:
    doubted = measured(call)
    doubted = replace(
        doubted, utterances=tuple(replace(u, unreliable="unreliable.loop") for u in doubted.utterances)
    )

    assert judged(doubted).findings == ()
