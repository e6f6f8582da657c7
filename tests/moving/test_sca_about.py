"""When a call was, which way, whose: carried from their result into our envelope."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_service.bootstrap.serving import read_in
from qa_service.core.calls import Direction
from qa_service.moving.sca_results import read_results

_SAID = {"asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "您好"}]}


def transcript(**result: Any) -> dict[str, Any]:
    (call,) = read_results([{"tid": "x", **_SAID, **result}]).calls
    return dict(call.transcript)


def test_what_they_know_of_a_call_is_in_the_envelope() -> None:
    recording = {"callTime": "2026-03-14 09:41:07", "callType": "呼入", "business": "宽带"}
    told = transcript(agent={"id": 3056, "skillGroup": "家电售后"}, recording=recording)

    envelope, _ = read_in("Asia/Shanghai", None, json.dumps(told))

    assert envelope.started_at is not None
    assert envelope.started_at.isoformat() == "2026-03-14T09:41:07+08:00"
    assert (envelope.direction, envelope.business, envelope.skill_group) == (
        Direction.INBOUND,
        "宽带",
        "家电售后",
    )
    assert [one.agent_id for one in envelope.participants] == ["3056"]


def test_what_they_do_not_say_is_not_there() -> None:
    assert transcript()["envelope"] == {"call_id": "x"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(1773452467000, "2026-03-14T01:41:07+00:00", id="milliseconds"),
        pytest.param("2026-03-14T01:41:07+00:00", "2026-03-14T01:41:07+00:00", id="with a zone"),
        pytest.param("2026-03-14 09:41", "2026-03-14T09:41:00", id="without seconds"),
    ],
)
def test_a_time_is_read_as_it_is_written(written: object, read: str) -> None:
    assert transcript(recording={"callTime": written})["envelope"]["started_at"] == read


def test_a_time_that_nobody_can_read_is_told_and_the_call_comes_in() -> None:
    found = read_results([{"tid": "x", **_SAID, "recording": {"callTime": "昨天"}}])

    assert [call.id for call in found.calls] == ["x"]
    assert [(bad.row, bad.why.code, dict(bad.why.values)) for bad in found.bad] == [
        (1, "row_started", {"time": "昨天"})
    ]


@pytest.mark.parametrize(
    ("number", "direction"),
    [
        pytest.param(1, "outbound", id="1 is an outgoing call"),
        pytest.param("3", "inbound", id="3 is an incoming call"),
        pytest.param(2, None, id="no page says what 2 is"),
        pytest.param(0, None, id="nor 0"),
    ],
)
def test_a_number_is_a_direction_where_their_pages_say_so(number: object, direction: str | None) -> None:
    envelope = transcript(recording={"callType": number})["envelope"]

    assert envelope.get("direction") == direction
    assert envelope["metadata"] == {"call_type": str(number)}, "routes may ask for it"
