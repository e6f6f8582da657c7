from __future__ import annotations

import opencc
import pytest

from qa_service.text.characters import simplified
from qa_service.text.normalize import Folded, fold
from qa_service.text.wording import FROM_OPENCC, OURS

TO_TAIWAN, TO_MAINLAND = opencc.OpenCC("s2tw"), opencc.OpenCC("tw2sp")


@pytest.mark.parametrize("word", FROM_OPENCC)
def test_wording_follows_opencc(word: str) -> None:
    taiwanese = TO_TAIWAN.convert(word)

    assert TO_MAINLAND.convert(taiwanese) == FROM_OPENCC[word]
    assert fold(taiwanese).text == fold(FROM_OPENCC[word]).text


@pytest.mark.parametrize("word", FROM_OPENCC | OURS)
def test_keys_are_written_with_folded_characters(word: str) -> None:
    assert "".join(simplified().get(char, char) for char in word) == word


@pytest.mark.parametrize(
    ("said", "folded"),
    [
        pytest.param("請在線上稍候", "请在线稍候", id="please hold"),
        pytest.param("您可以線上辦理", "您可以在线办理", id="on line"),
        pytest.param("線上客服", "在线客服", id="at the beginning"),
        pytest.param("現在線上就可以辦", "现在在线就可以办", id="now, on line"),
        pytest.param("線上門市", "在线门店", id="a shop on line"),
        pytest.param("生產線上的設備", "生产线上的设备", id="on a production line"),
        pytest.param("無線上網", "无线上网", id="wireless"),
        pytest.param("請在線上傳身分證", "请在线上传身份证", id="uploading"),
        pytest.param("熱線上午九點開", "热线上午九点开", id="in the morning"),
        pytest.param("1號線上午停駛", "1号线上午停驶", id="a metro line"),
        pytest.param("禮拜五跟禮拜天", "星期五跟星期天", id="days of the week"),
        pytest.param("這個禮拜", "这个星期", id="this week"),
        pytest.param("請聯絡客服，連絡電話留一下", "请联系客服联系电话留一下", id="either 聯絡"),
        pytest.param("用行動電話儲值", "用手机充值", id="topping up"),
        pytest.param("提款機領錢", "取款机领钱", id="cash machine"),
        pytest.param("折價券品質預設", "优惠券质量默认", id="and the rest"),
        pytest.param("我沒有預設立場", "我没有默认立场", id="a word the mainland does not have"),
    ],
)
def test_what_taiwan_says_is_read_as_the_mainland_says_it(said: str, folded: str) -> None:
    assert fold(said).text == folded


def test_the_way_back_is_the_whole_word() -> None:
    view = fold("請在線上稍候，聯絡行動電話")

    assert view.text == "请在线稍候联系手机"
    assert [view.original[slice(*_place(view, said))] for said in ("在线", "联系", "手机")] == [
        "在線上",
        "聯絡",
        "行動電話",
    ]


def _place(view: Folded, said: str) -> tuple[int, int]:
    start = view.text.index(said)
    return view.origin(start, start + len(said))
