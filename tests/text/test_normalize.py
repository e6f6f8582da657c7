from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.normalize import BreakKind, fold

SPEECH = st.text(
    st.one_of(
        st.sampled_from(
            "您好保本简訊網路程式在線上聯絡預設行動電話什么一二三四五幺零十百123-–, ，。？！「」.:%AＢc 　"
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("said", "folded"),
    [
        pytest.param("您好，很高兴为您服务！", "您好很高兴为您服务", id="punctuation is not text"),
        pytest.param("請問有什麼可以幫您", "请问有什么可以帮您", id="traditional becomes simplified"),
        pytest.param("甚麼時候", "什么时候", id="variant wording"),
        pytest.param("等著", "等着", id="aspect particle"),
        pytest.param("請留意簡訊", "请留意短信", id="Taiwan wording"),
        pytest.param("请留意简讯", "请留意短信", id="Taiwan wording stored in simplified characters"),
        pytest.param("使用者登入", "用户登录", id="wording of another length"),
        pytest.param("ＡＰＰ Store", "appstore", id="width and case"),
        pytest.param("12315", "12315", id="figures"),
        pytest.param("幺二三一五", "12315", id="read out with 幺"),
        pytest.param("一二三一五", "12315", id="read out"),
        pytest.param("号码是么三八么二三四", "号码是1381234", id="幺 misheard as 么"),
        pytest.param("幺三八，么二三四", "1381234", id="么 behind a pause"),
        pytest.param("什么二三四五", "什么2345", id="the 么 of 什么 is none"),
        pytest.param("要什么二", "要什么二", id="nor before a single digit"),
        pytest.param("尾号二三四五么", "尾号2345么", id="a closing 么 asks"),
        pytest.param("是么三八块", "是么三八块", id="too short to be read out"),
        pytest.param("要么二三十块", "要么二三十块", id="要么 is a word"),
        pytest.param("123-15", "12315", id="as Whisper writes it"),
        pytest.param("1 2 3 1 5", "12315", id="spaced"),
        pytest.param("1-2-3-1-5", "12315", id="dashed"),
        pytest.param("１２３１５", "12315", id="full width figures"),
        pytest.param("400-800-1234", "4008001234", id="service number"),
        pytest.param("二零二六年", "2026年", id="a year"),
        pytest.param("1,000元", "1000元", id="thousands"),
        pytest.param("1-3个工作日", "1到3个工作日", id="a range is not thirteen"),
        pytest.param("10—15天", "10到15天", id="a range with a long dash"),
        pytest.param("100-200元", "100到200元", id="a range of money"),
        pytest.param("3.5%", "3.5%", id="a decimal"),
        pytest.param("10:30", "10:30", id="a time of day"),
        pytest.param("百分之百", "100%", id="a hundred percent"),
        pytest.param("一二线城市", "一二线城市", id="two spoken digits are words"),
        pytest.param("一二三线", "一二三线", id="counting is words"),
        pytest.param("三百二十五", "三百二十五", id="numbers with multipliers stay"),
        pytest.param("等一会儿", "等一会儿", id="a lone digit stays"),
        pytest.param("5一会儿", "5一会儿", id="a lone digit after a figure stays"),
        pytest.param("资料", "资料", id="mainland words stay"),
        pytest.param("。。。", "", id="nothing said"),
        pytest.param("", "", id="empty"),
    ],
)
def test_folding(said: str, folded: str) -> None:
    assert fold(said).text == folded


@pytest.mark.parametrize(
    ("said", "part", "original"),
    [
        pytest.param("请打 123-15，谢谢", "12315", "123-15", id="digits with what was dropped between them"),
        pytest.param("請留意簡訊。", "短信", "簡訊", id="a reworded word"),
        pytest.param("請登入伺服器吧", "服务器", "伺服器", id="a reworded word after another"),
        pytest.param("新使用者好", "用户", "使用者", id="a shorter word stands for the whole longer one"),
        pytest.param("它說：「保本」！", "保本", "保本", id="inside quotation marks"),
        pytest.param("百分之百保本", "100%", "百分之百", id="percent"),
    ],
)
def test_every_part_quotes_the_original(said: str, part: str, original: str) -> None:
    folded = fold(said)
    at = folded.text.index(part)

    start, end = folded.origin(at, at + len(part))

    assert said[start:end] == original


@pytest.mark.parametrize(
    ("said", "breaks"),
    [
        pytest.param("好的，再见。", [(2, BreakKind.SOFT), (4, BreakKind.HARD)], id="comma and full stop"),
        pytest.param("是吗？", [(2, BreakKind.ASK)], id="question mark"),
        pytest.param("说「好」", [(1, BreakKind.OPEN), (2, BreakKind.CLOSE)], id="quotation marks"),
        pytest.param("OK. 好", [(2, BreakKind.HARD)], id="a dot ends a sentence"),
        pytest.param("www.abc", [], id="a dot inside a name does not"),
        pytest.param("A B", [], id="a space is nothing"),
        pytest.param("10，20", [(2, BreakKind.SOFT)], id="a comma between two numbers"),
    ],
)
def test_punctuation_is_remembered(said: str, breaks: list[tuple[int, BreakKind]]) -> None:
    assert [tuple(found) for found in fold(said).breaks] == breaks


def test_a_sentence_lies_between_full_stops() -> None:
    folded = fold("好的。这款保本，您放心。再见")

    start, end = folded.sentence(4, 6)

    assert folded.text[start:end] == "这款保本您放心"


@given(SPEECH)
def test_offsets_lie_in_the_original_and_never_go_back(said: str) -> None:
    folded = fold(said)

    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(said) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    assert all(0 <= at <= len(folded.text) for at, _ in folded.breaks)
    assert list(folded.breaks) == sorted(folded.breaks, key=lambda found: found.at)


@given(SPEECH)
def test_no_mark_is_left_in_the_text(said: str) -> None:
    assert not any(0xE000 <= ord(char) <= 0xE009 for char in fold(said).text)


@given(st.text(st.sampled_from("您好保本吗這款產品，。？！ "), max_size=30))
def test_plain_speech_folds_once_and_for_all(said: str) -> None:
    assert fold(fold(said).text).text == fold(said).text
