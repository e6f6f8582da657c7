"""A gap that nothing ever fills is a slip of the author."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qa_service
from qa_service.rulebook.wording import GAPS
from tests.rulebook.books import book, refused, rules

_AROUND = {"quote", "question", "reply", "answer", "time", "count"}


def advised(what: str) -> str:
    return rules(
        f"id: one\ntitle: 规则\nwhen: {{tag: pace.fast}}\ncoaching: {{what: '{what}', why: 甲, instead: 乙}}"
    )


def test_a_slip_in_a_gap_is_refused_with_what_was_meant() -> None:
    error = refused(advised("您说{qoute}"))

    assert (error.where, error.code) == ("demo.yaml: rules[0].coaching[0].what", "rulebook_key_unknown_like")
    assert error.values["like"] == "quote"


@pytest.mark.parametrize("gap", sorted(GAPS))
def test_what_can_be_filled_is_allowed(gap: str) -> None:
    assert book(advised(f"这里{{{gap}}}")).rules


def test_the_known_gaps_are_those_that_reasons_carry() -> None:
    carried = {
        keyword.arg
        for package in ("detectors", "rules")
        for file in (Path(qa_service.__file__).parent / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason.of"
        for keyword in node.keywords
    }

    assert carried | _AROUND <= GAPS
