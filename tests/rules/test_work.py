"""A rule that would have to look about too much is given up, and the others are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts
from qa_service.core.tags import Tag
from qa_service.pipeline.unanswered import unanswered
from qa_service.rules.conditions import AllOf, Distance, Lacking, Nearby, Repeated, Side, Tagged
from qa_service.rules.find import find
from qa_service.rules.hit import Hit
from qa_service.rules.index import RuleIndex
from qa_service.rules.neighbours import Neighbours
from tests.make import ALL_PARTS
from tests.rules.scenes import LEG, SURE, rule, scene, tag

A, B = Tagged(("a",)), Tagged(("b",))
TOLD = CallFacts(leg=LEG, parts=ALL_PARTS)
#: 400 of each in five minutes: more than anybody says.
CROWD = [tag(label, at * 0.7, long_s=0.5) for at in range(400) for label in "ab"]
COSTLY = rule(
    AllOf((A, *(Nearby(B, Distance(Side.AROUND, 1_000 * n)) for n in range(1, 9)))), name="demo/costly"
)
PLAIN = rule(B, name="demo/plain")


def test_a_rule_that_compares_too_many_places_finds_nothing_and_is_undecided() -> None:
    held, rules = scene(*CROWD), (COSTLY, PLAIN)

    found = find(rules, held, TOLD, SURE)

    assert {finding.rule for finding in found} == {"demo/plain"}
    blocked = unanswered(RuleIndex(rules), TOLD, held, {})
    assert {name: (why.because.code, why.undecided) for name, why in blocked.items()} == {
        "demo/costly": ("undecided.too_costly", True)
    }


def test_the_same_rule_is_answered_where_there_is_less_to_compare() -> None:
    held, rules = scene(*CROWD[:60]), (COSTLY, PLAIN)

    found = find(rules, held, TOLD, SURE)

    assert {finding.rule for finding in found} == {"demo/costly", "demo/plain"}
    assert unanswered(RuleIndex(rules), TOLD, held, {}) == {}


def test_each_rule_has_its_own_work() -> None:
    many = tuple(rule(AllOf((A, Nearby(B, Distance()))), name=f"demo/r{at}") for at in range(40))
    held = scene(*CROWD[:120])

    found = find(many, held, TOLD, SURE)

    assert len({finding.rule for finding in found}) == 40
    assert held.too_costly == set()


def test_hits_that_rest_on_hundreds_of_others_are_too_costly() -> None:
    held = scene(*CROWD)

    assert find((rule(Repeated(A, 200)),), held, TOLD, SURE) == ()
    assert held.too_costly == {"demo/rule"}


def test_a_condition_is_answered_once() -> None:
    held, condition = scene(*CROWD[:50]), AllOf((A, Lacking(B, Distance(Side.AFTER, 100))))

    find((rule(condition),), held, TOLD, SURE)
    first = held.work.done
    find((rule(condition, name="demo/again"),), held, TOLD, SURE)

    assert first > 0
    assert held.work.done == 0


TAGS = st.builds(tag, st.sampled_from("ab"), st.integers(0, 20), long_s=st.integers(0, 9))
DISTANCES = st.builds(
    Distance,
    st.sampled_from(Side),
    st.none() | st.integers(0, 9_000),
    st.none() | st.integers(0, 2),
)


def _are_near(anchor: Tag, other: Tag, distance: Distance) -> bool:
    """As the words of an anchor say it, pair by pair."""
    held = scene()
    if distance.side is Side.BEFORE and other.span.start_ms > anchor.span.start_ms:
        return False
    if distance.side is Side.AFTER and other.span.end_ms < anchor.span.end_ms:
        return False
    if distance.within_ms is not None and not anchor.span.touches(other.span, within_ms=distance.within_ms):
        return False
    steps = abs(held.position(anchor) - held.position(other))
    return anchor != other and (distance.within_utterances is None or steps <= distance.within_utterances)


@given(st.lists(TAGS, max_size=8), TAGS, DISTANCES)
def test_neighbours_are_those_that_are_near_one_by_one(tags: list[Tag], one: Tag, distance: Distance) -> None:
    around = Neighbours([Hit(tag) for tag in tags], scene())

    near = [at for at, other in enumerate(tags) if _are_near(one, other, distance)]
    having = [at for at, anchor in enumerate(tags) if _are_near(anchor, one, distance)]

    assert list(around.near(one, distance)) == near
    assert list(around.having_near(one, distance)) == having
