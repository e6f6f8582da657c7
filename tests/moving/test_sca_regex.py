"""Their patterns, as RE2 takes them and as a search reads them."""

from __future__ import annotations

import pytest
import yaml

from qa_service.moving.notes import Outcome
from qa_service.moving.sca_regex import searched
from tests.moving.sca_files import condition, moved, operator


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        pytest.param(".*价格.*", "价格", id="everything around"),
        pytest.param(r".*价格\.*", r"价格\.*", id="a full stop at the end stays"),
        pytest.param(r"价格\\.*", r"价格\\", id="a backslash before it does not"),
        pytest.param(".*?价格.*?", "价格", id="lazily"),
        pytest.param(".*", ".*", id="nothing else"),
        pytest.param(r"[\u4e00-\u9fa5]{2}元", "[一-龥]{2}元", id="characters by number"),
        pytest.param(r"\\u4e00", r"\\u4e00", id="a backslash and letters"),
        pytest.param(r"\u005b甲", r"\[甲", id="a character that means something"),
        pytest.param(r"\d+元", r"\d+元", id="other escapes"),
    ],
)
def test_a_pattern_is_searched(theirs: str, ours: str) -> None:
    assert searched(theirs) == ours


def test_characters_by_number_are_translated() -> None:
    found = moved(
        condition("a", operator("REGULAR_EXPRESSION", regex=r".*[\u4e00-\u9fa5]{2}价格\.*"), role="客服")
    )

    (rule,) = yaml.safe_load(found.books[0].text)["rules"]
    assert found.moved[0].outcome is Outcome.TRANSLATED
    assert rule["when"]["regex"]["pattern"] == r"[一-龥]{2}价格\.*"
