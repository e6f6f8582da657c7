"""What results are called: after their inputs, unique, and not after a counter where a name will do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.cli.names import result_names


def names(*paths: str) -> list[str]:
    return result_names([tuple(map(Path, path.split("+"))) for path in paths])


@pytest.mark.parametrize(
    ("paths", "called"),
    [
        pytest.param(["a/call.wav"], ["call"], id="alone"),
        pytest.param(["call.wav", "call.mp3"], ["call.wav", "call.mp3"], id="told apart by the ending"),
        pytest.param(["a/call.wav", "b/call.wav"], ["a-call", "b-call"], id="told apart by the folder"),
        pytest.param(
            ["a/x.wav", "a/x.mp3", "b/x.wav"], ["a-x.wav", "a-x.mp3", "b-x.wav"], id="told apart by both"
        ),
        pytest.param(
            ["mon/a/x.wav", "tue/a/x.wav"], ["mon-a-x", "tue-a-x"], id="told apart by the folder's folder"
        ),
        pytest.param(
            ["/d/a/x.wav", "../a/x.wav"], ["d-a-x", "a-x"], id="neither the root nor .. is in a name"
        ),
        pytest.param(["x.wav", "a/x.wav"], ["x", "a-x"], id="one of them in no folder"),
        pytest.param(["x.wav", "a/b.wav", "c/y.wav"], ["x", "b", "y"], id="nothing is added without need"),
        pytest.param(["/d/a/x.wav", "/d/a/x.wav"], ["x", "x-2"], id="the very same file twice"),
        pytest.param(["a/x.wav", "b/x.wav", "a/x.wav"], ["a-x", "b-x", "a-x-2"], id="twice, beside another"),
        pytest.param(["x.wav", "x.wav", "x-2.wav"], ["x", "x-3", "x-2"], id="twice, beside a number in use"),
        pytest.param(["Call.wav", "call.mp3"], ["Call.wav", "call.mp3"], id="alike but for the case"),
        pytest.param(
            ["a/call.wav", "b/call.wav", "a-call.json"],
            ["a-call.wav", "b-call.wav", "a-call"],
            id="a name in use",
        ),
        pytest.param(["l.wav+r.wav", "l.wav+r.mp3"], ["l.wav+r.wav", "l.wav+r.mp3"], id="legs"),
        pytest.param(["x.measured.zst", "y.measured.zst"], ["x", "y"], id="measured calls"),
    ],
)
def test_results_are_called(paths: list[str], called: list[str]) -> None:
    assert names(*paths) == called


_FILES = st.builds(
    "/".join,
    st.tuples(
        st.sampled_from(["a", "b/a", "A", "..", ""]), st.sampled_from(["x.wav", "x.mp3", "X.wav", "y.wav"])
    ),
)


@given(st.lists(_FILES, max_size=8))
def test_no_two_results_share_a_name(paths: list[str]) -> None:
    called = [name.casefold() for name in names(*paths)]

    assert len(set(called)) == len(called)


_PLAIN = st.builds(
    "/".join, st.tuples(st.sampled_from(["a", "b", "b/a"]), st.sampled_from(["x.wav", "x.mp3", "y.wav"]))
)


@given(st.lists(_PLAIN, max_size=6, unique=True))
def test_the_order_of_the_inputs_does_not_matter(paths: list[str]) -> None:
    backwards = paths[::-1]

    assert dict(zip(paths, names(*paths), strict=True)) == dict(
        zip(backwards, names(*backwards), strict=True)
    )
