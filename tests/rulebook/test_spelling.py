"""Whoever writes a quantity that will not do is told one that will: of every setting of every detector and operator."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from qa_service.core.errors import RulebookError
from qa_service.detectors.registry import BY_LABEL
from qa_service.i18n.catalogue import GAP, catalogue
from qa_service.rulebook.own import FORMS, KINDS
from qa_service.rulebook.places import Place
from qa_service.rulebook.settings import configure
from tests.rulebook.books import HEAD, condition, refused, when

_HERE = Place("demo.yaml", ("x",))
#: What people write, and what reaches a setting by mistake.
_WRITTEN = [
    "很多",
    "40%",
    "300字",
    "8秒",
    "30分钟",
    "3 times",
    8,
    0.4,
    -1,
    1e15,
    float("nan"),
    True,
    None,
    [],
]
#: What is wrong with the settings together, of which one is written here.
_BESIDE = {f"rulebook_setting_{code}" for code in ("limits", "usual", "nothing", "either", "missing")}


def _quantities() -> Iterator[tuple[str, type[Any], str]]:
    kinds = {**{name: BY_LABEL[name] for name in BY_LABEL}, **KINDS}
    for name, kind in sorted(kinds.items()):
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if field.init and {int, float} & {hints[field.name], *typing.get_args(hints[field.name])}:
                yield name, kind, field.name


def _refusal(kind: type[Any], key: str, value: object) -> RulebookError | None:
    """The error about this value, and not about what else would have to stand beside it."""
    try:
        configure(kind, {key: value}, _HERE)
    except RulebookError as error:
        return None if error.code in _BESIDE else error
    return None


@pytest.mark.parametrize(
    ("kind", "field"),
    [pytest.param(kind, field, id=f"{name} {field}") for name, kind, field in _quantities()],
)
def test_the_quantity_that_an_error_names_is_taken(kind: type[Any], field: str) -> None:
    key = field.removesuffix("_ms")
    errors = [error for error in (_refusal(kind, key, written) for written in _WRITTEN) if error]

    assert errors
    for error in errors:
        zh, example = catalogue("zh_CN").error(error), str(error.values["example"])
        assert f"例如 {example}" in zh or f"例如写 {example}" in zh
        assert example in catalogue("en").error(error)
        assert GAP not in zh
        assert _refusal(kind, key, yaml.safe_load(example)) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("{talk_ratio: {below: 40%}}", "0.4", id="per cents of a share"),
        pytest.param("{talk_ratio: {below: 40}}", "0.4", id="per cents without their sign"),
        pytest.param("{talk_ratio: {below: 0.4%}}", "0.4", id="both at once"),
        pytest.param("{length: {above: 10}}", "10s", id="a time without its unit"),
        pytest.param("{length: {above: 10分钟}}", "600s", id="minutes in Chinese"),
        pytest.param("{length: {above: 10 min}}", "600s", id="minutes in English"),
        pytest.param("{contacts: {within: 一周}}", "7d", id="a week in words"),
        pytest.param("{contacts: {within: 2周}}", "14d", id="two weeks"),
        pytest.param("{contacts: {within: 30s, at_least: 2}}", "7d", id="too short a time"),
        pytest.param("{turns: {above: 20轮}}", "20", id="turns with their word"),
        pytest.param("{turns: {above: 2.5}}", "10", id="half a turn"),
        pytest.param("{pace: {above: 300字/分}}", "300", id="a pace with its unit"),
        pytest.param("{loudness: {below: '-6 dB'}}", "-6", id="decibels with their sign"),
        pytest.param("{loudness: {below: '−6 dB'}}", "-6", id="with the mathematical minus"),
        pytest.param("{tag: silence.long, settings: {limit: 15秒}}", "15s", id="a tag's own limit"),
        pytest.param(
            "{similar: {examples: [怎么还没到账呢], at_least: 80%}}", "0.8", id="likeness in per cents"
        ),
    ],
)
def test_what_was_probably_meant_is_named(written: str, meant: str) -> None:
    error = refused(when(written))

    assert error.values["example"] == meant
    assert f"例如 {meant}" in catalogue("zh_CN").error(error)


@pytest.mark.parametrize("key", sorted(KINDS))
def test_an_operator_that_is_a_bare_quantity_is_told_its_form(key: str) -> None:
    error = refused(when(f"{{{key}: 40%}}"))

    condition(f"{{{key}: {FORMS[key]}}}")  # it is taken

    if error.code == "rulebook_mapping_keys":
        assert f"例如写 {FORMS[key]}；可用的键：" in catalogue("zh_CN").error(error)
    else:  # a word alone says it all: it is told which
        assert error.code.startswith("rulebook_setting_word")


def test_an_operator_without_what_it_is_about_is_told_so() -> None:
    error = refused(when("{emotion_course: {part: 0.3}}"))

    assert (error.code, error.where.rpartition(": ")[2]) == (
        "rulebook_setting_missing",
        "rules[0].when.emotion_course.course",
    )
    assert "可以写：" in catalogue("zh_CN").error(error)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        pytest.param(
            f"{HEAD}rules:\n  - {{id: a, title: 甲, criterion: care, when: {{tag: pace.fast}}}}\n",
            "criterion_no_scorecard",
            "{sections: [{id: …, title: …, criteria: [{id: care, title: …, max_points: 10}]}]}",
            id="a criterion without a scorecard",
        ),
        pytest.param(
            f"{HEAD}rules:\n  - {{id: a, title: 甲, stage: score, when: {{tag: pace.fast}}}}\n",
            "criterion_missing_no_scorecard",
            "或把 stage 改成 coach",
            id="a rule that scores without a scorecard",
        ),
        pytest.param(
            f"{HEAD}override: {{demo/a: {{severity: minor}}}}\n",
            "override_nothing",
            "请先 include",
            id="an override without rules",
        ),
        pytest.param(
            f"{HEAD}rules: [{{id: a, title: 甲, when: {{phrases: [保本]}}}}]\n"
            "override: {demo/a: {settings: {pace.fast: {limit_cpm: 300}}}}\n",
            "override_no_limits",
            "没有可以改的设置。请停用它",
            id="limits of a rule that has none",
        ),
        pytest.param(when("{answers: 运费}"), "answers_none", "answers: {运费: {file: 运费.csv}}", id="answers"),
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_choose_from_nothing_is_listed(text: str, code: str, said: str) -> None:
    error = refused(text)
    zh, en = (catalogue(lang).error(error) for lang in ("zh_CN", "en"))

    assert error.code == f"rulebook_{code}"
    assert said in zh
    assert GAP not in zh
    assert "：。" not in zh
    assert not re.search("[Kk]nown|one of", en)


@pytest.mark.parametrize(("within", "steps"), [("2 turns", 4), ("1 turn", 2), ("3轮", 6), ("2 个回合", 4)])
def test_a_distance_in_turns_is_told_what_to_write(within: str, steps: int) -> None:
    error = refused(when(f"{{tag: pace.fast, near: {{any: [退款], within: {within}}}}}"))
    zh, en = (catalogue(lang).error(error) for lang in ("zh_CN", "en"))

    assert (error.code, error.where.endswith("near.within")) == ("rulebook_distance_turns", True)
    assert f"请写 {steps} 句" in zh
    assert f"{steps} utterances, or 30s" in en
    condition(f"{{tag: pace.fast, near: {{any: [退款], within: {steps} 句}}}}")  # it is taken


@pytest.mark.parametrize("within", ["2 句", "2 轮", "3 times", "2 utterances"])
def test_a_count_where_a_time_is_wanted_is_not_taken_for_seconds(within: str) -> None:
    error = refused(when(f"{{answers_differ: {{within: {within}}}}}"))

    assert (error.code, error.values["example"]) == ("rulebook_setting_duration", "30d")
