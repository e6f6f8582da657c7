"""Alignment against hand-counted cases and against the textbook's distance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.lab import align as aligning
from qa_service.lab.align import Edits, align

TEXTS = st.text(alphabet="退款到账了吗", max_size=14)


@pytest.mark.parametrize(
    ("said", "heard", "edits"),
    [
        pytest.param("退款到账", "退款到账", Edits(), id="equal"),
        pytest.param("", "", Edits(), id="nothing said, nothing heard"),
        pytest.param("退款", "", Edits(deleted=(0, 1)), id="nothing heard"),
        pytest.param("", "退款", Edits(inserted=(0, 0)), id="nothing said"),
        pytest.param("退款到账", "退宽到账", Edits(substituted=(1,)), id="one misheard"),
        pytest.param("退款到账", "退款账", Edits(deleted=(2,)), id="one dropped"),
        pytest.param("退款到账", "退款就到账", Edits(inserted=(2,)), id="one added in the middle"),
        pytest.param("退款到账", "退款到账了", Edits(inserted=(4,)), id="one added at the end"),
        pytest.param("退款到账", "就退款到账", Edits(inserted=(0,)), id="one added before"),
        pytest.param("请您三天内到账", "请三天以内到帐", Edits((6,), (1,), (4,)), id="one of each"),
    ],
)
def test_edits(said: str, heard: str, edits: Edits) -> None:
    assert align(said, heard) == edits


def textbook(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row, last = [i], row
        for j, b in enumerate(other, start=1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
    return row[-1]


@given(TEXTS, TEXTS)
def test_no_way_is_shorter(said: str, heard: str) -> None:
    assert align(said, heard).count == textbook(said, heard)


@given(TEXTS, TEXTS)
def test_the_way_back_is_as_long(said: str, heard: str) -> None:
    forth, back = align(said, heard), align(heard, said)

    assert forth.count == back.count
    assert len(forth.inserted) - len(forth.deleted) == len(heard) - len(said)


@given(TEXTS, TEXTS, TEXTS)
def test_a_detour_is_never_shorter(one: str, middle: str, other: str) -> None:
    assert align(one, other).count <= align(one, middle).count + align(middle, other).count


@given(TEXTS, TEXTS)
def test_long_texts_are_halved_to_the_same_distance(said: str, heard: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(aligning, "_CELLS", 6)
        halved = align(said, heard)

    assert halved.count == textbook(said, heard)
    assert all(0 <= at < len(said) for at in (*halved.substituted, *halved.deleted))
    assert all(0 <= at <= len(said) for at in halved.inserted)
