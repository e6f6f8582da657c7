"""Anchors: any, the n-th, the last or every hit of something else."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.rules.about import looks_around
from qa_service.rules.conditions import (
    AllOf,
    Capped,
    Condition,
    Distance,
    Lacking,
    Nearby,
    Scope,
    Side,
    Tagged,
    Which,
)
from qa_service.rules.find import find
from qa_service.rules.match import hits
from qa_service.rules.scene import Scene
from tests.rules.scenes import AGENT, CUSTOMER, LEG, SAID, SURE, hits_at, rule, scene, tag

A, B = Tagged(("a",)), Tagged(("b",))
#: Something at 20, 60 and 100 seconds …
BS = (tag("b", 20), tag("b", 60), tag("b", 100))
#: … and what is asked about at 10, 25, 62 and 130.
AS = (tag("a", 10), tag("a", 25), tag("a", 62), tag("a", 130))


def _near(
    which: Which | int, side: Side = Side.AROUND, within_ms: int | None = 10_000, of: Condition = B
) -> Condition:
    return AllOf((A, Nearby(of, Distance(side, within_ms), which)))


def _lacking(which: Which | int, side: Side = Side.AROUND, within_ms: int | None = 10_000) -> Condition:
    return AllOf((A, Lacking(B, Distance(side, within_ms), which)))


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        pytest.param(_near(Which.ANY), [10, 25, 62], id="near any"),
        pytest.param(_near(1), [10, 25], id="near the first"),
        pytest.param(_near(2), [62], id="near the second"),
        pytest.param(_near(3), [], id="nothing is near the third"),
        pytest.param(_near(4), [], id="there is no fourth"),
        pytest.param(_near(Which.LAST), [], id="nothing is near the last"),
        pytest.param(_near(Which.LAST, within_ms=30_000), [130], id="near the last, farther"),
        pytest.param(_near(1, Side.BEFORE), [25], id="after the first, soon"),
        pytest.param(_near(1, Side.BEFORE, None), [25, 62, 130], id="after the first, whenever"),
        pytest.param(_near(2, Side.BEFORE, None), [62, 130], id="after the second"),
        pytest.param(_near(Which.LAST, Side.BEFORE, None), [130], id="after the last"),
        pytest.param(_near(1, Side.AFTER, None), [10], id="before the first"),
        pytest.param(_near(Which.LAST, Side.AFTER, None), [10, 25, 62], id="before the last"),
        pytest.param(_lacking(Which.ANY), [130], id="not near any"),
        pytest.param(_lacking(1), [62, 130], id="not near the first"),
        pytest.param(_lacking(4), [10, 25, 62, 130], id="not near a fourth that is not there"),
        pytest.param(_lacking(Which.LAST, Side.BEFORE, None), [10, 25, 62], id="not after the last"),
        pytest.param(
            _near(1, of=Tagged(("b",), scope=Scope(first_ms=50))), [], id="the first in a scope with none"
        ),
        pytest.param(
            _near(1, of=Tagged(("b",), scope=Scope(last_ms=250_000))), [62], id="the first in a scope"
        ),
    ],
)
def test_which_of_its_hits_counts(condition: Condition, when: list[float]) -> None:
    assert hits_at(condition, *AS, *BS) == when


@pytest.mark.parametrize(
    ("within_s", "side", "when"),
    [
        pytest.param(40, Side.AROUND, [10, 25, 62, 130], id="each has one near"),
        pytest.param(28, Side.AROUND, [], id="the last has none so near"),
        pytest.param(29, Side.AROUND, [10, 25, 62, 130], id="the farthest pair just reaches"),
        pytest.param(29, Side.BEFORE, [25, 62, 130], id="each is followed by one"),
        pytest.param(28, Side.BEFORE, [], id="the last is followed too late"),
        pytest.param(40, Side.AFTER, [10, 25, 62], id="each is preceded by one"),
    ],
)
def test_beside_every_one_has_to_be_one(within_s: int, side: Side, when: list[float]) -> None:
    assert hits_at(_near(Which.EVERY, side, within_s * 1_000), *AS, *BS) == when


def test_where_there_is_nothing_nothing_is_beside_every_one() -> None:
    assert hits_at(_near(Which.EVERY), *AS) == []


def test_nothing_is_beside_itself_however_it_is_counted() -> None:
    itself = [AllOf((A, Nearby(A, Distance(), which))) for which in (1, Which.LAST, Which.EVERY)]

    assert [hits_at(one, tag("a", 10)) for one in itself] == [[], [], []]
    assert [hits_at(one, tag("a", 10), tag("a", 20)) for one in itself] == [[20], [10], [10, 20]]


def test_what_another_part_rules_out_stands_beside_nothing() -> None:
    sure = Nearby(Tagged(("c",)), Distance(within_ms=1_000))
    condition = AllOf((A, Nearby(B, Distance(within_ms=10_000), Which.EVERY), sure))
    tags = [tag("a", 20), tag("b", 20), tag("a", 60), tag("b", 60)]

    assert hits_at(condition, *tags, tag("c", 20)) == []
    assert hits_at(condition, *tags, tag("c", 20), tag("c", 60)) == [20, 60]


@pytest.mark.parametrize(
    ("of", "sure"),
    [
        pytest.param(B, [0.5, 0.5], id="the least sure of those beside makes all of it unsure"),
        pytest.param(Capped(B, 0.4), [0.4, 0.4], id="or the author of what is counted"),
    ],
)
def test_every_is_as_sure_as_its_weakest(of: Condition, sure: list[float]) -> None:
    tags = [tag("a", 20), tag("b", 20), tag("a", 60, confidence=0.5), tag("b", 60)]

    found = hits(_near(Which.EVERY, of=of), scene(*tags))

    assert [hit.confidence for hit in found] == sure


@pytest.mark.parametrize(
    ("which", "lost_s", "doubts"),
    [
        pytest.param(Which.ANY, 5, [], id="any one will do"),
        pytest.param(1, 5, ["doubt.lost"], id="another may have been the first"),
        pytest.param(1, 200, [], id="what came later was not the first"),
        pytest.param(2, 40, ["doubt.lost"], id="another may have been the second"),
        pytest.param(Which.LAST, 5, [], id="what came before was not the last"),
        pytest.param(Which.LAST, 200, ["doubt.lost"], id="another may have been the last"),
        pytest.param(Which.EVERY, 200, ["doubt.lost"], id="another may have been left alone"),
    ],
)
@pytest.mark.parametrize("who", [AGENT, CUSTOMER])
def test_a_person_decides_where_another_may_not_have_been_heard(
    which: Which | int, lost_s: int, doubts: list[str], who: Role
) -> None:
    told = Tagged(("b",), AGENT)
    tags = [tag("a", 21), tag("b", 20), tag("b", 60)]
    here = Scene(LEG, SAID, tags, ((who, Span(lost_s * 1_000, lost_s * 1_000 + 2_000)),))

    (finding,) = find([rule(_near(which, within_ms=None, of=told))], here, CallFacts(leg=LEG), SURE)

    assert [doubt.code for doubt in finding.doubts] == (doubts if who is AGENT else [])


def test_what_lacks_its_first_waits_where_the_first_may_not_have_been_heard() -> None:
    here = Scene(LEG, SAID, [tag("a", 200)], ((AGENT, Span(5_000, 7_000)),))

    (finding,) = find([rule(_lacking(1))], here, CallFacts(leg=LEG), SURE)

    assert [doubt.code for doubt in finding.doubts] == ["doubt.lost"]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        pytest.param(Which.ANY, False, id="any"),
        pytest.param(1, True, id="first"),
        pytest.param(Which.LAST, True, id="last"),
    ],
)
def test_counting_looks_at_other_utterances(which: Which | int, expected: bool) -> None:
    assert looks_around(AllOf((A, Nearby(B, Distance(within_utterances=0), which)))) is expected
