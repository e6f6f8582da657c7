"""The drawing at the head of a report: lanes in order, regions where the moments are, flags that do not collide."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from qa_service.core.measured import Layout, Problem
from qa_service.core.speech import Role, Sound, SoundKind
from qa_service.core.time import Span
from qa_service.exports.document import assessment_model
from qa_service.exports.waveform import Drawing, draw, outline_of
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import BAD, GOOD, MEASURED_CER, TEXT, Scene, analyzed, long_call, transferred


def _drawn(call: Analyzed) -> Drawing:
    outline = outline_of(call.recording.samples) if call.recording else None
    return draw(outline, assessment_model(call, catalogue("zh_CN")))


@pytest.mark.parametrize(
    ("scene", "lanes"),
    [
        pytest.param(replace(Scene(), with_sound=True), ["customer", "agent"], id="the customer is on top"),
        pytest.param(TEXT, ["customer", "agent"], id="a transcript shows who spoke when"),
        pytest.param(Scene(Layout.MONO, with_sound=True), ["both"], id="one lane for a mono recording"),
    ],
)
def test_lanes(scene: Scene, lanes: list[str]) -> None:
    drawing = _drawn(analyzed(BAD, scene))

    assert [lane.role for lane in drawing.lanes] == lanes
    assert drawing.height == 56 * len(lanes)


def test_a_silent_lane_has_no_owner() -> None:
    drawing = _drawn(analyzed(BAD[:1], replace(Scene(), with_sound=True)))

    assert [lane.role for lane in drawing.lanes] == ["agent", "unknown"]


def test_regions_lie_where_the_moments_are() -> None:
    call = analyzed(BAD, MEASURED_CER)
    drawing, moments = _drawn(call), call.assessment.moments

    for region, moment in zip(drawing.regions, moments, strict=True):
        assert region.x == pytest.approx(100 * moment.span.start_ms / drawing.duration_ms, abs=0.01)
        assert 0.3 <= region.width <= 100.0 - region.x


def test_flags_that_would_cover_each_other_take_two_rows() -> None:
    drawing = _drawn(long_call())

    rows = {region.number: region.row for region in drawing.regions}
    assert (rows[1], rows[2], drawing.flag_rows) == (0, 1, 2)


def test_flags_with_room_stay_in_one_row() -> None:
    assert _drawn(analyzed(BAD, MEASURED_CER)).flag_rows == 1


def test_hold_is_shaded_once_and_a_transfer_is_a_border() -> None:
    held = replace(MEASURED_CER, sounds=(Sound(Span(0, 5_000), SoundKind.MUSIC),))

    assert [(s.kind, s.x) for s in _drawn(analyzed(GOOD, held)).stripes] == [("hold", 0.0)]
    assert len(_drawn(transferred()).borders) == 1


def test_what_a_machine_said_is_shaded_on_its_lane_alone() -> None:
    scene = replace(Scene(), with_sound=True)
    lines = (*GOOD[:1], *GOOD)
    call = analyzed(lines, scene)
    (first, *_) = call.assessment.utterances
    machine = replace(
        call.assessment, utterances=(replace(first, role=Role.SYSTEM), *call.assessment.utterances[1:])
    )

    drawing = _drawn(replace(call, assessment=machine))

    (shade,) = drawing.shades
    lane = next(lane for lane in drawing.lanes if lane.channel == first.channel)
    assert shade.top == lane.top
    assert shade.x == pytest.approx(100 * first.span.start_ms / drawing.duration_ms, abs=0.01)


def test_a_call_without_anything_can_be_drawn() -> None:
    drawing = _drawn(analyzed((), replace(Scene(), with_sound=True)))

    assert (drawing.regions, drawing.borders, len(drawing.lanes)) == ((), (), 2)


def test_of_hundreds_of_moments_no_flag_covers_another_and_none_leaves_the_drawing() -> None:
    whole = assessment_model(long_call(), catalogue("zh_CN"))
    every = whole.call.duration_ms // 900
    made = [
        whole.moments[0].model_copy(update={"start_ms": n * every, "end_ms": n * every + 9_000})
        for n in range(900)
    ]

    drawing = draw(None, whole.model_copy(update={"moments": made}))

    assert len(drawing.regions) == 900
    assert all(region.x >= 0 and region.x + region.width <= 100.01 for region in drawing.regions)
    for row in range(drawing.flag_rows):
        at = [region.x for region in drawing.regions if region.row == row and region.has_flag]
        assert all(b - a >= 1.4 for a, b in pairwise(at))
    assert drawing.regions[-1].ends
    assert not drawing.regions[0].ends


def test_what_is_lost_of_a_recording_is_shaded_and_a_missing_end_is_not() -> None:
    problems = (
        Problem("damaged", Span(2_000, 4_000), 2_000),
        Problem("gap", Span(6_000, 6_500), 500),
        Problem("truncated", Span(9_000, 9_000), 4_000),
    )
    drawing = _drawn(analyzed(GOOD, replace(MEASURED_CER, problems=problems)))

    lost = [stripe for stripe in drawing.stripes if stripe.kind == "lost"]
    assert [stripe.x for stripe in lost] == [
        pytest.approx(100 * at / drawing.duration_ms, abs=0.01) for at in (2_000, 6_000)
    ]
