"""Mobile numbers that are said or typed oddly; amounts, dates, counts and times that are said alike."""

from __future__ import annotations

import pytest

from qa_service.privacy.find import find
from qa_service.privacy.masking import STRICT, mask_call
from qa_service.privacy.thousands import _thousand
from tests.privacy.test_codes import said
from tests.privacy.test_find import covered


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("么三九么二三四五六七八", id="么 for 幺"),
        pytest.param("13么9么345678", id="么 among figures"),
        pytest.param("一百三十九 一千二百三十四 五千六百七十八", id="counted out"),
        pytest.param("一百三十九一千二百三十四五千六百七十八", id="counted out without a breath"),
        pytest.param("一仨九一二三四五六七八", id="仨 for three"),
        pytest.param("one three eight zero zero one three eight zero zero zero", id="in English"),
        pytest.param("one three nine, double one two three, four five six seven", id="with double"),
        pytest.param("one three nine oh one two three four five six seven", id="oh for zero"),
        pytest.param("㈠㈢㈧零零㈠㈢㈧零零零", id="in brackets"),
        pytest.param("①③⑧⓪⓪①③⑧⓪⓪⓪", id="in circles"),
        pytest.param("❶❸❾❶❷❸❹❺❻❼❽", id="in black circles"),
        pytest.param("⒈⒊⒐⒈⒉⒊⒋⒌⒍⒎⒏", id="with full stops"),
        pytest.param("㊀㊂㊈㊀㊁㊂㊃㊄㊅㊆㊇", id="words in circles"),
        pytest.param("１３９１２３４５６７８", id="full width"),
        pytest.param("𝟏𝟑𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", id="bold"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "我的手机号是{}", "电话{}谢谢"])
def test_a_mobile_is_covered_however_it_is_said(number: str, frame: str) -> None:
    before, _, after = frame.partition("{}")

    assert covered(frame.format(number)) == before + "●" * len(number) + after


@pytest.mark.parametrize(
    "after", ["多少钱？", "多久回我", "万一打不通", "元旦也在", "分机2", "个没人接", "三天了", "年底换"]
)
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("座机是", "0755-80463420"),
        ("座机", "0755 8046 3420"),
        ("手机是", "139-1234-5678"),
        ("电话", "139 1234 5678"),
    ],
)
def test_what_goes_on_behind_a_number_in_pieces_does_not_make_it_a_quantity(
    name: str, number: str, after: str
) -> None:
    assert covered(name + number + after) == name + "●" * len(number) + after


@pytest.mark.parametrize(
    "text", ["2026-11-25日", "3000-5000块", "订单010-12-1天", "139-140元", "房间在139号5678天"]
)
def test_figures_in_pieces_that_are_no_telephone_number_stay(text: str) -> None:
    assert covered(text) == text


def test_behind_commas_amounts_are_a_mobile_only_where_one_is_named() -> None:
    said = "一百三十九，一千二百三十四，五千六百七十八"

    assert covered(f"手机号是{said}") == "手机号是" + "●" * len(said)
    assert covered(f"分别是{said}") == f"分别是{said}"


@pytest.mark.parametrize(
    "text",
    [
        "一千二百三十四元",
        "一百三十九元 一千二百三十四元 五千六百七十八元",
        "一百三十九 一千二百三十四 五千六百七十八块",
        "一共一百三十九 一千二百三十四 五千六百七十八",
        "花了一百三十九，一千二百三十四，五千六百七十八",
        "订单一百三十九 一千二百三十四 五千六百七十八",
        "一百三十九 一千二百三十四 五千六百七十八万",
        "一千三百九十一 一千二百三十四 五千六百七十八",
        "一百三十九个，一千二百三十四个，五千六百个",
        "一百一十九 一千二百三十四 五千六百七十八",
        "什么时候到，三到五天",
        "为什么139块要扣两次",
        "要么三九折要么不打折",
        "怎么一二三四都不行",
        "这么三四天了",
        "多么二的事",
        "一二三四么",
        "one moment please, number two",
        "one two three, can you hear me",
        "twenty one percent off",
        "at nine zero five",
        "in two thousand and twenty six",
        "call nine five five eight eight",
        "Oh, one of nine is fine",
        "order number one two three four five six seven eight nine",
        "no one, someone, everyone else",
        "第①步，第②步，第③步",
        "㈠请核对；㈡请确认；㈢请签字",
        "⒈打开 ⒉登录 ⒊查询",
        "涨了½，还剩¼",
        "面积是12m²",
        "二零二六年十一月二十五号上午九点",
        "百分之一百三十九",
        "一九九八年到二零零三年",
    ],
)
def test_what_counts_something_stays(text: str) -> None:
    assert covered(text) == text


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("5千6百7十8", "5678"),
        ("5千08", "5008"),
        ("5千06十8", "5068"),
        ("5千6百08", "5608"),
        ("5千6", "5600"),
        ("5千6百8", "5680"),
        ("5千", "5000"),
        ("1千01十", "1010"),
    ],
)
def test_thousands_as_four_digits(said: str, digits: str) -> None:
    assert _thousand(said) == digits


@pytest.mark.parametrize(
    ("asked", "answer", "shown"),
    [
        pytest.param("身份证号多少", "110105194912310021三八0013", "●" * 24, id="digits behind it"),
        pytest.param("请报一下身份证", "是11010519491231002X三八0013", f"是{'●' * 24}", id="and a right one"),
        pytest.param("卡号是多少", "6222020200112233445566778899", "●" * 28, id="a card heard twice in part"),
        pytest.param("订单号多少", "110105194912310021380013", "110105194912310021380013", id="an order"),
        pytest.param("身份证号多少", "没带，订单号2026112500000000000001234", None, id="another number"),
        pytest.param("身份证号多少", "要等3个工作日", "要等3个工作日", id="a time"),
    ],
)
def test_what_was_asked_for_is_covered_however_long_it_was_heard(
    asked: str, answer: str, shown: str | None
) -> None:
    call = said(asked, answer)

    assert mask_call(call, find(call), STRICT)[1].text == (answer if shown is None else shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("我的手机是一百三十八，零零一十三，八千", f"我的手机是{'●' * 14}", id="a round end"),
        pytest.param("手机号138 0013八千", f"手机号{'●' * 10}", id="digits and a round end"),
        pytest.param("手机号 yao san ba 0013 8000", f"手机号 {'●' * 20}", id="pinyin among figures"),
        pytest.param("我住在人民路弄三号五零二", f"我住在{'●' * 9}", id="a room without a word for it"),
        pytest.param("邮箱是张三点李四艾特幺六三点com", f"邮箱是{'●' * 14}", id="mail said in words"),
        pytest.param("发到张三点李四艾特qq点com", f"发{'●' * 14}", id="mail without its word"),
        pytest.param("三号线五百块", "三号线五百块", id="a line, an amount"),
        pytest.param("手机号一百三十八，一共八千", "手机号一百三十八，一共八千", id="two amounts"),
    ],
)
def test_what_people_say_in_odd_ways(text: str, shown: str) -> None:
    assert covered(text) == shown
