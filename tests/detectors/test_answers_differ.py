"""Another answer to the same question in an earlier call: what differs, what may, and what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.history import History, Told
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.detectors.answers_differ import AnswersDiffer
from tests.make import facts, tags_of, utterance

BEGAN, DAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC), timedelta(days=1)
LONG_AGO = BEGAN - 900 * DAY
ASKED_WHEN = "退款多久到账？"


def _told(
    low: float, high: float | None = None, kind: str = "days", ago: timedelta = DAY, question: str = ""
) -> Told:
    return Told(BEGAN - ago, question or "退款多久到账", kind, low, low if high is None else high)


def _about(*told: Told, untold: int = 0, known: datetime | None = LONG_AGO) -> CallFacts:
    history = History(BEGAN - 30 * DAY, known_since=known, told=told, untold=untold)
    return replace(facts(), envelope=Envelope(customer="c-1", started_at=BEGAN), history=history)


def _said(question: str, answer: str) -> list[Utterance]:
    return [
        utterance(question, 0, 1_000, role=Role.CUSTOMER, name="q"),
        utterance(answer, 2_000, 3_000, role=Role.AGENT, name="a"),
    ]


def _found(said: list[Utterance], *told: Told) -> list[tuple[str, dict[str, object]]]:
    tags = tags_of(AnswersDiffer(), said, end_ms=5_000, about=_about(*told))
    return [(tag.because.code.partition(".")[2], dict(tag.because.values)) for tag in tags]


@pytest.mark.parametrize(
    ("answer", "told", "found"),
    [
        ("七天", _told(3), ("days", {"date": "2026-11-19", "then": "3", "now": "7"})),
        ("三到五天", _told(7, 10), ("days", {"date": "2026-11-19", "then": "7–10", "now": "3–5"})),
        (
            "二十小时",
            _told(1 / 12, ago=timedelta(0)),
            ("hours", {"date": "2026-11-20", "then": "2", "now": "20"}),
        ),
    ],
)
def test_a_value_beyond_the_one_told_before(
    answer: str, told: Told, found: tuple[str, dict[str, str]]
) -> None:
    assert _found(_said(ASKED_WHEN, answer), told) == [found]


@pytest.mark.parametrize(
    ("question", "answer", "told", "code"),
    [
        ("运费多少钱？", "十五块", _told(10, kind="yuan", question="运费多少钱"), "yuan"),
        ("手续费率多少？", "百分之一", _told(0.6, kind="percent", question="手续费率多少"), "percent"),
        ("拆封了能退货吗？", "不可以", _told(1, kind="yes_no", question="拆封了能退货吗"), "was_yes"),
        ("拆封了能退货吗？", "可以的", _told(0, kind="yes_no", question="拆封了能退货吗"), "was_no"),
    ],
)
def test_amounts_rates_yes_and_no(question: str, answer: str, told: Told, code: str) -> None:
    assert [name for name, _ in _found(_said(question, answer), told)] == [code]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param("三天", [_told(3)], id="the same"),
        pytest.param("三到五天", [_told(4, 7)], id="both can be meant"),
        pytest.param("三天", [_told(7, ago=4 * DAY)], id="four of the days are gone"),
        pytest.param("七天", [_told(3, question="开发票多久寄出")], id="another question"),
        pytest.param("七天", [_told(3, kind="yuan")], id="another kind"),
        pytest.param("七天", [_told(3, ago=40 * DAY)], id="too long ago"),
        pytest.param("七天", [_told(7), _told(3, ago=5 * DAY)], id="the last answer is the one that counts"),
        pytest.param("我帮您查一下", [_told(3)], id="nothing said"),
    ],
)
def test_what_is_no_other_answer(answer: str, told: list[Told]) -> None:
    assert _found(_said(ASKED_WHEN, answer), *told) == []


def test_who_is_not_sure_lets_a_person_decide_and_quotes_the_value() -> None:
    (tag,) = tags_of(AnswersDiffer(), _said(ASKED_WHEN, "大概要七天"), end_ms=5_000, about=_about(_told(3)))

    assert 0.4 <= tag.confidence < 0.7
    assert (tag.evidence[0].quotes[0].text, tag.role) == ("七天", Role.AGENT)


@pytest.mark.parametrize(
    ("about", "because"),
    [
        pytest.param(facts(), Reason("undecided.no_store"), id="no store"),
        pytest.param(
            replace(_about(), envelope=Envelope(started_at=BEGAN)),
            Reason("undecided.no_customer"),
            id="nobody",
        ),
        pytest.param(
            replace(_about(), envelope=Envelope(customer="c-1")), Reason("undecided.no_start"), id="no start"
        ),
        pytest.param(
            _about(known=BEGAN - DAY), Reason.of("undecided.store_young", days=30), id="a young store"
        ),
        pytest.param(
            _about(_told(3), untold=2), Reason.of("undecided.answers_unread", count=2), id="unread calls"
        ),
        pytest.param(_about(_told(3)), None, id="all is known"),
        pytest.param(_about(), None, id="nothing was told"),
    ],
)
def test_why_there_is_no_answer(about: CallFacts, because: Reason | None) -> None:
    assert AnswersDiffer().unanswered(about) == because


def test_what_could_have_differed_are_the_answers_with_a_value() -> None:
    said = [*_said(ASKED_WHEN, "七天"), utterance("再见，三天见", 4_000, 5_000, role=Role.AGENT, name="b")]

    assert [tag.evidence[0].quotes[0].text for tag in AnswersDiffer().possible(_about(), said)] == ["七天"]
