from __future__ import annotations

import pytest

from qa_service.text.pattern_check import MOST_WIDTH, check_pattern
from qa_service.text.pattern_width import width_of


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        pytest.param("保证|肯定|一定", 0, id="words wait for nothing"),
        pytest.param("保证.{0,8}收益", 8, id="a gap"),
        pytest.param("保证.*收益", 1, id="a gap without end"),
        pytest.param("(?:.{0,10}的){3}", 30, id="repeats of repeats"),
        pytest.param("[^的]{4}|.{3}", 7, id="alternatives add up"),
        pytest.param("[一-龥]{5}", 5, id="a class of nearly everything"),
        pytest.param("[您你他她]{9}", 0, id="a class of a few"),
        pytest.param(r"\d{11}", 11, id="a class by its name counts as wide"),
        pytest.param(r"\p{Han}{3}[[:alpha:]\p{Greek}]{2}", 5, id="so do those that only the engine knows"),
        pytest.param(r"保证\z", None, id="what cannot be taken apart"),
    ],
)
def test_width(pattern: str, width: int | None) -> None:
    assert width_of(pattern) == width


@pytest.mark.parametrize(
    "pattern",
    ["(?:.?){121}的", "的" + ".?" * 121, "(?:[一-龥]{0,30}){0,5}的", r"\p{Han}{0,121}的", r"(?:.?){121}的\z"],
)
def test_a_pattern_in_which_everything_waits_is_objected_to(pattern: str) -> None:
    objection = check_pattern(pattern).objection

    assert objection is not None
    assert objection.code == "rulebook_pattern_wide"


@pytest.mark.parametrize(
    "pattern", ["(?:.?){120}的", "(保证|肯定){1,1000}", r"\p{Han}{0,30}收益", r"\d{16,19}"]
)
def test_a_pattern_that_is_wide_enough_for_anybody_is_not(pattern: str) -> None:
    checked = check_pattern(pattern)

    assert checked.width <= MOST_WIDTH
    assert checked.objection is None
