"""Many rules asked as if they were few: by what wakes them, and what they ask of a call in common."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts
from qa_service.core.tags import Tag
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Capped,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Repeated,
    Side,
    Tagged,
    Which,
)
from qa_service.rules.find import find
from qa_service.rules.index import RuleIndex, indexed, wakes
from qa_service.rules.match import hits
from qa_service.rules.rule import LegScope
from tests.make import ALL_PARTS
from tests.rules.scenes import AGENT, LEG, SURE, rule, scene, tag

A, B, C = (Tagged((label,)) for label in "abc")
TOLD = CallFacts(leg=LEG, parts=ALL_PARTS)


@pytest.mark.parametrize(
    ("condition", "labels"),
    [
        pytest.param(A, {"a"}, id="its label"),
        pytest.param(AnyOf((A, B)), {"a", "b"}, id="any of several"),
        pytest.param(AllOf((A, B)), {"a"}, id="all: the first is enough to know"),
        pytest.param(AllOf((A, Lacking(B, Distance()))), {"a"}, id="not what has to be missing"),
        pytest.param(Repeated(Capped(A, 0.5), 2), {"a"}, id="several times"),
        pytest.param(Absent(A, "x", AGENT), None, id="something not said needs no tag"),
        pytest.param(AnyOf((A, Absent(B, "x", AGENT))), None, id="nor does a choice of it"),
        pytest.param(AllOf((Absent(B, "x", AGENT), A)), {"a"}, id="but both together do"),
    ],
)
def test_what_wakes_a_rule(condition: Condition, labels: set[str] | None) -> None:
    assert wakes(condition) == labels


_LEAVES = st.sampled_from([A, B, C, Tagged(("a", "c")), Tagged(("b",), AGENT), Absent(C, "missing", AGENT)])


def _wider(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    distances = st.builds(Distance, st.sampled_from(Side), st.sampled_from([None, 5_000, 60_000]))
    which = st.sampled_from([Which.ANY, Which.LAST, Which.EVERY, 1, 2])
    near = st.builds(Nearby, inner, distances, which)
    lacking = st.builds(Lacking, inner, distances, which.filter(lambda w: w is not Which.EVERY))
    parts = st.lists(inner | near | lacking, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(inner, parts).map(lambda both: AllOf((both[0], *both[1]))),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))),
        st.builds(Repeated, inner, st.integers(1, 3)),
        st.builds(Capped, inner, st.just(0.8)),
    )


CONDITIONS = st.recursive(_LEAVES, _wider, max_leaves=6)
TAGS = st.lists(st.builds(tag, st.sampled_from("abc"), st.integers(0, 290)), max_size=6)


@given(CONDITIONS, TAGS)
def test_a_rule_that_sleeps_would_have_found_nothing(condition: Condition, tags: list[Tag]) -> None:
    held = scene(*tags)
    labels = wakes(condition)

    if labels is not None and labels.isdisjoint(held.labels):
        assert hits(condition, held) == []


@given(st.lists(CONDITIONS, max_size=5), TAGS)
def test_rules_find_together_what_each_finds_by_itself(conditions: list[Condition], tags: list[Tag]) -> None:
    rules = tuple(rule(condition, name=f"demo/r{at}") for at, condition in enumerate(conditions))

    together = find(rules, scene(*tags), TOLD, SURE)

    alone = [finding for one in rules for finding in find((one,), scene(*tags), TOLD, SURE)]
    assert sorted(together, key=lambda f: f.id) == sorted(alone, key=lambda f: f.id)


def test_only_rules_that_may_have_hits_are_looked_at() -> None:
    rules = tuple(rule(Tagged((f"l{at}",)), name=f"demo/r{at}") for at in range(10_000))

    heard = scene(*(tag(label, 0) for label in ("l3", "l9000", "other")))

    awake = list(RuleIndex(rules).awake(heard, TOLD))

    assert [one.id for one in awake] == ["demo/r3", "demo/r9000"]


def test_what_rules_ask_of_a_call_is_asked_once_for_all_that_ask_the_same() -> None:
    rules = tuple(rule(A, name=f"demo/r{at}") for at in range(1_000))
    last = replace(rules[7], leg=LegScope.LAST)

    index = RuleIndex((*rules, last))

    assert [len(alike.positions) for alike in index.alike] == [1_000, 1]


def test_the_index_of_a_book_is_made_once() -> None:
    rules = (rule(A),)

    assert indexed(rules) is indexed(rules)
