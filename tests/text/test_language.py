"""What is plainly not Mandarin is known by its words; Mandarin in either script, with foreign names in it, stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.language import foreign_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("yue", "你好，請問有咩可以幫到你"),
        ("yue", "唔該，我想問下我嘅訂單幾時到"),
        ("yue", "係咪上個禮拜落嘅單，我幫你睇下"),
        ("yue", "係呀，佢哋話送咗"),
        ("yue", "多謝你嘅來電"),
        ("yue", "唔该"),
        ("yue", "好嘅，冇問題"),
        ("yue", "我部手机坏咗，点算好呀"),
        ("yue", "得，我聽日再打嚟"),
        ("nan", "歹勢，請問你是啥物代誌"),
        ("nan", "我欲買這个，按怎退"),
        ("en", "Hello, how can I help you today?"),
        ("en", "I want a refund."),
        ("en", "Where is my order"),
        ("en", "I’d like to speak to your manager 你好"),
        ("ja", "注文番号を教えてください"),
        ("other", "안녕하세요 주문 확인 부탁드립니다"),
        ("other", "Здравствуйте, где мой заказ"),
        ("other", "Xin chào, tôi muốn hỏi về đơn hàng"),
        ("other", "saya mahu tanya bila pesanan saya akan sampai ke rumah saya"),
    ],
)
def test_another_language(language: str, text: str) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("我想請問一下我的訂單什麼時候會到", id="Taiwanese Mandarin"),
        pytest.param("歹勢啦，我想問一下那個訂單", id="Taiwanese Mandarin with a word of Taiwanese"),
        pytest.param("好的，沒問題，我幫您查一下喔", id="喔 and 幫您"),
        pytest.param("係數不對，跟這個關係不大", id="係 in words of Mandarin"),
        pytest.param("有關係呀，怎麼沒關係", id="關係呀"),
        pytest.param("唔，我想想", id="唔 as hm"),
        pytest.param("他用粤语说冇问题", id="a quote in Cantonese"),
        pytest.param("我在香港买的，客服跟我说唔该，然后就没下文了", id="what they said in Hong Kong"),
        pytest.param("店名叫佢哋茶餐厅的那一家", id="a name in Cantonese"),
        pytest.param("早晨六点就到了", id="早晨 as the morning"),
        pytest.param("这个面料晒了会掉色", id="晒 as the sun does"),
        pytest.param("我系统里看不到，都系统升级了", id="系统 after 我 and 都"),
        pytest.param("问下你们几点下班", id="问下 as the north says it too"),
        pytest.param("我叫阮小二", id="阮 as a name"),
        pytest.param("那是聯袂演出，毋庸置疑", id="袂 and 毋 in old words"),
        pytest.param("我买的那个 Apple Watch Series 9 GPS 版", id="an English name in a sentence"),
        pytest.param("Microsoft Office Home and Student 2021", id="an English name alone"),
        pytest.param("Harry Potter and the Half Blood Prince", id="a title"),
        pytest.param("iPhone 15 Pro Max", id="a telephone"),
        pytest.param("hello 你好，听得到吗", id="hello"),
        pytest.param("OK，bye bye", id="OK and bye"),
        pytest.param("那个 app 的 push notification 我关掉了", id="English within Mandarin"),
        pytest.param("我们的 manager 说 this is not our problem 你听听", id="an English quote"),
        pytest.param("https://shop.example.com/this/is/the/one/you/want/to/have", id="an address"),
        pytest.param("zhang.san@example.com", id="a mail address"),
        pytest.param("A B C D 1 2 3", id="letters of a number"),
        pytest.param("鮮の味那家店", id="の in a name"),
        pytest.param("ㄏㄏ，好喔", id="注音"),
        pytest.param("嗯", id="hm"),
        pytest.param("", id="nothing"),
        pytest.param("，。！", id="punctuation"),
        pytest.param("13800138000", id="digits"),
    ],
)
def test_mandarin(text: str) -> None:
    assert foreign_language(text) == ""


@given(st.text(max_size=60))
def test_whatever_is_written_gets_an_answer(text: str) -> None:
    assert foreign_language(text) in {"", "yue", "nan", "en", "ja", "other"}
