"""What looks invented or dropped is doubted; what people really say is not."""

from __future__ import annotations

import numpy as np
import pytest

from qa_service.asr.guard import Take, doubt, is_loop, looped, settle, voiced_ms
from qa_service.asr.scripted import evenly
from qa_service.core.speech import HeardWord
from qa_service.core.time import Span


def take(text: str, *, sure: float = 0.9, no_speech: float = 0.05, cut_off: bool = False) -> Take:
    words = (HeardWord(word.text, word.span, sure) for word in evenly(text, Span(0, 5_000))) if text else ()
    return Take(tuple(words), no_speech, cut_off, "zh", 0.99)


CREDITS = "请不吝点赞订阅转发打赏支持明镜与点点栏目"


@pytest.mark.parametrize(
    ("tried", "voiced", "reason"),
    [
        pytest.param(take("您好，请问有什么可以帮您？"), 2_600, "", id="a sentence"),
        pytest.param(take("嗯"), 300, "", id="a back-channel"),
        pytest.param(take("嗯"), 1_200, "", id="a long hm"),
        pytest.param(take("对对对对对"), 1_000, "", id="yes five times"),
        pytest.param(take("喂喂喂，听得到吗，喂喂"), 2_500, "", id="hello hello"),
        pytest.param(take("好的好的好的好的"), 1_500, "", id="fine four times"),
        pytest.param(take("幺三八零零零零零零零零"), 3_000, "", id="a telephone number with many noughts"),
        pytest.param(take("喂" * 6), 2_500, "", id="hello six times"),
        pytest.param(take("好" * 7), 1_800, "", id="fine, fine, seven times"),
        pytest.param(take("不不不不不不，不是这样"), 2_000, "", id="no no no"),
        pytest.param(take("哈" * 8), 2_500, "", id="laughing"),
        pytest.param(take("没没没没没，没事"), 2_000, "", id="it is nothing"),
        pytest.param(take("卡号是六六六六六八八八八八"), 3_000, "", id="a card of lucky digits"),
        pytest.param(take("感感感感，感谢"), 2_000, "", id="stammering"),
        pytest.param(take("车牌 AAAAAA"), 2_000, "", id="letters of a code"),
        pytest.param(take("感" * 6), 2_500, "loop", id="a character that nobody says in rows"),
        pytest.param(take("您好，感感感感感"), 2_500, "loop", id="a sentence that got stuck"),
        pytest.param(take("谢谢观看我们的产品演示", sure=0.9), 2_500, "", id="a credit's words, surely said"),
        pytest.param(take("请您帮我点赞一下好吗"), 2_200, "", id="somebody does say it"),
        pytest.param(
            take("我要投诉你们这个服务太差了马上给我处理"), 2_400, "", id="fast and angry, 8 a second"
        ),
        pytest.param(take(""), 400, "", id="a click owes no text"),
        pytest.param(take("就是那个"), 2_500, "", id="hesitating"),
        pytest.param(take(""), 900, "nothing", id="voice without text"),
        pytest.param(take("嗯。"), 6_000, "too_few", id="dropped speech"),
        pytest.param(
            take("今天天气很好我们一起出去玩吧怎么样呢"), 1_000, "too_many", id="nobody speaks so fast"
        ),
        pytest.param(take("A4,A4,A4,A4,A4,A4"), 4_000, "loop", id="Latin loop"),
        pytest.param(
            take("文，不认识英文，不认识英文，不认识英文，不认识英文。"),
            3_000,
            "loop",
            id="begun in the middle",
        ),
        pytest.param(
            take("不认识英文，不认识英文，不认识英文，不认识英"),
            3_200,
            "loop",
            id="broken off in the fourth round",
        ),
        pytest.param(take("我要投诉，我要投诉，我要投诉，我要投诉"), 3_500, "", id="upset, four times"),
        pytest.param(take("听得到吗？听得到吗？听得到吗？"), 3_000, "", id="a bad line, three times"),
        pytest.param(
            take("我不同意扣款，我不同意扣款，我不同意扣款。"), 3_800, "", id="a longer phrase three times"
        ),
        pytest.param(
            take("不好意思不好意思不好意思，您的订单我这边再帮您查一下好吗"), 5_000, "", id="and then goes on"
        ),
        pytest.param(take("我们的我们的我们的我们的我们的"), 5_000, "loop", id="five times the same phrase"),
        pytest.param(take("哈" * 12), 4_000, "loop", id="one character for ever"),
        pytest.param(take("您稍等一下，我", cut_off=True), 2_000, "cut_off", id="stopped by the limit"),
        pytest.param(take(CREDITS, sure=0.5, no_speech=0.8), 4_000, "invented", id="credits over music"),
        pytest.param(take("是的是这样", sure=0.2), 1_500, "unsure", id="a guess"),
    ],
)
def test_doubt(tried: Take, voiced: int, reason: str) -> None:
    assert doubt(tried, voiced) == reason


