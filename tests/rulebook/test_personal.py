"""`personal_data`: what is found is what is covered, by whom it was said, in whatever form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qa_service import bootstrap
from qa_service.core.speech import Role, Utterance
from qa_service.privacy.find import find
from qa_service.privacy.kinds import COVER
from qa_service.rulebook.personal import PersonalData
from qa_service.usecases.masking import masked_document
from tests.make import facts, tags_of, utterance
from tests.rulebook.books import book, refused, when

#: Made up; the first three digits and the checks are such as the numbers have.
MOBILE, ID_CARD, BANK_CARD = "13800138000", "11010519491231002X", "6222021234567890128"


def lines(*written: str, apart_ms: int = 3_000) -> list[Utterance]:
    """坐： is the agent, 客： the customer, 机： a machine; one after the other."""
    roles = {"坐": Role.AGENT, "客": Role.CUSTOMER, "机": Role.SYSTEM}
    return [
        utterance(text[2:], at * apart_ms, at * apart_ms + 1_000, role=roles[text[0]], name=f"u{at}")
        for at, text in enumerate(written)
    ]


def _said(*written: str, apart_ms: int = 3_000) -> list[tuple[str, str]]:
    tags = tags_of(PersonalData(), lines(*written, apart_ms=apart_ms))
    return [(tag.because.code.partition(".")[2], tag.role.value) for tag in tags]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param([f"客：我电话{MOBILE}"], [("mobile", "customer")], id="a mobile in figures"),
        pytest.param(["客：我电话是幺三八零零幺三八零零零"], [("mobile", "customer")], id="read out"),
        pytest.param(
            ["客：一三八，嗯，零零一三，八零零零"], [("mobile", "customer")], id="with 嗯 in between"
        ),
        pytest.param(
            ["客：一三八", "坐：嗯", "客：零零一三", "坐：好", "客：八零零零"],
            [("mobile", "customer")],
            id="over three utterances, once",
        ),
        pytest.param(
            [f"客：我电话{MOBILE}", f"坐：{MOBILE}对吧"],
            [("mobile", "customer"), ("mobile", "agent")],
            id="read back, by the agent",
        ),
        pytest.param([f"客：我身份证是{ID_CARD}"], [("id_card", "customer")], id="an identity card"),
        pytest.param([f"客：卡號{BANK_CARD}"], [("bank_card", "customer")], id="a bank card"),
        pytest.param(["客：座机是010-62345678"], [("landline", "customer")], id="a landline"),
        pytest.param(
            [f"坐：我的手机是{MOBILE}，您直接打给我"], [("mobile", "agent")], id="the agent's own number"
        ),
    ],
)
def test_what_is_said_of_people_is_found(written: list[str], found: list[tuple[str, str]]) -> None:
    assert _said(*written) == found


@pytest.mark.parametrize(
    "written",
    [
        pytest.param([f"客：订单号是{MOBILE}"], id="the number of an order"),
        pytest.param(["坐：您可以打12315或者95588"], id="hotlines"),
        pytest.param(["坐：请拨打400-820-8820"], id="a service number"),
        pytest.param(["坐：工号八零一二为您服务"], id="the agent's number"),
        pytest.param(["坐：请问您的手机号是多少？", "客：等一下我看看"], id="asked for, not given"),
        pytest.param(["坐：请报一下身份证号", "客：我不想报"], id="refused"),
        pytest.param(["客：一共一千三百八十块"], id="an amount"),
        pytest.param(["客：三个月，一百三十八天"], id="a length of time"),
        pytest.param(["客：我手机尾号八零零零"], id="only the end of one"),
        pytest.param(["客：二零二六年十一月二十六号"], id="a date"),
        pytest.param(["坐：一三五七号上班，二四六休息"], id="days"),
        pytest.param(["客：我就是不提供手机号"], id="the word alone"),
        pytest.param([f"机：您的来电号码是{MOBILE}"], id="a machine's"),
        pytest.param(["客：验证码是138001"], id="another kind"),
        pytest.param(["客：我电话●●●●●●●●●●●"], id="what was covered before"),
    ],
)
def test_other_numbers_are_nobodys_data(written: list[str]) -> None:
    assert _said(*written) == []


def test_only_the_kinds_that_a_rule_names() -> None:
    said = lines(f"客：我电话{MOBILE}", f"客：身份证{ID_CARD}")

    assert [tag.because.code for tag in tags_of(PersonalData(kinds=("id_card",)), said)] == [
        "said_personal.id_card"
    ]


def test_what_is_told_twice_at_different_times_is_said_twice() -> None:
    twice = [f"客：我电话{MOBILE}", "坐：好的，请稍等", f"客：再说一遍，{MOBILE}"]

    assert len(_said(*twice, apart_ms=3_000)) == 1
    assert len(_said(*twice, apart_ms=30_000)) == 2


def test_nothing_rests_on_what_was_not_heard_well() -> None:
    (said,) = lines(f"客：我电话{MOBILE}")

    assert tags_of(PersonalData(), [replace(said, unreliable="quality.noise")]) == []
    assert tags_of(PersonalData(), [said], about=facts(parts=())) == []


def test_what_is_found_is_what_is_covered() -> None:
    said = lines("客：一三八", "坐：嗯", "客：零零一三，八零零零", f"坐：身份证呢？{ID_CARD}？")
    covered = {(span.utterance, span.start, span.end) for span in find(said)}

    quotes = {(q.utterance, q.start, q.end) for tag in tags_of(PersonalData(), said) for q in tag.quotes}

    assert quotes
    assert quotes <= covered


@pytest.mark.parametrize(
    ("written", "where", "code"),
    [
        pytest.param("{personal_data: phone}", "when.personal_data", "rulebook_setting_word", id="no kind"),
        pytest.param(
            "{personal_data: [mobile, id_crad]}",
            "when.personal_data[1]",
            "rulebook_setting_word_like",
            id="a slip",
        ),
        pytest.param("{personal_data: []}", "when.personal_data", "rulebook_setting_nothing", id="none"),
        pytest.param(
            "{personal_data: {kinds: [name]}}",
            "when.personal_data.kinds[0]",
            "rulebook_setting_word",
            id="names",
        ),
        pytest.param(
            "{personal_data: {read: x}}", "when.personal_data.read", "rulebook_setting_unknown", id="read"
        ),
        pytest.param(
            "{personal_data: 5}", "when.personal_data.kinds", "rulebook_setting_kind", id="a number"
        ),
    ],
)
def test_what_means_nothing_is_refused_at_its_place(written: str, where: str, code: str) -> None:
    error = refused(when(written))

    assert (error.where.partition("].")[2], error.code) == (where, code)


_BOOK = """\
{personal_data: [mobile], role: agent}
stage: coach
severity: major
coaching: {what: '您说了「{quote}」。', why: 私下联系没有记录。, instead: 请客户打热线。}"""


def test_whoever_may_not_read_numbers_reads_none_in_what_was_found() -> None:
    told = {
        "call_id": "c1",
        "utterances": [
            {"id": f"u{i}", "role": role, "start_ms": i * 6_000, "end_ms": i * 6_000 + 5_000, "text": text}
            for i, (role, text) in enumerate(
                [
                    ("customer", "怎么联系你？"),
                    ("agent", "您打我手机一三八零零"),
                    ("agent", "一三八零零零，记一下。"),
                ]
            )
        ],
    }
    analyst = bootstrap.analyst(book(when(_BOOK)))
    document = dict(
        bootstrap.document(analyst.transcript(json.dumps(told), source="c1", timezone="Asia/Shanghai"))
    )

    masked = masked_document(document)

    (finding,) = masked["findings"]
    quotes = [quote["text"] for piece in finding["evidence"] for quote in piece["quotes"]]
    assert len(quotes) == 2
    assert set("".join(quotes)) == {COVER}
    assert "一三八零零" in json.dumps(document, ensure_ascii=False)
    assert "一三八零零" not in json.dumps(masked, ensure_ascii=False)
