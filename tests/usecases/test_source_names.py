"""What is read in the names of a source's recordings, and what is refused rather than guessed."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import UsageError
from qa_service.usecases.source_names import PATHS, Named, check_pattern, read_name

STAMP = "{started_at:%Y%m%d-%H%M%S}"
AT = datetime(2026, 11, 25, 8, 30, 7)
CUSTOMER = "9f2c41d07be5a6c39f2c41d07be5a6c3"


@pytest.mark.parametrize(
    ("pattern", "name", "said"),
    [
        pytest.param("{call_id}.wav", "c-77.wav", Named(call_id="c-77"), id="an id"),
        pytest.param("{call_id}.wav", "c.wav.wav", Named(call_id="c.wav"), id="an ending within the id"),
        pytest.param(
            f"{STAMP}_{{extension}}_{{call_id}}.wav",
            "20261125-083007_8001_c-77.wav",
            Named(call_id="c-77", extension="8001", started_at=AT),
            id="a time, an extension, an id",
        ),
        pytest.param(
            "{extension:4}{call_id}", "8001c77", Named(call_id="c77", extension="8001"), id="a width"
        ),
        pytest.param(
            "{started_at:%Y%m%d%H%M%S}{agent}",
            "202611250830073056",
            Named(agent_id="3056", started_at=AT),
            id="a time has a width",
        ),
        pytest.param(
            "{started_at:epoch}-{call_id}",
            "1795595407-x",
            Named(call_id="x", started_at=datetime(2026, 11, 25, 8, 30, 7, tzinfo=UTC)),
            id="seconds since 1970 have a zone",
        ),
        pytest.param(
            "{started_at:epoch_ms}",
            "1795595407000",
            Named(started_at=datetime(2026, 11, 25, 8, 30, 7, tzinfo=UTC)),
            id="milliseconds",
        ),
        pytest.param(
            "{call_id}_*.mp3", "c1_anything_at_all.mp3", Named(call_id="c1"), id="what is not wanted"
        ),
        pytest.param("*_{call_id}", "_c1", Named(call_id="c1"), id="a star takes nothing too"),
        pytest.param(
            "{direction}-{call_id}", "呼出-7", Named(call_id="7", direction="outbound"), id="Chinese words"
        ),
        pytest.param(
            "{direction}-{call_id}",
            "外呼-7",
            Named(call_id="7", direction="outbound"),
            id="as tables call it",
        ),
        pytest.param("{direction}-{call_id}", "IN-7", Named(call_id="7", direction="inbound"), id="capitals"),
        pytest.param(
            "{agent}/{call_id}.wav",
            "2026/11/3056/c1.wav",
            Named(call_id="c1", agent_id="3056"),
            id="a folder above",
        ),
        pytest.param(
            "{call_id}.wav", "deep/down/c1.wav", Named(call_id="c1"), id="folders that nobody asked about"
        ),
        pytest.param(
            "热线{line}_{call_id}.wav", "热线400_甲.wav", Named(call_id="甲", line="400"), id="Chinese text"
        ),
        pytest.param(
            "{分机}_{通话编号}.wav", "8001_c1.wav", Named(call_id="c1", extension="8001"), id="Chinese fields"
        ),
        pytest.param("{agent_id}_{*}", "3056_", Named(agent_id="3056"), id="a rest in braces"),
        pytest.param(
            "{started_at}_{call_id}.wav",
            "2026-11-25 0830_c1.wav",
            Named(call_id="c1", started_at=AT.replace(second=0)),
            id="a time as tables write it",
        ),
        pytest.param("{customer}.wav", f"{CUSTOMER}.wav", Named(customer=CUSTOMER), id="a customer's token"),
        pytest.param(
            "{customer}.wav",
            "13800138000.wav",
            Named(customer_number="13800138000"),
            id="a number is no token",
        ),
        pytest.param(
            "{call_id}_{agent}", "a_b_c", Named(call_id="a", agent_id="b_c"), id="the first place that fits"
        ),
    ],
)
def test_reads(pattern: str, name: str, said: Named) -> None:
    assert read_name(pattern, name) == said


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param("{call_id}.wav", "c1.mp3", id="another ending"),
        pytest.param("{call_id}.wav", ".wav", id="an empty field"),
        pytest.param("{call_id}.wav", "c1.WAV", id="capitals in plain text"),
        pytest.param(f"{STAMP}.wav", "20261325-083007.wav", id="a month that there is not"),
        pytest.param(f"{STAMP}.wav", "20260229-083007.wav", id="a day that there is not"),
        pytest.param(f"{STAMP}.wav", "2026112 -083007.wav", id="a space for a digit"),
        pytest.param(f"{STAMP}.wav", "２０２６1125-083007.wav", id="full-width digits"),
        pytest.param("{extension:4}.wav", "800.wav", id="too short for its width"),
        pytest.param("{extension:4}.wav", "80011.wav", id="too long for its width"),
        pytest.param("{direction}_{call_id}", "sideways_7", id="no direction"),
        pytest.param("{agent}/{call_id}", "c1", id="no folder"),
        pytest.param("{started_at:epoch}", "17957674070", id="too many digits"),
        pytest.param("a{call_id}", "b1", id="another beginning"),
        pytest.param("{call_id}_{agent}", "onlyone", id="text between fields is missing"),
        pytest.param("x{call_id:1}", "xyz", id="something is left over"),
        pytest.param("{call_id}_{agent}", "_b_c", id="a field that would be empty"),
        pytest.param("{started_at}.wav", "今天.wav", id="no moment in words"),
        pytest.param("{started_at}.wav", "20261125.wav", id="a day is no moment"),
    ],
)
def test_does_not_guess(pattern: str, name: str) -> None:
    assert read_name(pattern, name) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        pytest.param("{phone}{line}", "pattern_between", id="two fields that touch"),
        pytest.param("{agent_channel}.wav", "pattern_column", id="a column that only batches have"),
        pytest.param("x" * 501, "pattern_path", id="longer than anybody needs"),
    ],
)
def test_refuses(pattern: str, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_pattern(pattern)

    assert (refused.value.code, refused.value.values["why"]) == ("pattern_invalid", why)


def test_no_pattern_is_a_pattern_too() -> None:
    check_pattern("")


WORD = st.text(st.characters(codec="utf-8", exclude_characters="_/{}*"), min_size=1)


@given(call_id=WORD, agent=WORD)
def test_what_is_written_by_a_pattern_is_read_again(call_id: str, agent: str) -> None:
    assert read_name("{agent}_{call_id}", f"{agent}_{call_id}") == Named(call_id=call_id, agent_id=agent)


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_strangers_write_breaks_it(pattern: str, name: str) -> None:
    with contextlib.suppress(UsageError):
        said = read_name(pattern, name)
        assert said is None or isinstance(said, Named)


def test_an_envelope_holds_what_was_read_and_nothing_else() -> None:
    said = Named(call_id="c", agent_id="3056", started_at=AT, extension="8001")

    assert said.envelope() == {
        "call_id": "c",
        "started_at": "2026-11-25T08:30:07",
        "participants": [{"id": "agent", "kind": "agent", "agent_id": "3056"}],
    }
    assert set(Named.__slots__) == set(PATHS.fields)
