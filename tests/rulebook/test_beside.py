from __future__ import annotations

import pytest

from qa_service.detectors.patterns import Patterns
from tests.rulebook.books import book, when


def beside(written: str) -> dict[str, set[str]]:
    """Per pattern, those in whose utterances alone it is looked for."""
    (found,) = [d for d in book(when(written)).detectors if isinstance(d, Patterns)]
    return {rule.pattern: {o.pattern for o in found.rules if o.label in rule.beside} for rule in found.rules}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param(
            "{regex: 甲, not_near: {regex: 乙, within: 0 utterances}}", {"乙": {"甲"}}, id="an excuse"
        ),
        pytest.param("{regex: 甲, near: {regex: 乙, within: 0 utterances}}", {"乙": {"甲"}}, id="a context"),
        pytest.param(
            "{any: [{regex: 甲}, {regex: 乙}], not_near: {regex: 丙, within: 0 utterances}}",
            {"丙": {"甲", "乙"}},
            id="beside either",
        ),
        pytest.param(
            "{all: [{regex: 甲}, {not_near: {regex: 乙, within: 0 utterances}}]}",
            {"乙": {"甲"}},
            id="in a list",
        ),
        pytest.param(
            "{any: [{regex: 甲, not_near: {any: [{regex: 乙}, {regex: 丙}], within: 0 utterances}}]}",
            {"乙": {"甲"}, "丙": {"甲"}},
            id="two excuses, deeper",
        ),
        pytest.param(
            "{regex: 甲, not_near: {regex: 乙, within: 0 utterances, which: first}}",
            {},
            id="the first is counted in the whole call",
        ),
        pytest.param(
            "{regex: 甲, not_near: {regex: 乙, within: 1 utterances}}", {}, id="in the next utterance"
        ),
        pytest.param("{regex: 甲, not_near: {regex: 乙, within: 5s}}", {}, id="in seconds"),
        pytest.param("{regex: 甲, after: {regex: 乙}}", {}, id="anywhere before"),
        pytest.param(
            "{phrases: [甲], not_near: {regex: 乙, within: 0 utterances}}", {}, id="beside a phrase"
        ),
        pytest.param(
            "{any: [{regex: 甲}, {phrases: [子]}], not_near: {regex: 乙, within: 0 utterances}}",
            {},
            id="beside a pattern or a phrase",
        ),
        pytest.param(
            "{regex: 甲, not_near: {regex: 乙, near: {regex: 丙, within: 1 utterances}, within: 0 utterances}}",
            {},
            id="an excuse that looks around itself",
        ),
        pytest.param("{all: [{regex: 甲}, {regex: 乙}]}", {}, id="anywhere in the call"),
    ],
)
def test_a_context_of_one_utterance_is_looked_for_there_only(
    written: str, found: dict[str, set[str]]
) -> None:
    assert {pattern: others for pattern, others in beside(written).items() if others} == found
