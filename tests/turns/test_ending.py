"""Who did not let the agent say goodbye, and who had the time."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallEvent, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.speech import Role, Utterance, Voice
from qa_service.turns.ending import LastWords, cut_short
from tests.make import utterance, voice

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
PEOPLE = (Participant("c", ParticipantKind.CUSTOMER), Participant("a", ParticipantKind.AGENT, "3056"))
#: What everybody says first ends at 10 s, what they say then at 20 s.
ASKS, TELLS = (
    utterance("我的冰箱坏了", 0, 10_000, role=CUSTOMER),
    utterance("师傅下午三点上门", 10_400, 20_000),
)
LOOKS = utterance("好的，请您稍等，我帮您查一下", 10_400, 20_000)


def ends(text: str, role: Role = CUSTOMER, *, from_ms: int = 20_300, to_ms: int = 22_000) -> Utterance:
    return utterance(text, from_ms, to_ms, role=role)


def cut(
    *said: Utterance,
    hung_up_ms: int | None = None,
    by: str = "",
    ended_ms: int | None = None,
    more: tuple[Voice, ...] = (),
) -> str:
    """`sure` or `unsure` that the agent had no time, or nothing."""
    events = (CallEvent(EventKind.HANGUP, hung_up_ms, by),) if hung_up_ms is not None else ()
    heard = (*(Voice(one.span, one.speaker, one.role) for one in said), *more)
    words = LastWords(said, heard, ended_ms)
    found = cut_short(Envelope(participants=PEOPLE, events=events), ended_ms or 100_000, words)
    return "" if found is None else "sure" if found.is_sure else "unsure"


@pytest.mark.parametrize(
    ("last", "hung_up_ms", "expected"),
    [
        pytest.param((TELLS, ends("好的再见")), 22_200, "sure", id="says goodbye and hangs up"),
        pytest.param((TELLS, ends("我不跟你说了")), 22_000, "sure", id="hangs up on the agent"),
        pytest.param((TELLS, ends("好的再见")), 20_800, "sure", id="hangs up by a clock of its own"),
        pytest.param((LOOKS,), 20_500, "sure", id="hangs up while the agent looks"),
        pytest.param((TELLS,), 20_500, "unsure", id="hangs up once told: was that the agent's end?"),
        pytest.param((TELLS, ends("好的再见")), 26_000, "unsure", id="four seconds later"),
        pytest.param((TELLS, ends("好的再见")), 28_000, "", id="six seconds later"),
        pytest.param((LOOKS,), 80_000, "", id="after a minute of waiting"),
        pytest.param(
            (TELLS, ends("好的再见"), ends("嗯好", AGENT, from_ms=22_300, to_ms=23_000)),
            23_200,
            "",
            id="after the agent's answer to the goodbye",
        ),
        pytest.param(
            (TELLS, ends("好的谢谢"), ends("没事", AGENT, from_ms=22_300, to_ms=23_000)),
            23_200,
            "",
            id="after the agent's answer to the thanks",
        ),
    ],
)
def test_the_customer_hung_up(last: tuple[Utterance, ...], hung_up_ms: int, expected: str) -> None:
    assert cut(ASKS, *last, hung_up_ms=hung_up_ms, by="c") == expected
    assert cut(ASKS, *last, hung_up_ms=hung_up_ms, by="customer") == expected


@pytest.mark.parametrize(
    "last", [(LOOKS,), (TELLS,), (TELLS, ends("好的再见")), (TELLS, ends("我不跟你说了"))]
)
def test_an_agent_who_hung_up_had_the_time(last: tuple[Utterance, ...]) -> None:
    assert cut(ASKS, *last, hung_up_ms=22_100, by="a") == ""
    assert cut(ASKS, *last, hung_up_ms=22_100, by="agent") == ""


@pytest.mark.parametrize(
    "text",
    [
        "好的再见",
        "拜拜",
        "那就这样吧",
        "好，先这样啊",
        "行，我先挂了",
        "嗯拜拜，谢谢您",
        "就这樣，再見",
        "bye bye",
    ],
)
def test_a_goodbye_after_which_nothing_comes(text: str) -> None:
    last = (ASKS, TELLS, ends(text))

    assert cut(*last, ended_ms=23_000) == "sure"
    assert cut(*last, hung_up_ms=22_500) == "sure"
    assert cut(*last) == "unsure"  # a transcript does not say how long the line was open
    assert cut(*last, ended_ms=26_000) == "unsure"
    assert cut(*last, ended_ms=40_000) == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("好的谢谢", id="thanks"),
        pytest.param("知道了", id="an answer"),
        pytest.param("你们就这样", id="a reproach"),
        pytest.param("就这样？", id="a question"),
        pytest.param("不能就这样算了", id="not like that"),
        pytest.param("就这样对待老客户", id="a complaint"),
        pytest.param("他跟我说再见然后电话就断了", id="somebody else's goodbye"),
        pytest.param("你别挂了", id="do not hang up"),
        pytest.param("刚才那个电话又挂了", id="it hung up"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_goodbye(text: str) -> None:
    assert cut(ASKS, TELLS, ends(text), ended_ms=22_500) == ""
    assert cut(ASKS, TELLS, ends(text)) == ""


def test_a_goodbye_that_the_agent_answered() -> None:
    answer = ends("嗯", AGENT, from_ms=22_200, to_ms=23_000)

    assert cut(ASKS, TELLS, ends("再见"), answer, ended_ms=23_100) == ""
    assert cut(ASKS, TELLS, ends("再见"), more=(voice(22_200, 23_000),), ended_ms=23_100) == ""


def test_machines_and_others_have_no_last_word() -> None:
    survey = ends("请对本次服务评价", Role.SYSTEM, from_ms=22_500, to_ms=23_500)

    assert cut(ASKS, TELLS, ends("再见"), survey, ended_ms=23_600) == "sure"
    assert cut() == ""
