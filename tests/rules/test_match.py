"""Conditions: which tags satisfy them, and at which of them they become true."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.speech import Role
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.about import labels_of, narrowed, roles_of
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
    Scope,
    Side,
    Tagged,
)
from qa_service.rules.match import hits
from qa_service.rules.scene import Scene
from qa_service.rules.unheard import is_unsure
from tests.make import utterance
from tests.rules.scenes import AGENT, CUSTOMER, LEG, SAID, hits_at, quoting, scene, tag

A, B = Tagged(("a",)), Tagged(("b",))


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        pytest.param(Tagged(("a",)), [10, 100, 290], id="every tag with the label"),
        pytest.param(Tagged(("a", "b")), [10, 50, 100, 290], id="any of several labels, in time order"),
        pytest.param(Tagged(("c",)), [], id="no tag has the label"),
        pytest.param(Tagged(("a",), AGENT), [10, 290], id="only this role's"),
        pytest.param(Tagged(("a",), CUSTOMER), [100], id="only the other role's"),
        pytest.param(Tagged(("a",), Role.SYSTEM), [], id="nobody has that role"),
        pytest.param(Tagged(("a",), min_confidence=0.9), [10, 100], id="at the least confidence it counts"),
        pytest.param(Tagged(("a",), min_confidence=0.91), [], id="below it does not"),
        pytest.param(
            Tagged(("a",), scope=Scope(first_ms=30_000)), [10], id="begins in the first half minute"
        ),
        pytest.param(Tagged(("a",), scope=Scope(first_ms=10_000)), [], id="begins when the scope is over"),
        pytest.param(Tagged(("a",), scope=Scope(last_ms=30_000)), [290], id="in the last half minute"),
        pytest.param(Tagged(("a",), scope=Scope(last_ms=9_000)), [], id="ended when the last part begins"),
        pytest.param(Tagged(("a",), scope=Scope(last_ms=9_001)), [290], id="reaches into the last part"),
        pytest.param(
            Tagged(("a",), scope=Scope(first_ms=900_000)), [10, 100, 290], id="longer than the call"
        ),
    ],
)
def test_a_label_is_matched_by_role_place_and_confidence(condition: Condition, when: list[float]) -> None:
    tags = [tag("a", 10), tag("b", 50), tag("a", 100, CUSTOMER), tag("a", 290, confidence=0.5)]

    assert hits_at(condition, *tags) == when


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        pytest.param(AllOf((A, B)), [10, 90], id="all: at the hits of the first part"),
        pytest.param(AllOf((B, A)), [50], id="all: the first part is the anchor"),
        pytest.param(AllOf((A, Tagged(("c",)))), [], id="all: one part is missing"),
        pytest.param(AllOf((Tagged(("c",)), A)), [], id="all: the anchor is missing"),
        pytest.param(AnyOf((A, B)), [10, 50, 90], id="any: the hits of each"),
        pytest.param(AnyOf((A, A)), [10, 90], id="any: the same hit once"),
        pytest.param(AnyOf((Tagged(("c",)), B)), [50], id="any: one part is missing"),
        pytest.param(Repeated(A, 1), [10, 90], id="once or more is every hit"),
        pytest.param(Repeated(A, 2), [90], id="twice: from the second on"),
        pytest.param(Repeated(A, 3), [], id="three times: there are two"),
        pytest.param(Repeated(AnyOf((A, B)), 2), [50, 90], id="counted over alternatives"),
        pytest.param(AllOf((AllOf((A, B)), B)), [10, 90], id="nested"),
    ],
)
def test_conditions_are_joined(condition: Condition, when: list[float]) -> None:
    assert hits_at(condition, tag("a", 10), tag("b", 50), tag("a", 90)) == when


@pytest.mark.parametrize(
    ("condition", "sure"),
    [
        pytest.param(A, 0.9, id="as sure as the tag"),
        pytest.param(Capped(A, 0.6), 0.6, id="no surer than the author"),
        pytest.param(Capped(A, 0.95), 0.9, id="a cap makes nothing surer"),
        pytest.param(AllOf((Capped(A, 0.6), B)), 0.6, id="the anchor is capped"),
        pytest.param(AllOf((A, Capped(B, 0.6))), 0.6, id="what it rests on is capped"),
        pytest.param(AllOf((A, Nearby(Capped(B, 0.6), Distance()))), 0.6, id="so is a neighbour"),
        pytest.param(AllOf((A, Lacking(Capped(Tagged(("c",)), 0.6), Distance()))), 0.9, id="not what lacks"),
        pytest.param(Repeated(Capped(AnyOf((A, B)), 0.6), 2), 0.6, id="counted"),
        pytest.param(AnyOf((Capped(A, 0.6), Capped(A, 0.5))), 0.6, id="the same hit once, as first found"),
    ],
)
def test_nothing_is_surer_than_the_author_of_its_rule(condition: Condition, sure: float) -> None:
    found = hits(condition, scene(tag("a", 10), tag("b", 50)))

    assert [hit.confidence for hit in found] == [sure]


def _near(side: Side, within_ms: int | None = None, steps: int | None = None) -> Nearby:
    return Nearby(B, Distance(side, within_ms, steps))


@pytest.mark.parametrize(
    ("anchor", "is_near"),
    [
        pytest.param(_near(Side.AROUND), True, id="anywhere in the leg"),
        pytest.param(_near(Side.AROUND, 9_000), True, id="as far as allowed, gap to gap"),
        pytest.param(_near(Side.AROUND, 8_999), False, id="one millisecond too far"),
        pytest.param(_near(Side.AFTER, 9_000), True, id="b follows"),
        pytest.param(_near(Side.BEFORE, 9_000), False, id="b does not come before"),
        pytest.param(_near(Side.AFTER, steps=1), True, id="in the next utterance"),
        pytest.param(_near(Side.AFTER, steps=0), False, id="not in the same utterance"),
        pytest.param(_near(Side.AFTER, 9_000, 0), False, id="near in time but not in utterances"),
        pytest.param(_near(Side.AFTER, 1_000, 1), False, id="near in utterances but not in time"),
    ],
)
@pytest.mark.parametrize("asked", ["near", "lacking"])
def test_distance_is_in_time_and_in_utterances(anchor: Nearby, is_near: bool, asked: str) -> None:
    beside = anchor if asked == "near" else Lacking(anchor.what, anchor.distance)
    tags = quoting("a", SAID[4]), quoting("b", SAID[5])

    assert bool(hits_at(AllOf((A, beside)), *tags)) is (is_near == (asked == "near"))


@pytest.mark.parametrize("side", list(Side))
def test_nothing_stands_beside_itself(side: Side) -> None:
    alone, twice = [tag("a", 10)], [tag("a", 10), tag("a", 12)]
    again = AllOf((A, Nearby(A, Distance(Side.AROUND, 5_000))))
    only = AllOf((A, Lacking(A, Distance(side, 5_000))))

    assert hits_at(again, *alone) == []
    assert hits_at(again, *twice) == [10, 12]
    assert hits_at(only, *alone) == [10]


def test_words_in_one_utterance_are_no_utterance_apart() -> None:
    same = AllOf((A, Nearby(B, Distance(within_utterances=0))))

    assert hits_at(same, quoting("a", SAID[4]), quoting("b", SAID[4])) == [40]
    assert hits_at(same, quoting("a", SAID[4]), quoting("b", SAID[5])) == []


def test_a_tag_without_words_stands_at_the_utterance_begun_last() -> None:
    silence = tag("a", 45)  # after u04 (40 s), before u05 (50 s)
    steps = [
        n
        for n in range(4)
        if hits_at(AllOf((A, _near(Side.AROUND, steps=n))), silence, quoting("b", SAID[6]))
    ]

    assert steps == [2, 3]


def test_the_surest_neighbour_supports_a_hit_then_the_nearest() -> None:
    unsure, far, close = tag("b", 11, confidence=0.5), tag("b", 30), tag("b", 14)

    (hit,) = hits(AllOf((A, _near(Side.AROUND, 60_000))), scene(tag("a", 10), unsure, far, close))

    assert hit.tags == (tag("a", 10), close)
    assert hit.confidence == 0.9


def test_a_repetition_rests_on_the_surest_ones_before_it() -> None:
    tags = [tag("a", 10, confidence=0.5), tag("a", 20, confidence=0.5), tag("a", 30), tag("a", 40)]

    by_time = [
        (hit.anchor.span.start_ms // 1_000, hit.confidence) for hit in hits(Repeated(A, 2), scene(*tags))
    ]

    assert by_time == [(20, 0.5), (30, 0.5), (40, 0.9)]


class TestAbsence:
    GREETS = Absent(A, "rule.demo.1", AGENT, Scope(first_ms=30_000))
    CLOSES = Absent(A, "rule.demo.1", AGENT, Scope(last_ms=30_000))

    @pytest.mark.parametrize(
        ("condition", "tags", "quoted"),
        [
            pytest.param(GREETS, [], ["u00"], id="quotes what was said first instead"),
            pytest.param(CLOSES, [], ["u28"], id="quotes what was said last instead"),
            pytest.param(GREETS, [tag("a", 5)], [], id="it was said"),
            pytest.param(GREETS, [tag("b", 5)], ["u00"], id="something else was said"),
            pytest.param(Absent(B, "x", AGENT), [], ["u00"], id="never in the whole call"),
            pytest.param(Absent(B, "x", AGENT), [tag("b", 290)], [], id="said at the very end is said"),
        ],
    )
    def test_absence(self, condition: Absent, tags: list[Tag], quoted: list[str]) -> None:
        found = hits(condition, scene(*tags))

        assert [hit.anchor.quotes[0].utterance for hit in found] == quoted

    def test_who_never_spoke_in_the_scope_left_nothing_out(self) -> None:
        customer = [u for u in SAID if u.role is CUSTOMER]

        assert hits(self.GREETS, scene(utterances=customer)) == []

    def test_who_spoke_only_before_the_scope_left_nothing_out_in_it(self) -> None:
        early = [utterance("您好，请讲", 0, 270_000)]

        assert hits(self.CLOSES, scene(utterances=early)) == []

    def test_a_long_last_sentence_without_word_times_counts_as_the_end(self) -> None:
        long = utterance("好的，" * 20 + "感谢来电，再见", 230_000, 290_000)

        assert hits(self.CLOSES, scene(quoting("a", long), utterances=[long])) == []

    def test_words_badly_heard_make_an_absence_less_sure(self) -> None:
        mumbled = utterance("喂", 0)
        heard = (mumbled, replace(mumbled, confidence=0.4))

        sure = [hits(self.GREETS, scene(utterances=[said]))[0].confidence for said in heard]

        assert sure == [0.8, pytest.approx(0.8 * 0.7)]


def test_a_scope_reaches_every_part_that_has_none_of_its_own() -> None:
    own = Tagged(("b",), scope=Scope(last_ms=5))
    first = Scope(first_ms=30_000)
    near = Nearby(B, Distance())

    narrow = narrowed(AnyOf((A, Repeated(own, 2), near, Absent(A, "x", AGENT))), first, 0.7)

    assert narrow == AnyOf(
        (
            Tagged(("a",), scope=first, min_confidence=0.7),
            Repeated(Tagged(("b",), scope=Scope(last_ms=5), min_confidence=0.7), 2),
            near,
            Absent(Tagged(("a",), scope=first, min_confidence=0.7), "x", AGENT, first),
        )
    )


def test_labels_and_roles_are_found_however_deep_they_lie() -> None:
    deep = AllOf(
        (Tagged(("a",), AGENT), Nearby(Repeated(AnyOf((B, Tagged(("c",), CUSTOMER))), 2), Distance()))
    )

    assert labels_of(deep) == {"a", "b", "c"}
    assert roles_of(deep) == {AGENT, CUSTOMER}
    assert roles_of(Absent(A, "x", AGENT)) == {AGENT}


_SIMPLE = st.sampled_from([A, B, Tagged(("a", "b"), AGENT), Tagged(("c",), min_confidence=0.6)])
_TAGS = st.lists(
    st.builds(
        tag,
        st.sampled_from("abc"),
        st.integers(0, 290),
        st.sampled_from([AGENT, CUSTOMER]),
        confidence=st.sampled_from([0.5, 0.9]),
    ),
    max_size=8,
)


def _monotone() -> st.SearchStrategy[Condition]:
    """Conditions without Lacking and Absent."""
    return st.recursive(
        _SIMPLE,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
            st.tuples(inner, st.builds(Nearby, inner, st.just(Distance(Side.AROUND, 30_000)))).map(AllOf),
            st.builds(Repeated, inner, st.integers(1, 3)),
        ),
        max_leaves=5,
    )


@given(_monotone(), _TAGS, _TAGS)
def test_more_tags_never_take_a_hit_away(condition: Condition, some: list[Tag], more: list[Tag]) -> None:
    before = {hit.anchor for hit in hits(condition, scene(*some))}
    after = {hit.anchor for hit in hits(condition, scene(*some, *more))}

    assert before <= after


@given(_monotone(), _TAGS, st.randoms())
def test_hits_come_in_time_order_once_each_whatever_the_order_of_tags(
    condition: Condition, tags: list[Tag], random: Random
) -> None:
    found = hits(condition, scene(*tags))
    mixed = sorted(tags, key=lambda _: random.random())

    assert hits(condition, scene(*mixed)) == found
    ends = [hit.anchor.span.end_ms for hit in found]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("unreliable", "unheard", "absent"),
    [
        pytest.param("", (), True, id="heard, and not said"),
        pytest.param("unreliable.bad_snr", (), False, id="nobody knows what was said in the noise"),
        pytest.param("", ((AGENT, Span(0, 2_000)),), False, id="voice that gave no text"),
        pytest.param("", ((CUSTOMER, Span(0, 2_000)),), True, id="what the customer said does not matter"),
        pytest.param("", ((AGENT, Span(90_000, 92_000)),), True, id="nor what was said elsewhere"),
    ],
)
def test_what_was_not_heard_is_not_absent(
    unreliable: str, unheard: tuple[tuple[Role, Span], ...], absent: bool
) -> None:
    said = replace(utterance("喂哪位", role=Role.AGENT), unreliable=unreliable)
    missing = Absent(Tagged(("greeting",)), "no_greeting", Role.AGENT, Scope(first_ms=30_000))
    here = Scene(LEG, (said,), (), unheard)

    assert bool(hits(missing, here)) is absent
    assert is_unsure(missing, here) is not absent


@pytest.mark.parametrize(
    ("scope", "absent"),
    [
        pytest.param(Scope(last_ms=30_000), False, id="the end was lost: nobody knows how it ended"),
        pytest.param(Scope(), False, id="it may have been said in what was lost"),
        pytest.param(Scope(first_ms=30_000), True, id="the beginning was recorded"),
    ],
)
def test_what_may_have_been_said_after_the_recording_broke_off_is_not_absent(
    scope: Scope, absent: bool
) -> None:
    end = Span(LEG.span.end_ms, LEG.span.end_ms)
    missing = Absent(Tagged(("closing",)), "no_closing", AGENT, scope)
    here = Scene(LEG, SAID, (), ((AGENT, end),))

    assert bool(hits(missing, here)) is absent
    assert is_unsure(missing, here) is not absent
