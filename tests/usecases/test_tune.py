"""Limits read off many calls: what is counted, what is proposed, and when nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind
from qa_service.core.intervals import Share
from qa_service.core.measured import Layout
from qa_service.core.speech import Role
from qa_service.detectors.own import Own
from qa_service.detectors.pace import PaceFast, PaceSlow
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.tone import RaisedVoice
from qa_service.pipeline.probing import NOTHING, ONE_CHANNEL, Near, Probing, probed
from qa_service.rulebook.gauges import Gauged, gauged
from qa_service.rulebook.load import load
from qa_service.usecases.tune import ELSEWHERE, FEW, MEDIAN, P90, P99, Row, Tuning
from tests.pipeline.cases import BAD, GOOD, case, said

FAST = Gauged(PaceFast(), ("fast",))


def of(limit: Gauged, worst: list[float], share: float = 0.02) -> Row:
    """Calls with one value each."""
    tuning = Tuning([limit], share)
    for value in worst:
        tuning.add("400", Probing("", {0: Near([value], [value])}))
    return tuning.together().rows[0]


def test_what_is_proposed_finds_the_share_that_was_asked_for() -> None:
    row = of(FAST, [200.0 + 2 * at for at in range(100)])  # 200 … 398

    assert (row.at[MEDIAN], row.at[P90], row.at[P99]) == (298, 378, 396)
    assert row.now == Share(39, 100)
    assert (row.proposed, row.then) == (390, Share(4, 100)), "at 400 nobody is found; 4 % is as near as 0 %"
    assert not row.is_bound


def test_slow_is_read_from_the_other_end() -> None:
    row = of(Gauged(PaceSlow(), ()), [101.0 + at for at in range(100)])  # 101 … 200

    assert (row.at[P90], row.at[P99]) == (111, 102)
    assert (row.proposed, row.then) == (100, Share(0, 100)), "at 110 nine of a hundred would be found"


@pytest.mark.parametrize(
    ("worst", "proposed"),
    [
        pytest.param([500.0] * 100, 450, id="everybody rushes: no milder than 450"),
        pytest.param([180.0] * 100, 260, id="everybody is calm: no stricter than 260"),
    ],
)
def test_a_proposal_stays_between_its_bounds(worst: list[float], proposed: float) -> None:
    row = of(FAST, worst)

    assert (row.proposed, row.is_bound) == (proposed, True)


def test_under_thirty_calls_nothing_is_proposed() -> None:
    row = of(FAST, [300.0] * 29)

    assert (row.proposed, row.then, row.why_not) == (None, None, FEW)
    assert row.now == Share(0, 29), "what is found now is said all the same"


def test_at_the_limit_is_a_fault_where_the_detector_says_so() -> None:
    assert of(Gauged(LongSilence(), ()), [8_000.0] * 30).now == Share(30, 30)
    assert of(FAST, [320.0] * 30).now == Share(0, 30)


def test_a_limit_that_a_rule_has_for_something_else_is_left_alone() -> None:
    row = of(Gauged(LongSilence(limit_ms=120_000), ("long",), is_own=True), [9_000.0] * 40)

    assert (row.proposed, row.why_not) == (None, ELSEWHERE)


def test_a_call_without_a_silence_is_one_that_is_not_found_and_one_without_words_is_none() -> None:
    tuning = Tuning([Gauged(LongSilence(), ()), FAST])

    tuning.add("", Probing("", {0: Near(why_not=NOTHING), 1: Near(why_not=NOTHING)}))

    silence, pace = tuning.together().rows
    assert (silence.now, silence.left_out) == (Share(0, 1), {})
    assert (pace.now, pace.left_out) == (Share(0, 0), {NOTHING: 1})


def test_lines_are_counted_each_and_together() -> None:
    tuning = Tuning([FAST])
    for line in ("a", "b", "b"):
        tuning.add(line, Probing("", {0: Near([250.0], [250.0])}, said=10, unreliable=1))
    tuning.add("a", Probing("scorable.one_sided"))

    assert [(one.line, one.calls) for one in tuning.lines()] == [("a", 2), ("b", 2)]
    assert (tuning.together().calls, tuning.together().said) == (4, 30)
    assert tuning.together().left_out == {"scorable.one_sided": 1}


def test_the_shipped_pack_has_its_limits_and_those_of_its_rules() -> None:
    found = {(one.label, one.limit): one for one in gauged(load("service-zh"))}

    assert found["silence.long", 120_000].is_elsewhere
    assert found["silence.long", 120_000].rules == ("service-zh/long-silence",)
    assert not found["silence.late_response", 5_000].rules, "shown although no rule asks for it"
    assert not any(isinstance(one.detector, Own) for one in found.values())


def test_a_judged_call_tells_the_agents_values_alone() -> None:
    near = probed(case(said(BAD)), [PaceFast()])

    rates = [
        u.chars_per_minute for u in said(BAD) if u.role is Role.AGENT and sum(map(str.isalnum, u.text)) > 9
    ]
    assert near.near[0].values == rates
    assert near.said == 4


def test_what_was_not_heard_well_enough_is_counted_and_not_asked() -> None:
    heard = said(GOOD)
    bad = [replace(one, unreliable="unreliable.words") if at == 2 else one for at, one in enumerate(heard)]

    whole, part = probed(case(heard), [PaceFast()]), probed(case(bad), [PaceFast()])

    assert (part.said, part.unreliable) == (whole.said, 1)
    assert len(part.near[0].values) == len(whole.near[0].values) - 1


def test_mono_tells_nothing_of_a_raised_voice_and_a_monologue_nothing_at_all() -> None:
    mono = probed(case(said(GOOD), layout=Layout.MONO), [RaisedVoice(), PaceFast()])

    assert (mono.near[0].why_not, mono.near[1].why_not) == (ONE_CHANNEL, "")
    assert probed(case(said(GOOD[::2])), [PaceFast()]).left_out == "scorable.one_sided"


def test_what_a_hang_up_ends_is_no_silence() -> None:
    heard = said(GOOD)
    hung_up = Envelope(events=(CallEvent(EventKind.HANGUP, heard[-1].span.end_ms + 100),))
    late = replace(case(heard, envelope=hung_up))
    late = replace(late, measured=replace(late.measured, duration_ms=late.measured.duration_ms + 60_000))

    assert max(probed(late, [LongSilence()]).near[0].values) < 1_000
