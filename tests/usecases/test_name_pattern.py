"""The one grammar of names: what a pattern takes apart, where, and which patterns are refused."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import UsageError
from qa_service.usecases.batch_names import BARE_NAMES
from qa_service.usecases.name_pattern import Found, Kind, read_pattern
from qa_service.usecases.source_names import PATHS


@pytest.mark.parametrize(
    ("pattern", "name", "places"),
    [
        pytest.param("a{call_id}b{line}", "a12b3", {"call_id": (1, 3), "line": (4, 5)}, id="between text"),
        pytest.param("{call_id}.wav", "x/y/c1.wav", {"call_id": (4, 6)}, id="behind folders"),
        pytest.param("{line}/{call_id}", "x/400/c1", {"line": (2, 5), "call_id": (6, 8)}, id="a folder"),
        pytest.param("{call_id:2}_*", "c1_xx", {"call_id": (0, 2)}, id="a star takes the rest"),
        pytest.param("{call_id:2}{line}", "c14/0", None, id="a field never goes across folders"),
        pytest.param("{call_id}--{line}", "a-b--4", {"call_id": (0, 3), "line": (5, 6)}, id="the whole text"),
        pytest.param(
            "{call_id}_{line}_{agent}",
            "1_2_3_4",
            {"call_id": (0, 1), "line": (2, 3), "agent_id": (4, 7)},
            id="the last takes the rest",
        ),
        pytest.param(
            "{call_id}_{line}.wav", "1__2.wav", {"call_id": (0, 1), "line": (2, 4)}, id="the first place"
        ),
        pytest.param("{call_id}_{line}.wav", "_2.wav", None, id="nothing for a field"),
        pytest.param("{call_id}ab", "ab", None, id="the end alone"),
        pytest.param("{call_id}_ab", "x_ab_a", None, id="the end comes too early"),
    ],
)
def test_a_name_is_taken_apart(pattern: str, name: str, places: dict[str, tuple[int, int]] | None) -> None:
    found = read_pattern(pattern, PATHS).read(name)

    spans = None if found is None else {field: said.span for field, said in found.items()}
    assert spans == places


@pytest.mark.parametrize("kind", [BARE_NAMES, PATHS], ids=["names", "paths"])
@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        pytest.param("call.wav", "pattern_nothing", id="no column"),
        pytest.param("{*}.wav", "pattern_nothing", id="a rest alone"),
        pytest.param("{agent}{line}.wav", "pattern_between", id="two columns side by side"),
        pytest.param("{*}{agent}.wav", "pattern_between", id="a rest beside a column"),
        pytest.param("{agent}_{工号}.wav", "pattern_once", id="a column twice, under two names"),
        pytest.param("{agent", "pattern_pairs", id="an open brace"),
        pytest.param("agent}", "pattern_pairs", id="a closed brace"),
        pytest.param("{}.wav", "pattern_column", id="no name"),
        pytest.param("{colour}.wav", "pattern_column", id="an unknown column"),
        pytest.param("{file_name}.wav", "pattern_column", id="the name in the name"),
        pytest.param("{agent:%Y}.wav", "pattern_width", id="a format for an agent"),
        pytest.param("{line:0}.wav", "pattern_width", id="no width"),
        pytest.param("{line:four}.wav", "pattern_width", id="a width in words"),
        pytest.param("{line:}.wav", "pattern_width", id="an empty width"),
        pytest.param("{*:4}{line}", "pattern_column", id="a rest with a width"),
        pytest.param("{line}*", "pattern_between", id="a column beside a star"),
        pytest.param("{line}_**", "pattern_between", id="two stars"),
        pytest.param("{started_at:%Y%m%d}.wav", "pattern_letters", id="a day without a time"),
        pytest.param("{started_at:%Y%m%d%H%M%p}.wav", "pattern_letters", id="an unknown letter"),
        pytest.param("{started_at:%Y%m%d%H%M%M}.wav", "pattern_letters", id="a letter twice"),
        pytest.param("{started_at:%H%M}.wav", "pattern_letters", id="a time without a day"),
        pytest.param("{started_at:}.wav", "pattern_letters", id="an empty form"),
        pytest.param("{started_at:%Y%m%d%H%M%}.wav", "pattern_letters", id="a letter is missing"),
        pytest.param("{started_at:%}.wav", "pattern_letters", id="half a letter"),
    ],
)
def test_a_pattern_that_will_not_do_is_named(pattern: str, why: str, kind: Kind) -> None:
    with pytest.raises(UsageError) as caught:
        read_pattern(pattern, kind)

    assert (caught.value.code, caught.value.values["why"]) == ("pattern_invalid", why)
    assert caught.value.where.startswith("pattern[")


@given(
    st.text(alphabet="{}*:%YmdHMSagent_.-[]()\\^$+?/", max_size=60),
    st.text(max_size=60),
    st.sampled_from([BARE_NAMES, PATHS]),
)
def test_whatever_is_written_as_a_pattern_nothing_breaks(pattern: str, name: str, kind: Kind) -> None:
    found: Mapping[str, Found] = {}
    with contextlib.suppress(UsageError):
        found = read_pattern(pattern, kind).read(name) or {}

    assert all(0 <= said.span[0] < said.span[1] <= len(name) for said in found.values())
