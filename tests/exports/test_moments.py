"""Moments as they are shown: the time of what the title says, and every note."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from rich.console import Console

from qa_service.exports import wire_parts
from qa_service.exports.document import assessment_model
from qa_service.exports.moments import headline_ms
from qa_service.exports.report import render_report
from qa_service.exports.summary import summary
from qa_service.exports.terminal import print_assessment
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import AGENT, BAD, CUSTOMER, GOOD, MEASURED_CER, Line, analyzed

TEXTS = catalogue("zh_CN")
#: A vague date is the first thing found; the guarantee that gives the title comes later.
_ONE_PLACE: tuple[Line, ...] = (
    (AGENT, "您好，这里是星辰宽带，请问有什么可以帮您？", 0.4),
    (CUSTOMER, "到底几天能到账？", 0.5),
    (AGENT, "应该快了吧。", 0.5),
    (CUSTOMER, "好。", 0.3),
    (AGENT, "您放心，这个肯定保本。", 0.5),
)


@cache
def _call() -> Analyzed:
    return analyzed(_ONE_PLACE, MEASURED_CER)


def _terminal(call: Analyzed) -> str:
    out = StringIO()
    print_assessment(call, TEXTS, Console(file=out, width=120))
    return out.getvalue()


def test_a_moment_is_shown_at_the_time_of_what_its_title_says() -> None:
    document = assessment_model(_call(), TEXTS)
    moment = document.moments[0]
    page = render_report(_call(), TEXTS)

    assert (moment.title, moment.start_ms) == ("承诺保本或收益", 8_070)
    assert headline_ms(document, moment) == 12_550
    assert "1. 承诺保本或收益  00:12" in _terminal(_call())
    assert "00:12 的「承诺保本或收益」" in summary(document, TEXTS)[0]
    assert 'id="m1" tabindex="-1" data-start="12550"' in page


def _judged(*, undecided: int = 0, is_scored: bool = True, status: str = "scored") -> str:
    """The last sentence over a call in which nothing was found."""
    document = assessment_model(analyzed(GOOD, MEASURED_CER), TEXTS)
    (evaluation,) = document.evaluations
    answers = [
        answer.model_copy(update={"answer": "undecided" if at < undecided else "met"})
        for at, answer in enumerate(evaluation.answers)
    ]
    score = evaluation.score if is_scored else None
    evaluation = evaluation.model_copy(update={"answers": answers, "score": score})
    because = [wire_parts.WireReason(code="x", values={}, text="结尾不完整")]
    changed = {"evaluations": [evaluation], "evaluation": evaluation, "status": status, "coaching": []}
    return summary(document.model_copy(update={**changed, "status_because": because}), TEXTS)[-1]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        pytest.param(_judged(), "不需要处理。", id="everything was judged, and nothing found"),
        pytest.param(_judged(undecided=1), "有 1 项机器定不了，请人听过再定。", id="one criterion is open"),
        pytest.param(
            _judged(undecided=2, status="partial"), "有 2 项机器定不了，请人听过再定。", id="two, in a part"
        ),
        pytest.param(_judged(is_scored=False), "机器没能评分，请人听过再定。", id="no score is no all-clear"),
        pytest.param(
            _judged(status="partial"), "只判断了听得到的部分：结尾不完整。", id="some of it is missing"
        ),
    ],
)
def test_there_is_only_nothing_to_do_where_everything_was_judged(told: str, sentence: str) -> None:
    assert told == sentence


@pytest.mark.parametrize("starts_ms", [0, 18_000])
def test_the_time_of_a_moment_is_never_before_the_moment(starts_ms: int) -> None:
    document = assessment_model(_call(), TEXTS)
    moment = document.moments[0].model_copy(update={"start_ms": starts_ms})

    assert headline_ms(document, moment) == max(starts_ms, 12_550)


def test_all_notes_of_a_moment_are_shown() -> None:
    call = analyzed(BAD, MEASURED_CER)
    one, other, *_ = call.assessment.coaching
    together = replace(
        call, assessment=replace(call.assessment, coaching=(one, replace(other, moment=one.moment)))
    )

    assert _terminal(together).count("可以这样说") == 2
    assert render_report(together, TEXTS).count('<dl class="note"') == 2
