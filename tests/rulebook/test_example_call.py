"""What an example says of its call."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.core.calls import Direction
from qa_service.rulebook.example_call import ExampleCall, read_call
from qa_service.rulebook.load import load
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.rulebook.books import book, refused, rules

_HOURS = """
id: late
title: 夜里
when: {{phrases: [您好], call: {{direction: outbound, hours: ['22:00', '08:00']}}}}
examples: {{match: [{match}], no_match: [{no_match}]}}
"""
_OFTEN = """
id: often
title: 打得多
when: {{all: [{{phrases: [您好]}}, {{contacts: {{within: 1d, at_least: 4, direction: outbound}}}}]}}
examples: {{match: [{match}], no_match: [{no_match}]}}
"""


@pytest.mark.parametrize("line", ["您好", "通话里听不清", "客户: 通话: 22:30"])
def test_what_is_said_is_no_call(line: str) -> None:
    assert read_call([line]) == (ExampleCall(), (line,))


@pytest.mark.parametrize(
    ("line", "began", "way", "before"),
    [
        ("通话: 2026-03-04 22:30 呼出 第4通", "2026-03-04T22:30:00+08:00", "outbound", 3),
        ("通話：呼入 7:05", "2026-01-05T07:05:00+08:00", "inbound", None),
        ("call: outbound #1", "2026-01-05T10:00:00+08:00", "outbound", 0),
        ("通话: 2026-03-04", "2026-03-04T10:00:00+08:00", "", None),
        ("通话: 呼出", None, "outbound", None),
    ],
)
def test_all_of_it_may_be_left_out(line: str, began: str | None, way: str, before: int | None) -> None:
    call, said = read_call([line, "您好"])

    when = call.envelope.started_at
    assert (when and when.isoformat(), call.envelope.direction) == (
        began,
        Direction(way) if way else Direction.UNKNOWN,
    )
    assert (None if call.history is None else len(call.history.contacts)) == before
    assert said == ("您好",)


@pytest.mark.parametrize("word", ["半夜", "25:00", "2026-02-30", "第0通"])
def test_what_is_no_part_of_a_call_is_told(word: str) -> None:
    error = refused(rules(_HOURS.format(match=f'["通话: {word}", 您好]', no_match="")))

    assert error.code == "rulebook_example_call"
    assert error.where.endswith("rules[0].examples.match[0]")


def test_a_call_without_words_is_none() -> None:
    assert (
        refused(rules(_HOURS.format(match='["通话: 22:30"]', no_match=""))).code == "rulebook_example_empty"
    )


@pytest.mark.parametrize(
    ("rule", "match", "no_match"),
    [
        (_HOURS, '["通话: 23:00 呼出", 您好]', '["通话: 09:00 呼出", 您好], ["通话: 23:00 呼入", 您好]'),
        (_OFTEN, '["通话: 呼出 第4通", 您好]', '["通话: 呼出 第3通", 您好], ["通话: 呼入 第9通", 您好]'),
    ],
)
def test_rules_about_the_call_are_answered(
    rule: str, match: str, no_match: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = book(rules(rule.format(match=match, no_match=no_match)))

    trials = try_examples(made, tokens=Tokenizer(tmp_path_factory.mktemp("words")).tokens)

    assert [(trial.matched, trial.undecided) for trial in trials] == [
        (True, None),
        (False, None),
        (False, None),
    ]


_DATED = """schema: qa-service/rulebook@1
name: sa-zh
version: 1
title: 标准答案
answers: {refunds: {file: refunds.csv}}
rules:
  - id: refund
    title: 退款答复
    when: {answers: {table: refunds, verdict: [contradicting]}}
    examples:
      match: [["客户: 退款多久到账？", "坐席: 七个工作日，原路退回。"]]
      no_match: [["客户: 退款多久到账？", "坐席: 三到五个工作日，原路退回。"]]
  - id: told
    title: 答对了
    when: {answers: {table: refunds, verdict: [met]}}
    examples:
      match: [["客户: 退款多久到账？", "坐席: 三到五个工作日，原路退回。"]]
      no_match: [["客户: 退款多久到账？", "坐席: 七个工作日，原路退回。"]]
"""


def test_examples_of_dated_answers_are_on_a_day_on_which_they_hold(tmp_path: Path) -> None:
    heads, row = "编号,标准问题,必须说到,生效日期", "A,退款多久到账,三到五个工作日；原路退回,2026-03-01"
    (tmp_path / "refunds.csv").write_text(f"{heads}\n{row}\n", "utf-8")
    file = tmp_path / "book.yaml"
    file.write_text(_DATED, "utf-8")

    trials = try_examples(load(str(file)), tokens=Tokenizer(tmp_path).tokens)

    assert [(trial.matched, trial.undecided) for trial in trials] == [(True, None), (False, None)] * 2
