"""Where none of the characters is said that a pattern cannot do without, the pattern does not match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text import context, negation, questions
from qa_service.text.needed import Needed
from qa_service.text.normalize import fold
from tests.make import VOCABULARY

PATTERNS = [
    (value, Needed(value))
    for module in (context, negation, questions)
    for value in vars(module).values()
    if isinstance(value, re.Pattern)
]


@pytest.mark.parametrize(
    ("pattern", "chars"),
    [
        pytest.param("说过", "说", id="the first of two that one picks"),
        pytest.param("[您你]说", "说", id="the pickier part"),
        pytest.param("(?:您|你)?(?:说|讲)", "说讲", id="what is left out sometimes is not needed"),
        pytest.param("保本|收益", "保收", id="one of every alternative"),
        pytest.param("(?<!我)保(?!本)", "保", id="what stands around is not in the match"),
        pytest.param("(?:不){2,}", "不", id="what is repeated"),
        pytest.param(".{3}", None, id="anything"),
        pytest.param("保本|.", None, id="one alternative is anything"),
        pytest.param("[^我]", None, id="anything but one"),
        pytest.param("[一-龥]好?", None, id="a range"),
        pytest.param("(?:的)*$", None, id="perhaps nothing"),
    ],
)
def test_what_a_pattern_cannot_do_without(pattern: str, chars: str | None) -> None:
    assert Needed(re.compile(pattern)).chars == (None if chars is None else frozenset(chars))


@given(st.lists(st.sampled_from([*VOCABULARY, "不", "没", "说", "的", "难道", "不保本我赔您"]), max_size=4))
def test_no_pattern_of_ours_matches_where_nothing_of_it_is(said: list[str]) -> None:
    text = fold("".join(said)).text

    for pattern, needed in PATTERNS:
        for start in range(len(text) + 1):
            part = text[start : start + 14]
            assert needed.may_be_in(part) or not pattern.search(part)
