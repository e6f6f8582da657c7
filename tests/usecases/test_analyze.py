"""Analysing: decoded, heard and judged once; judged again without being heard again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.asr.scripted import ScriptedRecogniser
from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.errors import Cancelled, EnvelopeError, RecordingError, UsageError
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import Layout, MeasuredCall
from qa_service.core.speech import Role, SoundKind
from qa_service.core.time import Span
from qa_service.pipeline.assessment import Assessment
from qa_service.ports import HearingProfile, Recording, SourceProfile
from qa_service.rulebook.load import load
from qa_service.turns.scorable import Status
from qa_service.usecases.analyze import Analyst, LinePolicy, Request
from qa_service.usecases.measure import Ears
from qa_service.usecases.measured_file import pack, unpack
from tests.make import Call, calls
from tests.measures.voices import cadence, noise, pcm, tone, tune
from tests.usecases.hearing import Notebook, Take, ears, heard, listener, spread, two_parties
from tests.usecases.random_call import measured

SERVICE = load("service-zh")
AGENT, CUSTOMER = ParticipantKind.AGENT, ParticipantKind.CUSTOMER
GREETING = "您好，晨光银行客服，很高兴为您服务，请问有什么可以帮您？"
QUESTION = "你好，我想问一下我买的那个理财产品会不会亏本，我很担心。"
PROMISE = "您放心，这款产品保本的，没有任何风险。麻烦您提供一下手机号，我帮您查。"
THANKS = "好的，谢谢你。"
#: Line by line who says what, on channels 0 and 1.
MIS_SOLD = (GREETING, QUESTION, PROMISE, THANKS)
MEASURED_LINE = LinePolicy(cer={"sales": 0.08, "mobile": 0.35}, default_line="sales")


@dataclass(frozen=True)
class Tape:
    """A reader that has one recording, or none."""

    recording: Recording | None = None

    def read(self, paths: Sequence[Path], profile: SourceProfile) -> Recording:
        if self.recording is None:
            raise RecordingError("not_audio", problem="is not a recording", where=paths[0].name)
        return self.recording


def analyst(
    take: Take | None = None, *, listens: Ears | None = None, policy: LinePolicy = MEASURED_LINE
) -> Analyst:
    recording = take.recording if take else None
    return Analyst(Tape(recording), listens, SERVICE, lambda text: tuple(range(len(text))), policy)


def judged(
    call: MeasuredCall, envelope: Envelope | None = None, *, policy: LinePolicy = MEASURED_LINE
) -> Assessment:
    """The call judged by somebody who cannot hear."""
    request = Request(paths=(), envelope=envelope or Envelope())
    return analyst(policy=policy).measured(call, request).assessment


def rules(assessment: Assessment) -> list[str]:
    return [finding.rule.rpartition("/")[2] for finding in assessment.findings]


def answers(assessment: Assessment) -> dict[str, Verdict]:
    assert assessment.evaluation is not None
    return {answer.criterion: answer.answer for answer in assessment.evaluation.answers}


@pytest.fixture(scope="module")
def saved() -> MeasuredCall:
    """A call in which an agent promises that nothing can be lost; heard once for all tests."""
    call = heard(two_parties().said(*MIS_SOLD)).call
    return unpack(pack(call), source="saved")


@pytest.fixture(scope="module")
def mono() -> MeasuredCall:
    both = two_parties().said(*MIS_SOLD)
    rows = both.rows.astype(np.int32).sum(axis=0).clip(-32_768, 32_767).astype(np.int16)
    return heard(Take(rows[None, :], tuple(replace(line, channel=0) for line in both.script))).call


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


class TestAnEnvelopeThatComesLate:
    def envelope(self, **more: object) -> Envelope:
        return replace(Envelope(call_id="c-77", line="sales"), **more)  # type: ignore[arg-type]

    def test_changes_nothing_that_was_measured(self, saved: MeasuredCall) -> None:
        late = judged(saved, self.envelope(participants=(Participant("a", AGENT, channel=1),)))

        assert [problem.code for problem in late.measured.problems] == ["roles_contradicted"]
        heard = replace(late.measured, problems=saved.problems)
        assert heard == replace(saved, call_id="c-77", hearing=replace(saved.hearing, cer=0.08))

    def test_that_has_the_channels_the_wrong_way_round_passes_nobody(self, saved: MeasuredCall) -> None:
        wrong = judged(saved, self.envelope(participants=(Participant("a", AGENT, channel=1),)))

        assert wrong.scorable.status is Status.PARTIAL
        assert "scorable.roles_contradicted" in [reason.code for reason in wrong.scorable.reasons]
        assert wrong.evaluation is not None
        assert wrong.evaluation.passed is None
        assert all(
            "doubt.roles_contradicted" in [doubt.code for doubt in finding.doubts]
            for finding in wrong.findings
        )

    def test_a_person_who_has_looked_and_confirms_them_is_believed_too(self, saved: MeasuredCall) -> None:
        envelope = self.envelope(participants=(Participant("a", AGENT, channel=1),))
        confirmed = analyst().measured(saved, Request((), envelope, are_roles_confirmed=True)).assessment

        assert confirmed.roles.speaker_of(Role.AGENT) == ("s1",)
        assert confirmed.measured.problems == saved.problems
        assert not any(
            doubt.code == "doubt.roles_contradicted" for f in confirmed.findings for doubt in f.doubts
        )

    def test_a_person_who_exchanges_the_roles_has_the_last_word(self, saved: MeasuredCall) -> None:
        envelope = self.envelope(participants=(Participant("a", AGENT, channel=1),))
        right = analyst().measured(saved, Request((), envelope, are_swapped=True)).assessment

        assert right.measured.problems == saved.problems
        assert "guaranteed-return" in rules(right)

    def test_that_says_nothing_changes_only_the_name(self, saved: MeasuredCall) -> None:
        before, late = judged(saved), judged(saved, self.envelope())

        assert late.measured.call_id == "c-77"
        assert (late.findings, late.evaluation, late.coaching) == (
            before.findings,
            before.evaluation,
            before.coaching,
        )

    def test_names_the_agents_channel(self, saved: MeasuredCall) -> None:
        late = judged(saved, self.envelope(participants=(Participant("a", AGENT, channel=1),)))

        assert late.roles.speaker_of(Role.AGENT) == ("s1",)
        assert "guaranteed-return" not in rules(late)

    def test_tells_of_a_hold(self, saved: MeasuredCall) -> None:
        hold = (CallEvent(EventKind.HOLD, 26_000), CallEvent(EventKind.UNHOLD, 29_000))

        late = judged(saved, self.envelope(events=hold))

        assert [s.span for s in late.sounds if s.kind is SoundKind.HOLD] == [Span(26_000, 29_000)]
        assert late.measurements.hold_ms == 3_000
        assert judged(saved).measurements.hold_ms == 0

    def test_gives_a_transferred_call_an_evaluation_per_agent(self, saved: MeasuredCall) -> None:
        at_ms = 14_600
        two = (
            Participant("a1", AGENT, agent_id="8012", from_ms=0, to_ms=at_ms, channel=0),
            Participant("a2", AGENT, agent_id="9034", from_ms=at_ms, channel=0),
            Participant("c", CUSTOMER, channel=1),
        )
        handed = (CallEvent(EventKind.TRANSFER, at_ms, by="a1"),)

        late = judged(saved, self.envelope(participants=two, events=handed))

        assert [evaluation.leg.agent_id for evaluation in late.evaluations] == ["8012", "9034"]
        assert [evaluation.leg.span.start_ms for evaluation in late.evaluations] == [0, at_ms]
        assert [said.text for said in late.utterances] == [said.text for said in judged(saved).utterances]
        assert "guaranteed-return" not in [f.rule.rpartition("/")[2] for f in late.legs[0].findings]
        assert "guaranteed-return" in [f.rule.rpartition("/")[2] for f in late.legs[1].findings]
        assert late.evaluation == late.evaluations[1]


class TestErrorsOfTheLine:
    """Where nobody measured how often the recogniser errs, or it errs too often, people decide."""

    @pytest.mark.parametrize(
        ("policy", "line", "decides"),
        [
            pytest.param(LinePolicy(), "", False, id="nobody measured"),
            pytest.param(LinePolicy(cer={"sales": 0.08}), "", False, id="measured elsewhere"),
            pytest.param(LinePolicy(cer={"sales": 0.08}), "sales", True, id="measured here, and low"),
            pytest.param(MEASURED_LINE, "", True, id="the default line, low"),
            pytest.param(MEASURED_LINE, "mobile", False, id="measured here, and high"),
            pytest.param(MEASURED_LINE, "unheard-of", False, id="a line nobody measured"),
            pytest.param(
                LinePolicy(cer={"m": 0.35}, max_cer=0.4), "m", True, id="the limit is the installation's"
            ),
        ],
    )
    def test_findings_against_agents(
        self, saved: MeasuredCall, policy: LinePolicy, line: str, decides: bool
    ) -> None:
        assessment = judged(saved, Envelope(line=line), policy=policy)

        against = [finding for finding in assessment.findings if finding.role is Role.AGENT]
        assert against
        assert {finding.needs_human for finding in against} == {not decides}
        assert answers(assessment)["no-guarantee"] is (Verdict.NOT_MET if decides else Verdict.UNDECIDED)

    def test_an_undecided_fatal_criterion_neither_passes_nor_fails(self, saved: MeasuredCall) -> None:
        evaluation = judged(saved, policy=LinePolicy()).evaluation

        assert evaluation is not None
        assert evaluation.passed is None
        assert evaluation.fatal == ()


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


#: The agent asks a colleague while the customer waits.
CONSULTED: Mapping[str, object] = {
    "participants": [
        {"id": "a1", "kind": "agent", "from_ms": 0, "to_ms": 20_000},
        {"id": "a2", "kind": "agent", "from_ms": 11_000, "to_ms": 18_000},
    ],
    "events": [{"kind": "hold", "at_ms": 11_500}, {"kind": "unhold", "at_ms": 17_900}],
}


class TestATranscript:
    def text(self, envelope: Mapping[str, object] | None = None) -> str:
        roles = ("agent", "customer", "agent", "customer")
        said = [
            {"id": f"u{n}", "role": role, "start_ms": 6_000 * n, "end_ms": 6_000 * n + 5_000, "text": text}
            for n, (role, text) in enumerate(zip(roles, MIS_SOLD, strict=True))
        ]
        return json.dumps({"call_id": "t", "envelope": dict(envelope or {}), "utterances": said})

    def judged(self, text: str, envelope: Envelope | None = None) -> Assessment:
        return analyst().transcript(text, source="t.json", timezone="UTC", envelope=envelope).assessment

    def test_is_judged_by_its_words(self) -> None:
        assessment = self.judged(self.text())

        assert "guaranteed-return" in rules(assessment)
        assert not any(finding.needs_human for finding in assessment.findings)

    def test_is_believed_about_roles(self) -> None:
        roles = self.judged(self.text()).roles

        assert {(r.speaker, r.role, r.confidence) for r in roles.speakers} == {
            ("agent", Role.AGENT, 1.0),
            ("customer", Role.CUSTOMER, 1.0),
        }

    def test_brings_its_envelope(self) -> None:
        assert self.judged(self.text({"call_id": "e", "line": "l"})).measured.call_id == "e"

    def test_may_get_another_envelope(self) -> None:
        assessment = self.judged(self.text({"line": "old"}), Envelope(line="new"))

        assert assessment.envelope.line == "new"

    def test_what_agents_say_among_themselves_is_not_judged(self) -> None:
        assessment = self.judged(self.text(CONSULTED))

        assert {u.id: u.role for u in assessment.utterances}["u2"] is Role.OTHER
        assert "guaranteed-return" not in rules(assessment)

    @pytest.mark.parametrize(
        "role",
        [
            pytest.param(Role.UNKNOWN, id="a speaker of whom nothing is known stays unknown"),
            pytest.param(Role.SYSTEM, id="a machine stays a machine"),
            pytest.param(Role.OTHER, id="a third party stays one"),
        ],
    )
    def test_is_believed_about_whoever_spoke(self, role: Role) -> None:
        text = json.loads(self.text())
        text["utterances"][3]["role"] = role.value

        known = self.judged(json.dumps(text)).roles.of(role.value)

        assert (known.role, known.confidence) == (role, 0.0 if role is Role.UNKNOWN else 1.0)

    @pytest.mark.parametrize(
        "envelope", [{}, CONSULTED, {"direction": "outbound"}], ids=["none", "asked", "out"]
    )
    def test_that_was_kept_is_judged_as_it_was_handed_in(self, envelope: Mapping[str, object]) -> None:
        first = self.judged(self.text(envelope))

        kept = unpack(pack(first.measured), source="x")

        assert analyst().measured(kept, Request((), first.envelope)).assessment == first

    @pytest.mark.parametrize("text", ["", "[]", '{"utterances": [{}]}'])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(EnvelopeError):
            self.judged(text)


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
