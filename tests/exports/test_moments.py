"""Moments as they are shown: the time of what the title says, and every note."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from rich.console import Console

from qa_service.exports.document import assessment_model
from qa_service.exports.moments import headline_ms
from qa_service.exports.report import render_report
from qa_service.exports.summary import summary
from qa_service.exports.terminal import print_assessment
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import AGENT, BAD, CUSTOMER, MEASURED_CER, Line, analyzed

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
