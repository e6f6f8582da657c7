"""What is told outside: facts, in Chinese where people read them; never what was said, nor about whom."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.alerts.facts import facts_of
from qa_service.alerts.messages import Writer
from qa_service.core.webhooks import EVENTS, WebhookKind
from qa_service.i18n.catalogue import catalogue
from tests.alerts.made import CALL, JUDGED, NOW, delivery

WRITER = Writer(catalogue("zh_CN"), "https://qa.example/base/")
BARE = Writer(catalogue("zh_CN"))
CHATS = [WebhookKind.WECOM, WebhookKind.DINGTALK, WebhookKind.FEISHU]


def _text(body: dict[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize(
    ("event", "data", "sentence"),
    [
        pytest.param("call.judged", JUDGED, "通话已评分：82.5 分，合格，命中 3 处", id="passed"),
        pytest.param(
            "call.judged",
            JUDGED | {"passed": False, "score": 60},
            "60 分，不合格，命中 3 处",
            id="not passed",
        ),
        pytest.param(
            "call.judged",
            JUDGED | {"passed": None, "score": None},
            "暂无 分，待人工复核",
            id="a person decides",
        ),
        pytest.param("call.judged", JUDGED | {"status": "partial"}, "有一部分没有听清", id="partial"),
        pytest.param(
            "call.judged",
            JUDGED | {"status": "not_scorable", "score": None},
            "通话无法评分",
            id="not scorable",
        ),
        pytest.param(
            "call.failed", {"call_id": CALL, "code": "unreadable"}, "读不出声音", id="failed, in words"
        ),
        pytest.param(
            "call.failed",
            {"call_id": CALL, "code": "too_short"},
            "代码 too_short",
            id="its words need values",
        ),
        pytest.param(
            "call.failed",
            {"call_id": CALL, "code": "crashed.OSError"},
            "没有料到的错",
            id="crashed, in words",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "label": "silence.long", "severity": "major"},
            "告警：长时间静音（严重）",
            id="an alert",
        ),
        pytest.param(
            "alert.raised",
            {
                "call_id": CALL,
                "rule": "own/x",
                "title": "承诺保本",
                "severity": "critical",
                "needs_human": True,
            },
            "告警，请先听：承诺保本（重大）",
            id="an alert of a rule without a label",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "label": "rule.promise", "title": "承诺保本", "severity": "major"},
            "告警：承诺保本（严重）",
            id="whose label is the rule's own id",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "label": "wealth.promise", "title": "承诺保本", "severity": "major"},
            "告警：承诺保本（严重）",
            id="whose label has no words of ours",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "rule": "own/no-promise", "severity": "major"},
            "告警：own/no-promise（严重）",
            id="an alert without a title",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "severity": "major"},
            "告警：没有名字的规则（严重）",
            id="of before",
        ),
        pytest.param(
            "alert.raised",
            {"call_id": CALL, "title": "[点这里](http://x)<b>", "severity": "major"},
            "告警：【点这里】(http://x)〈b〉（严重）",
            id="a title is no link",
        ),
    ],
)
def test_people_read_chinese(kind: WebhookKind, event: str, data: dict[str, object], sentence: str) -> None:
    shown = _text(WRITER.body(delivery(kind=kind, event=event, data=data)))

    assert sentence in shown
    assert "通话质检" in shown
    assert f"https://qa.example/base/calls/{CALL}" in shown
    assert "〔" not in shown


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(
            {"label": "rule.x", "title": "承诺保本", "rule": "own/no-x2"},
            {"label": "承诺保本", "title": "承诺保本", "rule": "own/no-x2"},
            id="the title for a label that says nothing",
        ),
        pytest.param(
            {"label": "silence.long", "title": "太久没有人说话"},
            {"label": "silence.long", "title": "太久没有人说话"},
            id="a label of its own stays",
        ),
        pytest.param({"title": "客户 13800138000"}, {}, id="no number of a person"),
        pytest.param({"title": "一行\n又一行"}, {}, id="no second line"),
        pytest.param({"title": "长" * 201}, {}, id="nothing that is no title"),
        pytest.param({"title": ""}, {}, id="no empty title"),
        pytest.param({"rule": "own/"}, {}, id="half a rule"),
        pytest.param({"rule": "own/王芳"}, {}, id="no name for a rule"),
    ],
)
def test_programs_read_rule_title_and_label(data: dict[str, object], told: dict[str, object]) -> None:
    assert BARE.body(delivery(event="alert.raised", data=data))["data"] == told


@pytest.mark.parametrize("kind", [WebhookKind.WECOM, WebhookKind.DINGTALK, WebhookKind.FEISHU])
def test_a_day_is_told_in_a_sentence_and_what_is_no_count_is_left_out(kind: WebhookKind) -> None:
    day = {"day": "2026-11-25", "expected": 4, "received": 2, "missing": 2, "scored": "张三"}

    shown = _text(WRITER.body(delivery(kind=kind, event="day.reconciled", data=day)))

    assert "2026-11-25 对账：话单 4 通，收到 2 通，缺 2 通；已评分 –" in shown
    assert "张三" not in shown


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        pytest.param(WebhookKind.WECOM, {"msgtype", "markdown"}, id="WeCom"),
        pytest.param(WebhookKind.DINGTALK, {"msgtype", "markdown"}, id="DingTalk"),
        pytest.param(WebhookKind.FEISHU, {"msg_type", "content"}, id="Feishu"),
        pytest.param(WebhookKind.GENERIC, {"type", "timestamp", "data"}, id="a program"),
    ],
)
def test_every_kind_has_its_own_form(kind: WebhookKind, shape: set[str]) -> None:
    assert set(WRITER.body(delivery(kind=kind))) == shape


def test_programs_read_facts_and_a_link() -> None:
    assert WRITER.body(delivery()) == {
        "type": "call.judged",
        "timestamp": NOW.isoformat(),
        "data": {**JUDGED, "link": f"https://qa.example/base/calls/{CALL}"},
    }


@pytest.mark.parametrize("kind", WebhookKind)
def test_there_is_no_link_where_nobody_said_how_we_are_reached(kind: WebhookKind) -> None:
    assert "http" not in _text(BARE.body(delivery(kind=kind)))


#: Things that people say and are called; ASCII letters alone could be a code of ours.
_PERSONAL = st.one_of(
    st.text(alphabet="王芳李伟陈静您好我要投诉退款身份证号", min_size=1, max_size=40),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.com", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True),
)
_FIELDS = st.sampled_from(
    ["call_id", "status", "code", "label", "severity", "score", "passed", "findings", "text"]
)


@given(st.sampled_from(EVENTS), st.dictionaries(_FIELDS, _PERSONAL, min_size=1), st.sampled_from(WebhookKind))
def test_nothing_personal_gets_out_in_whichever_field_it_stands(
    event: str, data: dict[str, str], kind: WebhookKind
) -> None:
    shown = _text(WRITER.body(delivery(kind=kind, event=event, data=dict(data))))
    harmless = _text(WRITER.body(delivery(kind=kind, event=event, data={})))

    assert shown == harmless


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"call_id": "3056"}, id="an id that is not ours"),
        pytest.param({"code": "13800138000"}, id="a number as a code"),
        pytest.param({"code": "a" * 101}, id="a very long code"),
        pytest.param({"status": {"text": "您好"}}, id="something inside"),
        pytest.param({"score": float("nan")}, id="not a number"),
        pytest.param({"score": 1e9}, id="not a score"),
        pytest.param({"findings": True}, id="a yes as a count"),
        pytest.param({"findings": -1}, id="less than nothing"),
        pytest.param({"passed": 1}, id="a count as a yes"),
        pytest.param({"label": "service.greeting](http://evil.test)"}, id="a link in a label"),
    ],
)
def test_values_that_are_not_what_they_should_be_are_left_out(value: dict[str, object]) -> None:
    assert facts_of(value) == {}
