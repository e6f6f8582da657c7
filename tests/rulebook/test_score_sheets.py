"""What score sheets forbid (反问, 质问, 随便你, 急什么, 投诉到哪都没用, 喂, 这个, 那个): heard, and how heavily."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.findings import Severity
from qa_service.core.measured import HearingModel, PartName
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.pipeline.live import replay
from qa_service.rulebook.load import load
from qa_service.rules.find import Certainty, find
from qa_service.rules.scene import Scene
from tests.make import utterance

ABUSE, BLUNT, FILLERS, COMPLAINT = (
    "risk.abuse",
    "service.blunt_wording",
    "service.filler_words",
    "risk.discourage_complaint",
)
WATCHED = {ABUSE, BLUNT, FILLERS, COMPLAINT}
BOOK = load("service-zh")


def heard(text: str, role: Role = Role.AGENT) -> dict[str, Severity]:
    said = (utterance(text, 0, 4_000, role=role),)
    facts = CallFacts(leg=Leg(Span(0, 5_000)), parts=frozenset({PartName.WORDS.value}))
    tags = replay(BOOK.detectors, facts, said)
    findings = find(BOOK.rules, Scene(facts.leg, said, tags), facts, Certainty(HearingModel("transcript")))
    return {finding.label: finding.severity for finding in findings if finding.label in WATCHED}


@pytest.mark.parametrize(
    ("text", "label", "severity"),
    [
        pytest.param("你怎么不早说", ABUSE, Severity.MAJOR, id="你怎么不"),
        pytest.param("您当时怎么不看清楚呢", ABUSE, Severity.MAJOR, id="怎么不看清楚"),
        pytest.param("难道不是吗", ABUSE, Severity.MAJOR, id="难道不是吗"),
        pytest.param("难道是我错了吗", ABUSE, Severity.MAJOR, id="难道 in other words"),
        pytest.param("我不是说过了吗", ABUSE, Severity.MAJOR, id="我不是说过了吗"),
        pytest.param("刚才不是跟您说得很清楚了吗", ABUSE, Severity.MAJOR, id="不是说得很清楚了吗"),
        pytest.param("随便你", ABUSE, Severity.MAJOR, id="随便你"),
        pytest.param("你急什么", ABUSE, Severity.MAJOR, id="急什么"),
        pytest.param("急什么呀排着队呢", ABUSE, Severity.MAJOR, id="急什么 in mid sentence"),
        pytest.param("你聽不懂嗎", ABUSE, Severity.MAJOR, id="听不懂吗, traditional"),
        pytest.param("投诉到哪都没用", COMPLAINT, Severity.MAJOR, id="投诉到哪都没用"),
        pytest.param("您告到哪里也是一样", COMPLAINT, Severity.MAJOR, id="告到哪里也一样"),
        pytest.param("喂，你先别说话", BLUNT, Severity.MINOR, id="喂 at a person"),
        pytest.param("不对，你说的不对", BLUNT, Severity.MINOR, id="不对 to the face"),
        pytest.param("你错了", BLUNT, Severity.MINOR, id="你错了"),
        pytest.param("那个那个，这个，我看一下", FILLERS, Severity.INFO, id="那个 in a row"),
        pytest.param("呃那个，您的单子，嗯那个还没到", FILLERS, Severity.INFO, id="呃那个 twice"),
    ],
)
def test_what_score_sheets_forbid_is_heard(text: str, label: str, severity: Severity) -> None:
    assert heard(text).get(label) == severity


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("您怎么不舒服了，要帮您叫救护车吗", id="怎么不 with something else"),
        pytest.param("您怎么不说话了，听得见吗", id="the line is silent"),
        pytest.param("您怎么没收到短信，我查一下", id="a fault is looked into"),
        pytest.param("难道不是吗这种话我们不会说的", id="quoted"),
        pytest.param("我不是说您不对", id="不是说 denies"),
        pytest.param("这不是您的责任", id="不是 without reproach"),
        pytest.param("您随便选一个时间都可以", id="随便 of a choice"),
        pytest.param("时间随便您定", id="随便 as a favour"),
        pytest.param("您先别着急", id="别着急 calms"),
        pytest.param("您是急什么时候用", id="急 before 什么时候"),
        pytest.param("您听懂了吗，没听懂我再说一遍", id="asks kindly"),
        pytest.param("有听不懂的地方您随时打断我", id="听不懂 offered"),
        pytest.param("投诉有用的，我现在登记", id="a complaint is taken"),
        pytest.param("不是说投诉没用，是先核实", id="没用 denied"),
        pytest.param("您到哪个网点都可以办", id="到哪都 of branches"),
        pytest.param("喂，您好，请讲", id="喂 on the line"),
        pytest.param("喂？听得到吗", id="喂 into a bad line"),
        pytest.param("这个套餐比那个套餐多五块钱", id="这个, 那个 point at things"),
        pytest.param("这个我帮您登记好了", id="这个 at the start, once"),
        pytest.param("不对，是我看错行了，抱歉", id="不对 about oneself"),
        pytest.param("您没说错，是我们写错了", id="说错 denied"),
        pytest.param("嗯嗯嗯，您说", id="back-channels"),
        pytest.param("您输错了三次密码会锁卡", id="输错 is a fact"),
    ],
)
def test_the_same_words_used_rightly_are_let_be(text: str) -> None:
    assert heard(text) == {}


def test_customers_may_say_all_of_it() -> None:
    said = "你怎么不早说，你听不懂吗，你错了，急什么，投诉到哪都没用，那个那个这个"

    assert heard(said, Role.CUSTOMER) == {}
