"""A rule about how something was said is no question where too little was said to measure it."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.measured import HearingModel
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.pipeline.live import replay
from qa_service.rulebook.book import Rulebook
from qa_service.rules.find import Certainty, find
from tests.make import ALL_PARTS, utterance
from tests.rulebook.books import book, when
from tests.rules.scenes import LEG, scene

PACE = "pace: {below: 150, min_speech: 10s}"
TOO_LITTLE = "not_applicable.too_little_speech"


def slow(count: int) -> list[Utterance]:
    return [
        utterance("我先给您说一下办理的步骤", 10_000 * at, role=Role.AGENT, speech_ms=8_000)
        for at in range(count)
    ]


def _found(made: Rulebook, said: list[Utterance]) -> int:
    about = CallFacts(leg=LEG, parts=ALL_PARTS)
    tags = replay(made.detectors, about, said)
    return len(find(made.rules, scene(*tags, utterances=said), about, Certainty(HearingModel("transcript"))))


@pytest.mark.parametrize(
    ("written", "unjudged"),
    [
        pytest.param(f"{{{PACE}}}", True, id="by itself"),
        pytest.param(f"{{all: [{{tag: pace.fast}}, {{{PACE}}}]}}", True, id="among what has to hold"),
        pytest.param(f"{{any: [{{tag: pace.fast}}, {{{PACE}}}]}}", False, id="one way out of two"),
        pytest.param(f"{{absent: {{{PACE}}}, role: agent}}", True, id="its absence would be found"),
        pytest.param(f"{{tag: pace.fast, not_near: {{{PACE}}}}}", True, id="its absence is asked for"),
        pytest.param(f"{{tag: pace.fast, near: {{{PACE}}}}}", True, id="beside something else"),
        pytest.param(f"{{tag: pace.fast, max_confidence: 0.5, near: {{{PACE}}}}}", True, id="capped"),
        pytest.param("{tag: pace.fast}", False, id="other rules are asked"),
    ],
)
def test_which_rules_are_no_question_where_too_little_was_said(written: str, unjudged: bool) -> None:
    (rule,) = book(when(written)).rules

    because = rule.unjudged(slow(1))

    assert (because is not None and because.code == TOO_LITTLE) == unjudged
    assert rule.unjudged(slow(2)) is None


@pytest.mark.parametrize(
    ("written", "count", "found"),
    [
        pytest.param(f"{{{PACE}}}", 2, 1, id="slow"),
        pytest.param(f"{{{PACE}}}", 1, 0, id="slow, and too little to tell"),
        pytest.param(f"{{absent: {{{PACE}}}, role: agent}}", 2, 0, id="slow, so it is not absent"),
        pytest.param(f"{{absent: {{{PACE}}}, role: agent}}", 1, 0, id="nobody knows whether it is absent"),
    ],
)
def test_what_nobody_can_tell_is_not_found(written: str, count: int, found: int) -> None:
    assert _found(book(when(written)), slow(count)) == found


def test_the_reason_names_the_seconds() -> None:
    (rule,) = book(when(f"{{{PACE}}}")).rules

    assert rule.unjudged(slow(1)) == Reason.of(TOO_LITTLE, seconds=8, limit=10)
