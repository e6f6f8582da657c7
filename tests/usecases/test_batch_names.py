"""What the names of a batch's recordings say: who called when, and nobody's number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qa_service.core.batches import BatchRow
from qa_service.core.errors import EnvelopeError, QaError, UsageError
from qa_service.usecases.batch_names import batch_pattern, row_by_name
from qa_service.usecases.columns import Reading

TOKEN = "hmac-sha256:" + "0123456789abcdef" * 2
READING = Reading("Asia/Shanghai", lambda _: TOKEN)
USUAL = "{agent_id}_{customer_number}_{started_at:%Y%m%d%H%M%S}.wav"


def read(pattern: str, name: str, number: int, reading: Reading) -> BatchRow:
    return row_by_name(batch_pattern(pattern), name, number, reading)


@pytest.mark.parametrize(
    ("pattern", "name", "agent", "started"),
    [
        pytest.param(USUAL, "8001_13800138000_20261125083005.wav", "8001", "08:30:05", id="the usual one"),
        pytest.param(
            "{工号}-{started_at:%Y-%m-%d_%H%M}{*}",
            "8001-2026-11-25_0830-x.wav",
            "8001",
            "08:30:00",
            id="Chinese, and a rest",
        ),
        pytest.param("{*}({agent}){*}", "录音(李伟 8001)终.wav", "李伟 8001", "", id="brackets"),
        pytest.param("[{agent}].{*}", "[a+b].mp3", "a+b", "", id="letters of regular expressions"),
        pytest.param(
            "{started_at:%Y%m%d%H%M}{agent}.wav",
            "2026112508308001.wav",
            "8001",
            "08:30:00",
            id="a time",
        ),
        pytest.param("{*}_{agent}.wav", "_8001.wav", "8001", "", id="a rest of nothing"),
        pytest.param("{agent}.wav", "8001.wav.wav", "8001.wav", "", id="an ending within the part"),
        pytest.param("{agent:4}{*}", "80017.wav", "8001", "", id="a width"),
        pytest.param("*-{agent}-*", "x-8001-y.wav", "8001", "", id="stars without braces"),
        pytest.param(
            "{started_at}_{工号}.wav",
            "2026年11月25日 0830_8001.wav",
            "8001",
            "08:30:00",
            id="as tables write it",
        ),
    ],
)
def test_names_are_read(pattern: str, name: str, agent: str, started: str) -> None:
    row = read(pattern, name, 3, READING)

    assert row.envelope.participants[0].agent_id == agent
    moment = row.envelope.started_at
    assert (moment.isoformat() if moment else "") == (f"2026-11-25T{started}+08:00" if started else "")


def test_seconds_since_1970_are_no_local_time() -> None:
    row = read("{started_at:epoch}_{agent}.wav", "1795566605_8001.wav", 1, READING)

    assert row.envelope.started_at == datetime(2026, 11, 25, 0, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("column", ["customer_number", "customer", "客户", "手机号"])
def test_a_customers_number_in_a_name_is_replaced(column: str) -> None:
    row = read("{agent}_{" + column + "}.wav", "8001_13800138000.wav", 1, READING)

    assert (row.file_name, row.envelope.customer) == ("8001_c0123456789ab.wav", TOKEN)


def test_a_token_in_a_name_stays() -> None:
    name = "8001_9f2c41d07be5a6c39f2c41d07be5a6c3.wav"

    row = read("{agent}_{customer}.wav", name, 1, READING)

    assert (row.file_name, row.envelope.customer) == (name, name[5:-4])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("8001_13800138000.wav", id="a part is missing"),
        pytest.param("8001_x_13800138000_20261125083005.wav", id="a part too many"),
        pytest.param("8001_13800138000_20261125083005.wav.part", id="still being written"),
        pytest.param("8001_13800138000_20261125083005.WAV", id="another ending"),
        pytest.param("8001__20261125083005.wav", id="an empty part"),
        pytest.param("8001_13800138000_2026112508300五.wav", id="no digits"),
        pytest.param("", id="nothing"),
        pytest.param("_" * 5_000, id="very many of what parts it"),
    ],
)
def test_other_names_do_not_match(name: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read(USUAL, name, 3, READING)

    assert (caught.value.code, caught.value.where) == ("name_does_not_match", "#3")
    assert "13800138000" not in f"{caught.value} {caught.value.values}"


def test_a_day_that_does_not_exist_is_no_day() -> None:
    with pytest.raises(EnvelopeError) as caught:
        read(USUAL, "8001_13800138000_20260230083005.wav", 1, READING)

    assert (caught.value.code, caught.value.where) == ("envelope_invalid", "#1: started_at")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        pytest.param("", "pattern_file_name", id="nothing"),
        pytest.param("a" * 301, "pattern_file_name", id="endless"),
        pytest.param("{agent}/{line}.wav", "pattern_file_name", id="a folder"),
        pytest.param("{agent}\\{line}.wav", "pattern_file_name", id="a folder of Windows"),
        pytest.param("{extension}.wav", "pattern_column", id="an extension, which nothing is joined with"),
        pytest.param("{file_name}.wav", "pattern_column", id="the name in the name"),
    ],
)
def test_a_pattern_that_will_not_do_is_named(pattern: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        batch_pattern(pattern)

    assert (caught.value.code, caught.value.values["why"]) == ("pattern_invalid", why)
    assert caught.value.where.startswith("pattern[")


@given(
    st.text(st.characters(codec="ascii", exclude_characters="_/\\'=\""), min_size=1, max_size=20),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
)
def test_a_name_that_was_put_together_is_taken_apart_again(agent: str, moment: datetime) -> None:
    assume(agent.isprintable() and agent.strip() == agent)
    name = f"{agent}_{moment:%Y%m%d%H%M%S}.wav"

    row = read("{agent_id}_{started_at:%Y%m%d%H%M%S}.wav", name, 1, READING)

    started = row.envelope.started_at
    assert (row.envelope.participants[0].agent_id, row.file_name) == (agent, name)
    assert started is not None
    assert started.replace(tzinfo=None) == moment.replace(microsecond=0)


@given(st.text(alphabet="{}*:%YmdHMSagent_.-[]()\\^$+?", max_size=60), st.text(max_size=60))
def test_whatever_is_written_as_a_pattern_nothing_breaks(pattern: str, name: str) -> None:
    try:
        read(pattern, name, 1, READING)
    except QaError:
        return
