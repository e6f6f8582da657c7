"""From tokens to words: character times, spaces, marks, script, and whose word it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.asr.decoder import Token
from qa_service.asr.packing import Shape, pack
from qa_service.asr.script import full_width, in_script
from qa_service.asr.words import words_of
from qa_service.core.speech import spoken_chars
from qa_service.core.time import Span
from qa_service.ports import Stretch

CALL = [
    Stretch(0, Span(1_000, 3_000), np.ones(32_000, dtype=np.int16)),
    Stretch(0, Span(4_000, 6_000), np.ones(32_000, dtype=np.int16)),
]
(WINDOW,) = pack(CALL, [0, 1], Shape(limit=28 * 16_000, least_gap=6_400, most_gap=6_400))


def tokens(*texts: str, start: int = 0, each: int = 3_200) -> list[Token]:
    return [Token(text, start + i * each, start + (i + 1) * each, 0.9) for i, text in enumerate(texts)]


def heard(*texts: str, script: str = "zh_CN") -> list[str]:
    found = words_of(WINDOW, tokens(*texts, each=1_600), CALL, script)
    return [word.text for index in sorted(found) for word in found[index]]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(["您好", ",", "请问"], ["您", "好，", "请", "问"], id="marks are full-width and join"),
        pytest.param(["您好", " ", "请问"], ["您", "好，", "请", "问"], id="a space is a pause"),
        pytest.param(["我的", " VIP", "卡"], ["我", "的", "VIP", "卡"], id="no space between scripts"),
        pytest.param([" Wi", "-", "Fi", " plus"], ["Wi-Fi", " plus"], id="Latin keeps its leading space"),
        pytest.param(["12", "315", "投诉"], ["12315", "投", "诉"], id="a number is one word"),
        pytest.param(["百分之", "3.5"], ["百", "分", "之", "3.5"], id="a decimal point stays"),
        pytest.param(["1,000", "元"], ["1,000", "元"], id="so does a comma in a number"),
        pytest.param(["，", "您好"], ["您", "好"], id="no mark leads"),
        pytest.param([" 您好", " "], ["您", "好"], id="no space leads or trails"),
        pytest.param(["歡迎", "您"], ["欢", "迎", "您"], id="simplified by default"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_words(said: list[str], words: list[str]) -> None:
    assert heard(*said) == words


def test_the_characters_of_a_token_share_its_time() -> None:
    found = words_of(WINDOW, tokens("您好", each=6_400), CALL, "zh_CN")[0]

    assert [word.span for word in found] == [Span(1_000, 1_200), Span(1_200, 1_400)]


def test_a_long_token_is_a_character_and_then_silence() -> None:
    (word,) = words_of(WINDOW, [Token("嗯", 0, 30_000, 0.9)], CALL, "zh_CN")[0]

    assert word.span == Span(1_000, 1_500)


def test_a_first_word_with_the_gap_in_its_time_begins_with_its_stretch() -> None:
    found = words_of(WINDOW, [Token("对", 31_900, 42_000, 0.9)], CALL, "zh_CN")

    assert list(found) == [1]
    assert found[1][0].span == Span(4_000, 4_225)


def test_marks_stay_with_what_they_follow() -> None:
    found = words_of(WINDOW, [*tokens("好"), Token("。", 36_000, 42_000, 0.9)], CALL, "zh_CN")

    assert [word.text for word in found[0]] == ["好。"]
    assert 1 not in found


texts = st.text(st.sampled_from("您好的吗是 ，,。AbC12歡"), min_size=1, max_size=4)


@given(st.lists(st.tuples(texts, st.integers(0, 70_000), st.integers(0, 9_000)), max_size=12))
def test_whatever_was_said_lands_once_inside_and_in_order(said: list[tuple[str, int, int]]) -> None:
    given_tokens = [
        Token(t, at, at + long, 0.5)
        for (t, _, long), at in zip(said, sorted(s[1] for s in said), strict=True)
    ]

    found = words_of(WINDOW, given_tokens, CALL, "zh_CN")

    assert spoken_chars("".join(t for t, _, _ in said)) == sum(
        spoken_chars(word.text) for words in found.values() for word in words
    )
    for index, words in found.items():
        assert all(CALL[index].span.contains(word.span) for word in words)
        assert [w.span.start_ms for w in words] == sorted(w.span.start_ms for w in words)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20))
def test_a_script_never_changes_the_length(text: str) -> None:
    assert len(in_script(text, "zh_CN")) == len(text)
    assert len(in_script(text, "zh_TW")) == len(text)


@pytest.mark.parametrize(
    ("text", "script", "written"),
    [
        pytest.param("請問您要辦理什麼業務", "zh_CN", "请问您要办理什么业务", id="to simplified"),
        pytest.param("请问发票怎么开", "zh_TW", "請問發票怎麼開", id="to traditional"),
        pytest.param("头发和发票", "zh_TW", "頭髮和發票", id="the word decides which character"),
        pytest.param("請問", "as heard", "請問", id="an unknown script leaves it"),
    ],
)
def test_script(text: str, script: str, written: str) -> None:
    assert in_script(text, script) == written


def test_full_width() -> None:
    assert full_width("好,是吗?") == "好，是吗？"
