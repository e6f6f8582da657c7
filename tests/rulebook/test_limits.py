"""What is too much for one rule is refused when the book is read, with its place and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from qa_service.rulebook.limits import MOST
from tests.rulebook.books import book, refused, rules, when


def _any(parts: list[object]) -> str:
    return json.dumps({"any": parts}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("what", "part", "where"),
    [
        pytest.param("operators", lambda n: {"phrases": [f"词{n}"]}, "any[100].phrases", id="phrases"),
        pytest.param("operators", lambda n: {"regex": f"词{n}"}, "any[100].regex", id="patterns"),
        pytest.param(
            "conditions", lambda n: {"tag": "pace.fast", "last": f"{n + 1}s"}, "any[499]", id="conditions"
        ),
        pytest.param("detectors", lambda n: {"again": {"last": n + 1}}, "any[4].again", id="again"),
        pytest.param(
            "detectors",
            lambda n: {"tag": "pace.fast", "settings": {"limit_cpm": 300 + n}},
            "any[4].settings",
            id="shipped detectors set anew",
        ),
        pytest.param(
            "whole", lambda n: {"turns": {"above": n + 1}}, "any[20].turns", id="about the whole call"
        ),
        pytest.param("wide", lambda n: {"regex": f"保{n}.{{0,100}}"}, "any[4].regex", id="wide patterns"),
    ],
)
def test_one_rule_holds_only_so_much(what: str, part: Callable[[int], object], where: str) -> None:
    upto = int(where.partition("[")[2].partition("]")[0])

    error = refused(when(_any([part(n) for n in range(upto + 1)])))

    assert error.code == f"rulebook_rule_{what}"
    assert error.where.startswith(f"demo.yaml: rules[0].when.{where}")
    assert str(MOST[what]) in str(error)
    assert error.more == ()
    assert len(book(when(_any([part(n) for n in range(upto)]))).rules) == 1


def test_sentences_of_similar_and_means_add_up_over_a_rule() -> None:
    sentences = [f"第{n}次来电咨询办理业务" for n in range(101)]
    parts = [
        {"similar": sentences[:60]},
        {"means": {"like": sentences[60:90], "unlike": sentences[90:]}},
    ]

    error = refused(when(_any(parts)))

    assert error.code == "rulebook_rule_sentences"
    assert error.where == "demo.yaml: rules[0].when.any[1].means"


def test_each_rule_has_its_own_limits() -> None:
    four = _any([{"again": {"last": n + 1}} for n in range(4)])
    other = _any([{"again": {"last": n + 20}} for n in range(4)])

    made = book(rules(*(f"id: r{n}\ntitle: 规则\nwhen: {one}" for n, one in enumerate((four, other)))))

    assert len(made.rules) == 2


def test_detectors_that_are_set_alike_are_one() -> None:
    same = _any([{"again": {"last": 3}, "first": f"{n + 1}m"} for n in range(20)])

    assert len(book(when(same)).detectors) == 1


def test_a_hundred_thousand_phrases_are_one_rule() -> None:
    words = [f"词{n:06d}号" for n in range(100_000)]

    assert len(book(when(json.dumps({"phrases": words}, ensure_ascii=False))).rules) == 1
