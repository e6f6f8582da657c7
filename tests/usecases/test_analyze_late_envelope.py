"""An envelope that comes late: it says who and when, and changes nothing that was measured."""

from __future__ import annotations

from dataclasses import replace

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.measured import MeasuredCall
from qa_service.core.speech import Role, SoundKind
from qa_service.core.time import Span
from qa_service.turns.scorable import Status
from qa_service.usecases.analyze import Request
from tests.usecases.analysts import analyst, judged, rules

AGENT, CUSTOMER = ParticipantKind.AGENT, ParticipantKind.CUSTOMER


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
