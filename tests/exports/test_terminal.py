"""The terminal view: fits its window, wraps Chinese as Chinese, lets no stranger steer the terminal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from qa_service.core.measured import Problem
from qa_service.core.time import Span
from qa_service.exports.document import assessment_model
from qa_service.exports.flow import flow
from qa_service.exports.terminal import print_assessment
from qa_service.i18n.catalogue import LANGUAGES, catalogue
from qa_service.turns.scorable import Scorable, Status
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import BAD, GOOD, HOSTILE, MEASURED_CER, TEXT, Scene, analyzed, transferred


@cache
def _calls() -> tuple[Analyzed, ...]:
    return (analyzed(BAD, Scene()), analyzed(HOSTILE, TEXT), transferred(), analyzed((), Scene()))


def _printed(call: Analyzed, width: int = 80, lang: str = "zh_CN") -> str:
    out = StringIO()
    print_assessment(call, catalogue(lang), Console(file=out, width=width), source="a.wav")
    return out.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_the_window_or_than_can_be_read(width: int, lang: str) -> None:
    for call in _calls():
        assert max(cell_len(line) for line in _printed(call, width, lang).splitlines()) <= min(width, 120)


def test_a_bad_call_shows_moments_words_reasons_and_advice() -> None:
    shown = _printed(analyzed(BAD, MEASURED_CER))

    for part in (
        "▲ 1. 时限含糊  00:15",
        "00:15 坐席 应该快了吧",
        "00:07 客户 我家宽带",
        "可以这样说",
        "得分 33.3",
    ):
        assert part in shown


def test_why_people_decide_is_said_once() -> None:
    assert _printed(analyzed(BAD, Scene()), 120).count("没有测过") == 1


def test_a_good_call_shows_what_went_well() -> None:
    assert "✓ 您给了明确的时间" in _printed(analyzed(GOOD, MEASURED_CER))


def test_what_lost_points_is_said_before_the_moments() -> None:
    shown = _printed(analyzed(BAD, MEASURED_CER))

    lost = next(line for line in shown.splitlines() if "✗ " in line)
    assert "0/" in lost
    assert shown.index(lost) < shown.index(" 1. ")


def test_strangers_do_not_steer_the_terminal() -> None:
    lines = [(BAD[0][0], "您好\x1b[31m \x9b2J [bold]x[/bold] \u202e保本\r\n肯定保本\x07", 0.1), BAD[1]]
    shown = _printed(analyzed(lines, TEXT))

    assert not set("\x1b\x9b\x07\r\u202e") & set(shown)
    assert "[bold]x[/bold]" in shown


@given(st.text(alphabet="您好，。「」（）ab 1.…🙂é", max_size=80), st.integers(4, 30))
def test_flowing_loses_nothing_but_spaces_and_never_overflows(said: str, width: int) -> None:
    lines = flow(Text(said), width)

    assert "".join(line.plain for line in lines).replace(" ", "") == said.replace(" ", "")
    assert all(cell_len(line.plain) <= width for line in lines)


@pytest.mark.parametrize(
    ("said", "width", "lines"),
    [
        pytest.param("您好，请问", 6, ["您好，", "请问"], id="a comma stays with its word"),
        pytest.param("您好您，请问", 6, ["您好", "您，请", "问"], id="a word moves down with its comma"),
        pytest.param("说「您好」了", 6, ["说「您", "好」了"], id="brackets hold on to what they hold"),
        pytest.param("打 12315 吧", 6, ["打", "12315", "吧"], id="a number is not broken"),
        pytest.param("abcdefgh", 4, ["abcd", "efgh"], id="a word longer than the line is cut"),
        pytest.param("", 6, [""], id="nothing is one empty line"),
    ],
)
def test_flow(said: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in flow(Text(said), width)] == lines


def test_where_nobody_is_judged_nobody_interrupts() -> None:
    heard = analyzed(BAD, Scene())
    refused = replace(
        heard, assessment=replace(heard.assessment, scorable=Scorable(Status.NOT_SCORABLE), legs=())
    )

    before, after = (
        assessment_model(call, catalogue("zh_CN"), source="a.wav").measurements for call in (heard, refused)
    )

    assert before.interruptions is not None
    assert after == before.model_copy(update={"interruptions": None, "customer_interruptions": None})


@pytest.mark.parametrize(
    ("span", "told"),
    [
        pytest.param(Span(34_000, 40_000), "! 00:34–00:40 这一段录音已损坏", id="a stretch"),
        pytest.param(Span(34_000, 34_500), "! 00:34 这一段录音已损坏", id="half a second"),
        pytest.param(Span(0, 10_000_000), "! 这一段录音已损坏", id="all of it"),
    ],
)
def test_a_problem_says_where_in_the_call_it_lies(span: Span, told: str) -> None:
    call = analyzed(GOOD, replace(MEASURED_CER, problems=(Problem("damaged", span),)))

    assert told in _printed(call)
