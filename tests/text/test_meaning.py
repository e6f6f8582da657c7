"""What of a text is looked at for its meaning, in which sense it is meant, and vectors as bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.meaning import alike, directions, meant, quantized, senses_of
from qa_service.text.normalize import fold


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("嗯。好的！", [], id="too short to say anything"),
        pytest.param("您放心吧", ["您放心吧"], id="a short sentence"),
        pytest.param("您放心，没事的。", ["您放心，没事的"], id="short clauses say nothing by themselves"),
        pytest.param(
            "我查清楚之后给您回电话，您不用一直等。",
            ["我查清楚之后给您回电话，您不用一直等", "我查清楚之后给您回电话"],
            id="a long clause does",
        ),
        pytest.param("今天查不到。明天再打来吧？", ["今天查不到", "明天再打来吧"], id="each sentence"),
        pytest.param("好" * 201, [], id="no sentence is so long"),
        pytest.param("ＶＩＰ１２号。我給您回電話", ["ＶＩＰ１２号", "我給您回電話"], id="as it is written"),
    ],
)  # fmt: skip
def test_what_is_looked_at(text: str, stretches: list[str]) -> None:
    assert sorted(text[start:end] for start, end in meant(text)) == sorted(stretches)


@given(st.text(st.sampled_from("我您给回电话，。？！；不 Ａ1二百《》“”"), max_size=60))
def test_every_stretch_lies_in_its_text_and_is_told_once(text: str) -> None:
    found = meant(text)

    assert all(0 <= start < end <= len(text) for start, end in found)
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("text", "senses"),
    [
        ("我们承诺保本", []),
        ("我们不能承诺保本", ["negated"]),
        ("不是不给您转", []),
        ("没有风险的", []),
        ("您刚才说的保本保息", ["quoted"]),
        ("能不能给我保本", ["question"]),
        ("可以保本？", ["question"]),
        ("要是能保本的话", ["conditional"]),
    ],
)
def test_the_sense_of_a_whole_sentence(text: str, senses: list[str]) -> None:
    folded = fold(text)

    assert sorted(senses_of(folded, 0, len(folded.text))) == senses


@given(st.lists(st.lists(st.floats(-1, 1), min_size=16, max_size=16), min_size=1, max_size=5))
def test_bytes_keep_the_direction(rows: list[list[float]]) -> None:
    given_rows = np.array(rows, np.float32)
    lengths = np.linalg.norm(given_rows, axis=1)

    cosines = np.diag(alike(directions(quantized(given_rows)), given_rows)) / np.maximum(lengths, 1e-30)

    assert all(cosine > 0.995 for cosine, length in zip(cosines, lengths, strict=True) if length > 1e-3)