@pytest.mark.parametrize(
    ("first", "again", "voiced", "text", "unheard", "doubtful"),
    [
        pytest.param("您好", None, 600, "您好", "", "", id="never doubted"),
        pytest.param("", "您好", 900, "您好", "", "", id="dropped, then heard"),
        pytest.param("A4," * 6, "您好您请讲", 1_500, "您好您请讲", "", "", id="a loop, then heard"),
        pytest.param("", "", 2_000, "", "no_text", "", id="twice nothing"),
        pytest.param("好" * 40, "好" * 44, 2_000, "", "loop", "", id="twice an impossible loop"),
        pytest.param("嗯", "嗯", 6_000, "嗯", "", "too_few", id="twice too little keeps what there is"),
        pytest.param("嗯。", "", 6_000, "嗯。", "", "too_few", id="nothing does not beat little"),
        pytest.param(
            "好的" * 5, "好的" * 5, 4_000, "好的" * 5, "", "loop", id="a possible loop stays, doubtful"
        ),
    ],
)
def test_settle(first: str, again: str | None, voiced: int, text: str, unheard: str, doubtful: str) -> None:
    heard = settle(take(first), None if again is None else take(again), voiced)

    assert "".join(word.text for word in heard.words) == text
    assert (heard.unheard, heard.doubtful) == (unheard, doubtful)


@pytest.mark.parametrize(
    ("first", "again", "gone"),
    [
        pytest.param(
            take("请问号", no_speech=0.9), take("试试试", no_speech=0.9), True, id="two guesses differ"
        ),
        pytest.param(
            take("试" * 20, no_speech=0.9), take("试试", no_speech=0.9), True, id="a loop, then less of it"
        ),
        pytest.param(take("请", sure=0.1), take("请", sure=0.1, no_speech=0.9), True, id="unsure both times"),
        pytest.param(
            take("试试", sure=0.5, no_speech=0.9),
            take("试试", sure=0.5, no_speech=0.9),
            True,
            id="the same guess twice, over noise",
        ),
        pytest.param(
            take("试试", sure=0.5, no_speech=0.7), take("试试", sure=0.5, no_speech=0.7), False, id="perhaps"
        ),
        pytest.param(take("好的"), take("好的", no_speech=0.9), False, id="twice the same, surely"),
        pytest.param(
            take("请", sure=0.1), take("请", sure=0.1, no_speech=0.3), False, id="mumbled, but spoken"
        ),
    ],
)
def test_what_nobody_spoke_is_dropped(first: Take, again: Take, *, gone: bool) -> None:
    assert (settle(first, again, 900).unheard == "not_speech") is gone


@pytest.mark.parametrize(
    ("texts", "loops"),
    [
        pytest.param(["您好。", "不认识英文，不认识英文，", "不认识英文，不认识英文"], {1, 2}, id="over two"),
        pytest.param(
            ["不认识英文不认识英文不认识英文不认识英", "文，我问一下"], {0}, id="the next only begins in it"
        ),
        pytest.param(["我要投诉。", "我要投诉。", "我要投诉。", "我要投诉。"], set(), id="said four times"),
        pytest.param(["", "没有了。", ""], set(), id="hardly anything"),
    ],
)
def test_a_loop_may_run_through_several_stretches(texts: list[str], loops: set[int]) -> None:
    assert looped(texts) == loops


def test_guessed_text_over_what_is_hardly_speech_is_dropped() -> None:
    tried = take(CREDITS, sure=0.5, no_speech=0.7)

    assert settle(tried, tried, 4_000).unheard == "no_text"


def test_a_long_text_that_compresses_is_a_loop_though_no_run_shows() -> None:
    assert is_loop("您说的是这个问题还是那个问题呢我再看一下" * 4)
    assert not is_loop("您好，请问您要办理什么业务？我想查一下上个月的账单，为什么多了二十块钱。")


def test_voiced_time_counts_what_is_neither_idle_nor_far_below_the_loudest() -> None:
    sound = np.zeros(32_000, dtype=np.int16)
    sound[8_000:16_000] = 8_000
    sound[16_000:24_000] = 100

    assert voiced_ms(sound) == 500
    assert voiced_ms(sound[:8_000]) == 0
    assert voiced_ms(sound[:100]) == 0
