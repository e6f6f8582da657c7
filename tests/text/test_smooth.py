"""Sounds of thinking inside what is said hide nothing of it, and what was heard is still found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.hedges import hedges
from qa_service.text.normalize import fold
from qa_service.text.points import spoken
from qa_service.text.resemblance import features, resemblance
from qa_service.text.smooth import smooth


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        pytest.param("三到嗯五个工作日", "三到五个工作日", id="inside a number"),
        pytest.param("不呃收费", "不收费", id="behind a denial"),
        pytest.param("嗯嗯呃", "嗯嗯呃", id="nothing but sounds"),
        pytest.param("嗯，好的", "嗯好的", id="an answer"),
        pytest.param("对嗯可以", "对嗯可以", id="behind an answer"),
        pytest.param("好的嗯。", "好的嗯", id="at the end"),
        pytest.param("我們嗯不能承諾", "我们不能承诺", id="traditional"),
        pytest.param("哎呀太好了啊", "哎呀太好了啊", id="words of feeling stay"),
    ],
)
def test_sounds_are_left_out_between_words_alone(heard: str, said: str) -> None:
    assert smooth(heard).text == said


@given(st.text("工作日嗯呃不收费，。吧到账", min_size=1, max_size=20))
def test_every_character_is_found_in_what_was_heard(heard: str) -> None:
    told = smooth(heard)

    for at, char in enumerate(told.text):
        start, end = told.origin(at, at + 1)
        assert char in fold(heard[start:end]).text
    if told.text:
        assert told.origin(0, len(told.text)) == (
            told.origin(0, 1)[0],
            told.origin(len(told.text) - 1, len(told.text))[1],
        )


@pytest.mark.parametrize(
    ("way", "heard", "sense"),
    [
        ("三到五个工作日到账", "三到嗯五个工作日到账", "SAID"),
        ("三到五个工作日到账", "三到五个呃工作日到账", "SAID"),
        ("三到五个工作日到账", "七嗯个工作日到账", "OTHER_NUMBER"),
        ("不收费", "不嗯收费", "SAID"),
        ("不收费", "嗯收费", "DENIED"),
    ],
)
def test_points_are_heard_through_sounds(way: str, heard: str, sense: str) -> None:
    spot = spoken((way,), smooth(heard))

    assert spot is not None
    assert spot.sense.name == sense


@pytest.mark.parametrize("heard", ["这个不嗯好说", "这个说不呃准", "应嗯该可以吧"])
def test_hedges_are_heard_through_sounds(heard: str) -> None:
    assert len(hedges(smooth(heard))) == 1


def test_sentences_are_as_alike_with_sounds_as_without() -> None:
    plain = features(fold("我们不能承诺保本").text)

    assert resemblance(features(fold("我们呃不能唉承诺保本").text), plain) == 1.0
