"""Rules that ask a store: what stands whatever it would have said is found, what does not waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.speech import Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.asks import settled
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Tagged,
)
from qa_service.rules.find import find
from tests.rules.scenes import AGENT, LEG, SURE, rule, scene, tag

SAID, ASKED, OTHER = Tagged(("said",)), Tagged(("asked",)), Tagged(("other",))
WHY = Reason("undecided.no_store")
AT_START = Tag((Evidence(Span(0, 0)),), "asked", "made@1", 1.0, Reason("made"))


@dataclass(frozen=True)
class Unanswered:
    """A question about other calls that nobody answered."""

    label: str = "asked"
    reach_ms: int = 1
    told_reach_ms: int = 0

    def unanswered(self, facts: CallFacts) -> Reason | None:
        return WHY

    def possible(self, facts: CallFacts, said: Sequence[Utterance]) -> Iterable[Tag]:
        return (replace(AT_START, label=self.label),)


@dataclass(frozen=True)
class Answered(Unanswered):
    """The same, answered."""

    def unanswered(self, facts: CallFacts) -> Reason | None:
        return None


def outcome(when: Condition, *tags: Tag, asks: Unanswered = Unanswered()) -> str:
    """found, undecided, both or no."""
    one, here, about = replace(rule(when), asks=(asks,)), scene(*tags), CallFacts(leg=LEG)
    made = settled([one], find([one], here, about, SURE), here, about)
    assert made.unanswered in ({}, {one.id: WHY})
    return {(0, 0): "no", (0, 1): "undecided", (1, 0): "found"}[
        (min(1, len(made.findings)), len(made.unanswered))
    ]


@pytest.mark.parametrize(
    ("when", "tags", "expected"),
    [
        pytest.param(ASKED, (), "undecided", id="the question alone"),
        pytest.param(AllOf((SAID, ASKED)), (), "no", id="what has to be said beside it was not"),
        pytest.param(AllOf((SAID, ASKED)), (tag("said", 5),), "undecided", id="it was said"),
        pytest.param(AllOf((ASKED, SAID)), (tag("said", 5),), "undecided", id="in whichever order"),
        pytest.param(AnyOf((SAID, ASKED)), (tag("said", 5),), "found", id="one of them is enough"),
        pytest.param(AnyOf((SAID, ASKED)), (), "undecided", id="the other may be it"),
        pytest.param(Absent(ASKED, "none", AGENT), (), "undecided", id="not so often is no answer either"),
        pytest.param(
            AllOf((SAID, Lacking(ASKED, Distance()))), (tag("said", 5),), "undecided", id="not beside it"
        ),
        pytest.param(AllOf((SAID, Lacking(ASKED, Distance()))), (), "no", id="nothing to stand beside"),
        pytest.param(
            AllOf((SAID, Nearby(ASKED, Distance(within_ms=9_000)))), (tag("said", 5),), "undecided", id="near"
        ),
        pytest.param(
            AllOf((SAID, Nearby(ASKED, Distance(within_ms=9_000)))), (tag("said", 50),), "no", id="too far"
        ),
        pytest.param(
            Repeated(AnyOf((SAID, ASKED)), 2), (tag("said", 5),), "undecided", id="may be the second"
        ),
        pytest.param(Repeated(AnyOf((SAID, ASKED)), 3), (tag("said", 5),), "no", id="two would not do"),
        pytest.param(OTHER, (tag("other", 5),), "found", id="a rule of which it is no part"),
    ],
)
def test_only_what_hangs_on_the_answer_waits(when: Condition, tags: tuple[Tag, ...], expected: str) -> None:
    assert outcome(when, *tags) == expected


def test_an_answer_is_an_answer() -> None:
    assert outcome(AllOf((SAID, ASKED)), tag("said", 5), asks=Answered()) == "no"
    assert outcome(AllOf((SAID, ASKED)), tag("said", 5), AT_START, asks=Answered()) == "found"


def test_a_finding_that_rests_on_nobody_having_answered_is_taken_back_and_the_others_stay() -> None:
    lacking = AllOf((SAID, Lacking(ASKED, Distance(within_ms=9_000))))
    one, here = replace(rule(lacking), asks=(Unanswered(),)), scene(tag("said", 5), tag("said", 50))
    about = CallFacts(leg=Leg(LEG.span))

    found = find([one], here, about, SURE)
    made = settled([one], found, here, about)

    assert [finding.span.start_ms for finding in found] == [5_000, 50_000]
    assert [finding.span.start_ms for finding in made.findings] == [50_000]
    assert made.unanswered == {}
