"""What went well: the agent's own words, one of each kind, three at most."""

from __future__ import annotations

from qa_service.coaching.strengths import MOST_STRENGTHS, Praise, strengths
from qa_service.core.texts import Text
from qa_service.i18n.catalogue import catalogue
from tests.coaching.made import LEG, finding, wordless
from tests.make import utterance

LIMIT = utterance("我们不能承诺保本。", 10_000)
AGAIN = utterance("保本我们不能承诺。", 40_000)


def _praise(*rules: str) -> list[Praise]:
    return [Praise(rule, Text("您说「{quote}」，界限清楚。")) for rule in rules]


def test_the_first_of_each_kind_is_praised_with_its_words() -> None:
    good = [finding(LIMIT, rule="demo/limit"), finding(AGAIN, rule="demo/limit")]

    (strength,) = strengths(good, _praise("demo/limit"), [LIMIT, AGAIN], LEG)

    assert catalogue("zh_CN").sentence(strength.text) == "您说「我们不能承诺保本」，界限清楚。"
    assert (strength.code, strength.span, strength.quote and strength.quote.text) == (
        "demo/limit",
        LIMIT.span,
        "我们不能承诺保本。",
    )


def test_in_the_order_that_the_rulebook_finds_important_and_three_at_most() -> None:
    good = [finding(LIMIT, rule=f"demo/r{i}") for i in range(5)]

    praised = strengths(good, _praise(*(f"demo/r{i}" for i in (4, 2, 0, 1, 3))), [LIMIT], LEG)

    assert [strength.code for strength in praised] == ["demo/r4", "demo/r2", "demo/r0"]
    assert len(praised) == MOST_STRENGTHS


def test_nothing_is_praised_that_was_not_found_or_cannot_be_quoted() -> None:
    assert strengths([], _praise("demo/limit"), [LIMIT], LEG) == ()
    assert strengths([wordless(90_000, 98_000, rule="demo/limit")], _praise("demo/limit"), [LIMIT], LEG) == ()


def test_no_sentence_is_praised_that_is_blamed_and_the_next_of_its_kind_is() -> None:
    good = [finding(LIMIT, rule="demo/limit"), finding(AGAIN, rule="demo/limit")]
    blamed = finding(LIMIT, "承诺", rule="demo/blunt")

    (strength,) = strengths(good, _praise("demo/limit"), [LIMIT, AGAIN], LEG, faults=[blamed])

    assert strength.span == AGAIN.span
    assert strengths(good[:1], _praise("demo/limit"), [LIMIT, AGAIN], LEG, faults=[blamed]) == ()
