"""Their expressions: any spelling of and, or, not becomes one tree; what does not hold together is refused."""

from __future__ import annotations

import pytest

from qa_service.moving.logic import Either, Every, Leaf, Tree, parse

A, B, C = Leaf("a"), Leaf("b"), Leaf("c")
NOT_A, NOT_B = Leaf("a", is_negated=True), Leaf("b", is_negated=True)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        pytest.param("a", A, id="one"),
        pytest.param("a&&b", Every((A, B)), id="and"),
        pytest.param(
            "a & b | c", Either((Every((A, B)), C)), id="and binds closer than or, single signs too"
        ),
        pytest.param("a&&(b||c)", Every((A, Either((B, C)))), id="brackets"),
        pytest.param("!(a||b)", Every((NOT_A, NOT_B)), id="not one of them is none of them"),
        pytest.param("!(a&&b)", Either((NOT_A, NOT_B)), id="not both is one missing"),
        pytest.param("!!a", A, id="not not"),
        pytest.param("(a&&(b&&c))", Every((A, B, C)), id="brackets without need"),
        pytest.param("1302 && 1303", Every((Leaf("1302"), Leaf("1303"))), id="ids of digits"),
    ],
)
def test_an_expression_is_a_tree(text: str, tree: Tree) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize("text", ["", "a&&", "&&a", "(a", "a)", "a b", "!" * 200 + "a", "(" * 200 + "a"])
def test_what_does_not_hold_together_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
