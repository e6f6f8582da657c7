"""Standard answers: what was asked, what the answer says, and what people decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.speech import Role, SoundKind, Utterance
from qa_service.core.standard_answers import AnswerRow, AnswerTable, Point
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.detectors.answers import Answers
from qa_service.detectors.base import Event
from tests.make import ALL_PARTS, Session, sound, tags_of, utterance, voice


def _points(*written: str) -> tuple[Point, ...]:
    return tuple(Point(tuple(one.split("|"))) for one in written)


REFUND = AnswerRow(
    "A01",
    ("退款什么时候到账", "退的钱要几天才到"),
    _points("3到5个工作日|三到五个工作日到账", "原路退回|退回原来的卡"),
    _points("当天到账|马上到账", "2天到账"),
    note="财务部通知",
)
PRICE = AnswerRow("A02", ("宽带套餐多少钱一个月", "宽带怎么收费"), _points("99元一个月|每月99元"))
HOURS = AnswerRow("A03", ("营业厅几点开门",), _points("早上9点到晚上6点"))
FEE = AnswerRow("A04", ("补卡要收费吗",), _points("不收费|免费"))
TABLE = AnswerTable("demo", (REFUND, PRICE, HOURS, FEE))
DAY = CallFacts(Envelope(started_at=datetime(2026, 5, 1, 12, tzinfo=UTC)), parts=ALL_PARTS)
ASKED = "客户: 退款什么时候能到账？"
BYE = "客户: 好的，知道了。"


def call(*lines: str) -> list[Utterance]:
    """Lines one after the other, half a second apart."""
    said: list[Utterance] = []
    at_ms = 0
    for line in lines:
        who, text = line.split(": ")
        said.append(utterance(text, at_ms, role=Role.AGENT if who == "坐席" else Role.CUSTOMER))
        at_ms = said[-1].span.end_ms + 500
    return said


def judged(*lines: str, table: AnswerTable = TABLE, about: CallFacts = DAY) -> list[Tag]:
    return tags_of(Answers(table=table), call(*lines), about=about)


def verdicts(*lines: str) -> list[str]:
    return [tag.because.code.removeprefix("answers.") for tag in judged(*lines)]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("一般三到五个工作日，按原路给您退回的", "met"),
        ("最快三个工作日最慢五个工作日，退回原来的卡", "met"),
        ("3–5个工作日，圆路退回", "met"),
        ("您稍等，三至五个工作日，会原路退回去", "met"),
        ("三到五个工作日到账", "incomplete"),
        ("您的退款三个工作日，原路退回", "incomplete"),
        ("四个工作日，原路退回", "incomplete"),
        ("三到五个工作日，您是要原路退回吗？", "unclear"),
        ("三到五天，原路退回", "unclear"),
        ("两天到账，您放心", "forbidden"),
        ("当天到账，您放心", "forbidden"),
        ("不会当天到账的，三到五个工作日，原路退回", "met"),
        ("您刚才说的当天到账不对，是三到五个工作日，原路退回", "met"),
        ("三到五个工作日，但是不能原路退回", "denied"),
        ("七个工作日到账，原路退回", "other_number"),
        ("七个工作日。原路退回", "other_number"),
        ("七个工作日，原路退回", "other_number"),
        ("三到五个宫作日，原路退回", "met"),
        ("审核两个工作日，三到五个工作日到账，原路退回", "met"),
        ("七个工作日到账，不好意思说错了，三到五个工作日到账，原路退回", "met"),
        ("这个我帮您转接退款专员", "deferred"),
    ],
)
def test_what_an_answer_is(answer: str, verdict: str) -> None:
    assert verdicts(ASKED, f"坐席: {answer}", BYE) == [verdict]


_MADE = "三到五个工作日，原路退回"


@pytest.mark.parametrize(
    ("first", "then", "verdict"),
    [
        pytest.param(_MADE, "最长七个工作日到账", "met", id="an upper bound beyond it"),
        pytest.param("三到五个工作日。", "最长七个工作日到账，原路退回", "met", id="after the number alone"),
        pytest.param(_MADE, "最多不会超过十个工作日就到账", "met", id="no more than"),
        pytest.param(_MADE, "七个工作日以内肯定到账", "met", id="within"),
        pytest.param(_MADE, "最长五个工作日到账", "met", id="its own end"),
        pytest.param(_MADE, "最快一个工作日到账", "met", id="a lower bound before it"),
        pytest.param(_MADE, "七个工作日到账", "other_number", id="another number is no bound"),
        pytest.param(_MADE, "最长四个工作日到账", "other_number", id="an upper bound that cuts it off"),
        pytest.param(_MADE, "最快七个工作日到账", "other_number", id="a lower bound beyond it"),
        pytest.param(_MADE, "说错了，最长七个工作日到账", "other_number", id="what was said is taken back"),
        pytest.param(
            _MADE,
            "最长七个工作日到账。您这笔十五个工作日到账",
            "other_number",
            id="a bound and another number",
        ),
        pytest.param(
            "您稍等我看一下", "最长七个工作日到账", "other_number", id="a bound alone makes no point"
        ),
        pytest.param("不是三到五个工作日", "最长七个工作日到账", "denied", id="the point was denied"),
        pytest.param("审核三天", "最长七个工作日到账", "other_number", id="another point was made"),
    ],
)
def test_a_bound_that_leaves_room_for_what_was_said_takes_nothing_back(
    first: str, then: str, verdict: str
) -> None:
    assert verdicts(ASKED, f"坐席: {first}", f"坐席: {then}", BYE) == [verdict]


def test_what_the_customer_says_makes_no_point() -> None:
    lines = ("坐席: 您好请讲", "客户: 网上说三到五个工作日", "坐席: 最长七个工作日到账")

    assert verdicts(ASKED, *lines, BYE) == ["other_number"]


def test_a_bound_on_money_leaves_room_too() -> None:
    row = AnswerRow("P1", ("补办存折要收多少手续费",), _points("手续费十元"))
    asked, table = "客户: 补办存折要收多少手续费？", AnswerTable("demo", (row,))

    kept = judged(asked, "坐席: 手续费十元", "坐席: 手续费最高二十元封顶", BYE, table=table)
    broken = judged(asked, "坐席: 手续费十元", "坐席: 手续费最低二十元", BYE, table=table)

    assert [tag.because.code for tag in (*kept, *broken)] == ["answers.met", "answers.other_number"]


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        ("宽带套餐一个月多少钱", "九十九块钱一个月", "met"),
        ("宽带套餐一个月多少钱", "99.0元一个月", "met"),
        ("宽代套餐一个月多少钱", "一百九十九块钱一个月", "other_number"),
        ("营业厅几点开门呢", "九点到十八点", "met"),
        ("营业厅几点开门呢", "早上九点到下午五点", "other_number"),
        ("补卡要收费吗", "不收费的", "met"),
        ("补卡要收费吗", "这个是要收费的", "denied"),
    ],
)
def test_numbers_are_compared_by_value_and_points_by_what_is_said_of_them(
    question: str, answer: str, verdict: str
) -> None:
    assert verdicts(f"客户: {question}", f"坐席: {answer}", BYE) == [verdict]


@pytest.mark.parametrize(
    "said",
    [
        "客户: 我知道退款什么时候到账",
        "客户: 上次我问过退款什么时候到账",
        "客户: 我不是问退款什么时候到账",
        "客户: 我朋友跟我说退款什么时候到账都行",
        "客户: 手机套餐多少钱一个月？",
        "客户: 充值什么时候到账？",
        "客户: 怎么申请退款？",
        "坐席: 退款什么时候到账？",
    ],
)
def test_what_is_no_question_of_the_table(said: str) -> None:
    assert verdicts(said, "坐席: 今天当天到账，五十八块。", BYE) == []


def test_a_question_that_is_half_like_one_is_for_people_unless_it_was_answered() -> None:
    asked = "客户: 退款什么时候能到我卡上呀"

    (half,) = judged(asked, "坐席: 今天就可以。", BYE)
    (met,) = judged(asked, "坐席: 三到五个工作日，原路退回。", BYE)

    assert (half.label, half.because.code) == ("answers.undecided", "answers.half")
    assert half.confidence == met.confidence == 0.5
    assert met.label == "answers.met"


def test_a_verdict_quotes_the_question_and_the_answer_and_says_what_to_say_instead() -> None:
    (tag,) = judged("客户: 你好，退款多久能到账啊？", "坐席: 三到五个工作日到账。", BYE)

    values = dict(tag.because.values)
    assert tag.label == "answers.incomplete"
    assert [quote.text for quote in tag.quotes] == ["退款多久能到账啊", "三到五个工作日到账。"]
    assert (values["row"], values["point"], values["better"]) == ("A01", "原路退回", "原路退回")
    assert values["note"] == "财务部通知"
    assert tag.role is Role.AGENT
    assert 0.7 <= tag.confidence <= 0.8


def test_the_next_question_ends_the_time_for_an_answer() -> None:
    assert verdicts(
        ASKED, "坐席: 三到五个工作日。", "客户: 那发票怎么开？", "坐席: APP里开，钱原路退回。"
    ) == ["incomplete"]


def test_asked_again_is_the_same_question() -> None:
    lines = (ASKED, "坐席: 我看一下，您稍等。", ASKED, "坐席: 三到五个工作日，原路退回。", BYE)

    assert verdicts(*lines) == ["met"]


def test_three_turns_are_enough_and_the_fourth_is_too_late() -> None:
    wait = ("坐席: 请您稍等一下。", "客户: 好的没关系。")
    answer = "坐席: 三到五个工作日，原路退回。"

    assert verdicts(ASKED, *wait, *wait, answer, BYE) == ["met"]
    assert verdicts(ASKED, *wait, *wait, *wait, answer, BYE) == ["incomplete"]


def test_two_questions_in_one_breath_are_two() -> None:
    found = judged("客户: 宽带套餐多少钱一个月，退款多久能到账？", "坐席: 九十九块一个月。", BYE)

    assert [(tag.label, dict(tag.because.values)["row"]) for tag in found] == [
        ("answers.met", "A02"),
        ("answers.incomplete", "A01"),
    ]


def test_two_rows_that_are_equally_near_are_for_people_unless_one_was_answered() -> None:
    other = AnswerRow("B", ("退款啥时候到账呢",), _points("两小时"))
    table = AnswerTable("two", (REFUND, other))

    (unclear,) = judged(ASKED, "坐席: 五个工作日。", BYE, table=table)
    (met,) = judged(ASKED, "坐席: 两小时到。", BYE, table=table)

    assert (unclear.because.code, met.label) == ("answers.two", "answers.met")
    assert dict(met.because.values)["row"] == "B"


def test_a_question_at_the_very_end_and_one_nobody_answers_are_for_people() -> None:
    late = [*call(ASKED), utterance("喂，您好", 200_000)]

    assert verdicts("坐席: 还有什么可以帮您？", ASKED) == ["at_end"]
    assert verdicts(ASKED, "坐席: 三到五个工作日。") == ["at_end"]
    assert [tag.because.code for tag in tags_of(Answers(table=TABLE), late, about=DAY)] == ["answers.nothing"]


def test_an_interrupted_answer_is_for_people() -> None:
    question, answer = call(ASKED, "坐席: 三到五个工作日，然后这个钱呢它是会")
    cut = utterance("那发票怎么开呢", answer.span.end_ms - 400, role=Role.CUSTOMER)

    found = tags_of(Answers(table=TABLE), [question, answer, cut], about=DAY)

    assert [tag.because.code for tag in found] == ["answers.interrupted"]


def test_what_nobody_heard_may_have_been_the_point() -> None:
    question, answer, bye = call(ASKED, "坐席: 三到五个工作日。", BYE)
    start_ms = answer.span.end_ms
    shifted = replace(bye, span=Span(start_ms + 4_000, start_ms + 6_000))
    heard = [question, answer, shifted]
    unheard: dict[str, list[Event]] = {
        "lost sound": [*heard, sound(start_ms, start_ms + 2_000, SoundKind.LOST)],
        "voice without words": [*heard, voice(start_ms + 100, start_ms + 2_000)],
        "unreliable words": [*heard, utterance("嗯原路", start_ms + 100, unreliable="repetition")],
        "unsure words": [question, replace(answer, confidence=0.4), shifted],
    }

    for what, events in unheard.items():
        codes = [tag.because.code for tag in tags_of(Answers(table=TABLE), events, about=DAY)]
        assert codes == ["answers.misheard"], what


def test_a_contradiction_in_words_that_were_hardly_recognised_is_for_people() -> None:
    question, answer = call(ASKED, "坐席: 当天到账。")

    (tag,) = tags_of(Answers(table=TABLE), [question, replace(answer, confidence=0.3)], about=DAY)

    assert (tag.label, tag.because.code) == ("answers.undecided", "answers.forbidden")


def test_what_is_asked_too_often_with_too_many_wordings_is_for_people() -> None:
    ways = tuple(f"{n}个工作日" for n in range(10, 40))
    many = replace(REFUND, must=(Point(ways[:20]),), must_not=(Point(ways[20:]),))
    lines = (
        "客户: 退款什么时候到账？",
        "坐席: 十个工作日。",
        "客户: 营业厅几点开门？",
        "坐席: 早上九点到晚上六点。",
    ) * 12

    found = judged(*lines, table=AnswerTable("many", (many, HOURS)))

    codes = [tag.because.code for tag in found if ("row", many.id) in tag.because.values]
    assert (codes[0], codes[-1]) == ("answers.met", "answers.much")
    assert {tag.label for tag in found if tag.because.code == "answers.much"} == {"answers.undecided"}


def test_rows_hold_on_their_days_alone() -> None:
    old = replace(PRICE, until=date(2026, 4, 30), must=_points("88元一个月"))
    new = replace(PRICE, since=date(2026, 5, 1))
    table, unknown = AnswerTable("dated", (old, new)), replace(DAY, envelope=Envelope())
    lines = ("客户: 宽带怎么收费？", "坐席: 八十八块一个月。", BYE)

    (today,) = judged(*lines, table=table)
    (some_day,) = judged(*lines, table=AnswerTable("old", (old,)), about=unknown)

    assert today.label == "answers.contradicting"
    assert (some_day.label, some_day.because.code) == ("answers.undecided", "answers.day")


def test_a_row_may_ask_for_words_that_the_question_must_hold() -> None:
    row = replace(PRICE, questions=("这个多少钱一个月",), about=("宽带", "光纤"))
    table = AnswerTable("about", (row,))

    assert judged("客户: 宽代这个多少钱一个月？", "坐席: 九十九一个月。", BYE, table=table)
    assert not judged("客户: 手机这个多少钱一个月？", "坐席: 九十九一个月。", BYE, table=table)


def test_what_contradicts_is_told_while_the_call_goes_on_and_what_is_missing_when_its_time_is_over() -> None:
    wrong = call(ASKED, "坐席: 当天到账，您放心。", "客户: 太好了。", "坐席: 三到五个工作日。")
    short = [*call(ASKED, "坐席: 三到五个工作日。"), utterance("喂喂喂您好", 200_000)]
    live = Session.of([Answers(table=TABLE)], wrong, DAY)
    late = Session.of([Answers(table=TABLE)], short, DAY)

    assert live.until(wrong[1].span.start_ms) == []
    assert [tag.label for tag in live.until(wrong[1].span.end_ms + 1)] == ["answers.contradicting"]
    assert late.until(short[0].span.end_ms + 119_000) == []
    assert [tag.label for tag in late.until(short[0].span.end_ms + 121_000)] == ["answers.incomplete"]


def test_the_number_of_one_point_is_not_wrong_for_another() -> None:
    row = AnswerRow("A05", ("贷款利率和手续费是多少",), _points("利率5%", "手续费0.5%"))
    table, asked = AnswerTable("demo", (row,)), "客户: 贷款利率和手续费是多少？"

    assert verdicts_of(table, asked, "坐席: 百分之五。", "坐席: 手续费千分之五，利率百分之五。") == ["met"]
    assert verdicts_of(table, asked, "坐席: 利率百分之五，手续费百分之五。") == ["other_number"]


def verdicts_of(table: AnswerTable, *lines: str) -> list[str]:
    said = judged(*lines, BYE, table=table)
    return [tag.because.code.removeprefix("answers.") for tag in said]
