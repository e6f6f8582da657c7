"""The table at the end of several calls: a row each, what holds for all said once; it fits its window."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from qa_service.exports.closing import Closed, print_closing
from qa_service.exports.document import assessment_model
from qa_service.exports.summary import awaited
from qa_service.exports.terminal import print_document
from qa_service.exports.wire import WireAssessment
from qa_service.i18n.catalogue import LANGUAGES, Catalogue, catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import BAD, GOOD, HOSTILE, MEASURED_CER, TEXT, Line, Scene, analyzed, transferred

_TEXTS = catalogue("zh_CN")
_LONG = "a-name-that-somebody-gave-a-recording-and-that-does-not-end-soon-enough-for-80-columns"


class _Strict(Catalogue):
    """A catalogue that does not forgive a missing text."""

    def say(self, code: str, **values: object) -> str:
        assert self.knows(code), code
        return super().say(code, **values)


def _document(call: Analyzed, name: str = "a.wav") -> WireAssessment:
    return assessment_model(call, _TEXTS, source=name)


@cache
def _calls() -> tuple[Closed, ...]:
    made = {
        "bad.wav": analyzed(BAD, Scene()),
        "good.wav": analyzed(GOOD, Scene()),
        "two-agents.wav": transferred(),
        "\x1b[2J\u202e.json": analyzed(HOSTILE, TEXT),
        "nobody.wav": analyzed((), Scene()),
        _LONG: analyzed(GOOD, MEASURED_CER),
    }
    closed = [Closed(name, _document(call, name), f"{name}.html") for name, call in made.items()]
    return (*closed, Closed("gone.wav", None))


def _printed(calls: tuple[Closed, ...], width: int = 100, lang: str = "zh_CN") -> str:
    out = StringIO()
    print_closing(calls, _Strict(lang), Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_table_fits_its_window(width: int, lang: str) -> None:
    lines = _printed(_calls(), width, lang).splitlines()

    assert max(cell_len(line) for line in lines) <= min(width, 120)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("bad.wav", ["待人工确定", "bad.wav.html"], id="what people decide stays open"),
        pytest.param("good.wav", ["–"], id="nothing found is a dash"),
        pytest.param("two-agents.wav", [" · "], id="a score for each agent"),
        pytest.param("nobody.wav", ["不评分"], id="what is not scored has no score"),
        pytest.param("gone.wav", ["失败", "–"], id="what failed is there"),
    ],
)
def test_every_input_has_a_row(name: str, says: list[str]) -> None:
    (row,) = (line for line in _printed(_calls(), 160).splitlines() if line.startswith(name))

    assert all(said in row for said in says), row


def test_criteria_that_nobody_can_answer_wait_for_a_person_too() -> None:
    document = _document(analyzed(GOOD, Scene()))
    (evaluation,) = document.evaluations
    open_ = [answer.model_copy(update={"answer": "undecided"}) for answer in evaluation.answers[:2]]
    answers = [*open_, *(a.model_copy(update={"answer": "met"}) for a in evaluation.answers[2:])]
    waiting = evaluation.model_copy(update={"answers": answers})
    quiet = document.model_copy(update={"findings": [], "evaluations": [waiting]})

    assert awaited(quiet) == 2
    assert awaited(quiet.model_copy(update={"evaluations": []})) == 0


@pytest.mark.parametrize("lines", [BAD, GOOD])
def test_a_finding_and_its_open_criterion_wait_once(lines: tuple[Line, ...]) -> None:
    document = _document(analyzed(lines, Scene()))
    waiting = [finding for finding in document.findings if finding.needs_human]
    criteria = {finding.criterion for finding in waiting}
    answers = [answer for evaluation in document.evaluations for answer in evaluation.answers]
    others = [a for a in answers if a.answer == "undecided" and a.criterion not in criteria]

    assert awaited(document) == len(waiting) + len(others)


def test_what_holds_for_all_calls_is_said_once() -> None:
    shown = _printed(_calls(), 120)

    assert "".join(shown.split()).count("".join(_TEXTS.say("report.base_only").split())) == 1
    assert shown.replace("\n", "").count("没有测过") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_error_rate_of_the_base_model_is_the_one_of_the_manifest(lang: str) -> None:
    models = tomllib.loads((Path(__file__).parents[2] / "models" / "manifest.toml").read_text("utf-8"))[
        "model"
    ]
    (measured,) = next(model["measured"] for model in models if model["name"] == "whisper-base")

    said = catalogue(lang).say("report.base_only").replace(" ", "")

    assert f"{measured['cer']:.1%}" in said
    assert measured["size"].partition(" ")[0] in said


def test_what_is_said_at_the_end_is_not_said_in_each_call() -> None:
    out = StringIO()
    for call in (analyzed(BAD, Scene()), analyzed(BAD, MEASURED_CER)):
        print_document(_document(call), _TEXTS, Console(file=out, width=120), with_notes=False)

    assert _TEXTS.say("report.base_only") not in out.getvalue()
    assert "没有测过" not in out.getvalue()


def test_without_reports_there_is_no_column_for_them() -> None:
    silent = tuple(replace(call, report="") for call in _calls())

    assert "报告" not in _printed(silent).splitlines()[1]
    assert "报告" in _printed(_calls()).splitlines()[1]


def test_no_stranger_steers_the_terminal() -> None:
    shown = _printed(_calls())

    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
