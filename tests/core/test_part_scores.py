"""A call of several agents is as good as its worst part."""

from __future__ import annotations

import pytest

from qa_service.core.part_scores import PartScore, all_passed, lowest_score


def part(score: float | None, passed: bool | None) -> PartScore:
    return PartScore("", score, passed)


@pytest.mark.parametrize(
    ("parts", "score", "passed"),
    [
        pytest.param([], None, None, id="nobody"),
        pytest.param([part(90, True)], 90, True, id="one agent"),
        pytest.param([part(None, None)], None, None, id="one that nobody could score"),
        pytest.param([part(60, False), part(100, True)], 60, False, id="a bad first agent"),
        pytest.param([part(100, True), part(60, False)], 60, False, id="a bad second agent"),
        pytest.param([part(100, True), part(90, None)], 90, None, id="one waits for a person"),
        pytest.param([part(70, False), part(90, None)], 70, False, id="one failed and one waits"),
        pytest.param([part(None, None), part(90, True)], 90, None, id="one is unknown"),
        pytest.param([part(0, False), part(None, None)], 0, False, id="nothing is a score, unknown is none"),
    ],
)
def test_the_worst_part_counts(parts: list[PartScore], score: float | None, passed: bool | None) -> None:
    assert (lowest_score(parts), all_passed(parts)) == (score, passed)


def test_parts_are_read_from_a_document_in_order() -> None:
    document = {
        "evaluations": [
            {"agent_id": "8001", "score": 60.0, "passed": False, "answers": []},
            {"agent_id": None, "score": None, "passed": None, "answers": []},
        ]
    }

    assert PartScore.of(document) == (PartScore("8001", 60.0, False), PartScore("", None, None))
    assert PartScore.of({"evaluations": []}) == PartScore.of({}) == ()
