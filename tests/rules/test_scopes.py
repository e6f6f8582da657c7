"""Scopes: so long, so many utterances, such a share of the leg, from the start or from the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.about import waits_for_end
from qa_service.rules.conditions import Absent, Between, Condition, Scope, Tagged, Unit
from qa_service.rules.find import find
from qa_service.rules.match import hits
from qa_service.rules.scene import Open, Scene
from qa_service.rules.unheard import is_unsure
from tests.make import utterance
from tests.rules.scenes import AGENT, CUSTOMER, LEG, SAID, SURE, hits_at, quoting, rule, scene, seconds, tag

#: A tag on every one of thirty utterances, ten seconds apart: the agent's at 0, 20 …, the customer's at 10, 30 …
EVERYWHERE = tuple(quoting("a", said) for said in SAID)


def _a(role: Role | None = None, **scope: float) -> Tagged:
    return Tagged(("a",), role, Scope(**scope))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        pytest.param(_a(first_utterances=3), [0, 10, 20], id="the first three, of anybody"),
        pytest.param(_a(AGENT, first_utterances=3), [0, 20, 40], id="the agent's first three"),
        pytest.param(_a(CUSTOMER, first_utterances=1), [10], id="the customer's first"),
        pytest.param(_a(last_utterances=2), [280, 290], id="the last two, of anybody"),
        pytest.param(_a(AGENT, last_utterances=2), [260, 280], id="the agent's last two"),
        pytest.param(_a(Role.SYSTEM, first_utterances=3), [], id="of somebody who never spoke"),
        pytest.param(_a(CUSTOMER, last_utterances=1), [290], id="the customer's last"),
        pytest.param(_a(first_share=0.1), [0, 10, 20], id="a tenth of five minutes is thirty seconds"),
        pytest.param(_a(first_share=0.0001), [0], id="what begins with the leg begins in any share of it"),
        pytest.param(_a(last_share=0.05), [290], id="a twentieth from the end"),
        pytest.param(_a(CUSTOMER, last_share=0.1), [270, 290], id="a tenth from the end, of one party"),
        pytest.param(_a(last_share=0.03), [], id="ended before the share begins"),
    ],
)
def test_a_scope_by_utterances_or_by_share(condition: Condition, when: list[float]) -> None:
    assert hits_at(condition, *EVERYWHERE) == when


def _in(unit: Unit, start: float | None = None, end: float | None = None) -> Scope:
    return Scope(between=Between(unit, start, end))


@pytest.mark.parametrize(
    ("role", "scope", "when"),
    [
        pytest.param(None, _in(Unit.UTTERANCES, 3, 5), [20, 30, 40], id="the third to the fifth"),
        pytest.param(AGENT, _in(Unit.UTTERANCES, 2, 3), [20, 40], id="the agent's second and third"),
        pytest.param(
            None, _in(Unit.UTTERANCES, -3, -1), [270, 280, 290], id="the last three: -1 is the last"
        ),
        pytest.param(CUSTOMER, _in(Unit.UTTERANCES, -2, -2), [270], id="the customer's last but one"),
        pytest.param(None, _in(Unit.UTTERANCES, 29, None), [280, 290], id="from the 29th on"),
        pytest.param(None, _in(Unit.UTTERANCES, None, 2), [0, 10], id="up to the second"),
        pytest.param(None, _in(Unit.UTTERANCES, 28, -2), [270, 280], id="from the 28th to the last but one"),
        pytest.param(None, _in(Unit.UTTERANCES, 29, 99), [280, 290], id="to one that was not said"),
        pytest.param(None, _in(Unit.UTTERANCES, 31, 40), [], id="all of them were not said"),
        pytest.param(None, _in(Unit.UTTERANCES, -99, 2), [0, 10], id="from before the first"),
        pytest.param(None, _in(Unit.UTTERANCES, 20, -20), [], id="where the ends cross"),
        pytest.param(None, _in(Unit.MS, 30_000, 50_000), [30, 40], id="what begins from 30 s to before 50 s"),
        pytest.param(None, _in(Unit.MS, -30_000, None), [270, 280, 290], id="what begins in the last 30 s"),
        pytest.param(None, _in(Unit.MS, 270_000, -20_000), [270], id="from 270 s to 20 s before the end"),
        pytest.param(None, _in(Unit.MS, 400_000, 500_000), [], id="after the end"),
        pytest.param(None, _in(Unit.SHARE, 0.1, 0.2), [30, 40, 50], id="the second tenth"),
        pytest.param(None, _in(Unit.SHARE, -0.05, None), [290], id="a twentieth from the end"),
    ],
)
def test_a_range(role: Role | None, scope: Scope, when: list[float]) -> None:
    assert hits_at(Tagged(("a",), role, scope), *EVERYWHERE) == when


@pytest.mark.parametrize(
    ("scope", "is_late", "is_of_end"),
    [
        (_in(Unit.UTTERANCES, 3, 8), False, False),
        (_in(Unit.MS, 30_000, None), False, False),
        (_in(Unit.MS, 30_000, -1), True, False),
        (_in(Unit.UTTERANCES, -5, -1), True, True),
        (_in(Unit.UTTERANCES, -5, -3), True, False),
        (_in(Unit.SHARE, 0.2, 0.8), True, False),
    ],
)
def test_only_the_end_tells_what_is_counted_from_it_or_in_shares(
    scope: Scope, is_late: bool, is_of_end: bool
) -> None:
    assert (scope.is_settled_late, scope.is_of_end) == (is_late, is_of_end)
    assert waits_for_end(Tagged(("a",), scope=scope)) is is_late
    going_on = Scene(LEG, SAID, EVERYWHERE, open_=Open(300_000))
    assert bool(hits(Tagged(("a",), scope=scope), going_on)) is not is_late


@pytest.mark.parametrize(
    "scope",
    [Scope(first_utterances=99), Scope(last_utterances=99), Scope(first_share=1.0), Scope(last_share=1.0)],
)
def test_a_scope_that_is_longer_than_the_leg_is_all_of_it(scope: Scope) -> None:
    assert len(hits_at(Tagged(("a",), scope=scope), *EVERYWHERE)) == len(SAID)


@pytest.mark.parametrize(
    ("before", "when"),
    [
        pytest.param(
            utterance("欢迎致电星辰宽带", 0, 1_000, role=Role.SYSTEM, name="m"), 2, id="a machine is none"
        ),
        pytest.param(utterance("", 0, 1_000, name="m"), 2, id="what gave no words is none"),
        pytest.param(utterance("嗯", 0, 1_000, name="m"), 1, id="嗯 is one"),
        pytest.param(utterance("喂你好", 0, 1_000, role=Role.OTHER, name="m"), 1, id="so is somebody else's"),
        pytest.param(
            utterance("喂你好", 0, 1_000, role=Role.UNKNOWN, name="m"), 1, id="so is nobody's known"
        ),
    ],
)
def test_utterances_of_people_are_counted(before: Utterance, when: int) -> None:
    said = [
        before,
        *(
            utterance("您说的我都记下了", 2_000 + i * 2_000, 3_000 + i * 2_000, name=f"x{i}")
            for i in range(3)
        ),
    ]
    tags = [quoting("a", one) for one in said[1:]]

    assert len(hits_at(_a(first_utterances=2), *tags, utterances=said)) == when


def test_utterances_are_counted_in_the_order_in_which_they_began() -> None:
    long = utterance("我从头说起，" * 10, 0, 60_000, role=CUSTOMER, name="long")
    short = [utterance("好的", 5_000 + i * 1_000, 5_500 + i * 1_000, name=f"s{i}") for i in range(4)]
    said = [*short, long]  # as they ended
    tags = [quoting("a", one) for one in said]

    assert hits_at(_a(first_utterances=2), *tags, utterances=said) == [5, 0]
    assert hits_at(_a(last_utterances=2), *tags, utterances=said) == [7, 8]


@pytest.mark.parametrize(
    ("found", "first", "last"),
    [
        pytest.param(tag("a", 15), True, False, id="a silence that begins before the third is over"),
        pytest.param(tag("a", 25), False, False, id="a silence after it"),
        pytest.param(tag("a", 255, long_s=30), False, True, id="a silence that reaches into the last two"),
        pytest.param(quoting("a", SAID[2]), True, False, id="the third itself"),
        pytest.param(quoting("a", SAID[3]), False, False, id="the fourth"),
        pytest.param(
            replace(
                quoting("a", SAID[1]),
                evidence=(*quoting("a", SAID[1]).evidence, *quoting("a", SAID[9]).evidence),
            ),
            True,
            False,
            id="what begins in it and ends later",
        ),
    ],
)
def test_what_quotes_nobody_is_placed_by_its_time(found: Tag, first: bool, last: bool) -> None:
    assert bool(hits_at(_a(first_utterances=3), found)) is first
    assert bool(hits_at(_a(last_utterances=2), found)) is last


@pytest.mark.parametrize(
    ("scope", "tags", "quoted"),
    [
        pytest.param(Scope(first_utterances=2), [], ["u00"], id="not in the agent's first two"),
        pytest.param(Scope(first_utterances=2), [quoting("a", SAID[2])], [], id="said in the second"),
        pytest.param(
            Scope(first_utterances=2), [quoting("a", SAID[4])], ["u00"], id="said in the third only"
        ),
        pytest.param(
            Scope(first_utterances=2), [quoting("a", SAID[1])], ["u00"], id="said by the customer in between"
        ),
        pytest.param(Scope(last_utterances=2), [], ["u28"], id="not in the agent's last two"),
        pytest.param(Scope(last_utterances=2), [quoting("a", SAID[26])], [], id="said in the last but one"),
        pytest.param(Scope(last_utterances=2), [quoting("a", SAID[24])], ["u28"], id="said before them"),
        pytest.param(
            _in(Unit.UTTERANCES, 2, 3), [quoting("a", SAID[0])], ["u02"], id="said before the range"
        ),
        pytest.param(_in(Unit.UTTERANCES, 2, 3), [quoting("a", SAID[4])], [], id="said in the range"),
        pytest.param(_in(Unit.UTTERANCES, -2, None), [], ["u28"], id="not in the last two"),
        pytest.param(_in(Unit.MS, 30_000, 90_000), [quoting("a", SAID[2])], ["u04"], id="said too early"),
        pytest.param(_in(Unit.UTTERANCES, 99, None), [], [], id="nothing was said there"),
        pytest.param(Scope(first_share=0.1), [quoting("a", SAID[2])], [], id="said in the first tenth"),
        pytest.param(
            Scope(first_share=0.1), [quoting("a", SAID[4])], ["u00"], id="said after the first tenth"
        ),
        pytest.param(Scope(last_share=0.1), [quoting("a", SAID[28])], [], id="said in the last tenth"),
        pytest.param(
            Scope(last_share=0.1), [quoting("a", SAID[20])], ["u28"], id="said before the last tenth"
        ),
    ],
)
def test_absent_from_a_scope(scope: Scope, tags: list[Tag], quoted: list[str]) -> None:
    found = hits(Absent(Tagged(("a",), AGENT, scope), "x.y", AGENT, scope), scene(*tags))

    assert [hit.anchor.quotes[0].utterance for hit in found] == quoted


@pytest.mark.parametrize(
    ("scope", "code", "values"),
    [
        pytest.param(Scope(), "absent.call", {}, id="the call"),
        pytest.param(Scope(first_ms=30_000), "absent.first", {"seconds": 30}, id="half a minute"),
        pytest.param(
            Scope(first_utterances=3), "absent.first_utterances", {"count": 3}, id="three sentences"
        ),
        pytest.param(Scope(last_utterances=5), "absent.last_utterances", {"count": 5}, id="the last five"),
        pytest.param(Scope(first_share=0.2), "absent.first_share", {"percent": 20}, id="a fifth"),
        pytest.param(_in(Unit.MS, 30_000, 90_000), "absent.between", {"start": 30, "end": 90}, id="a minute"),
        pytest.param(
            _in(Unit.UTTERANCES, 2, 3), "absent.between", {"start": 20, "end": 41}, id="two of the agent's"
        ),
        pytest.param(Scope(last_share=0.125), "absent.last_share", {"percent": 12.5}, id="the last eighth"),
    ],
)
def test_an_absence_says_where_it_was_looked_for(scope: Scope, code: str, values: dict[str, float]) -> None:
    (hit,) = hits(Absent(Tagged(("a",), AGENT, scope), "x.y", AGENT, scope), scene())

    assert (hit.anchor.because.code, dict(hit.anchor.because.values)) == (code, values)


@pytest.mark.parametrize(
    ("scope", "lost", "absent"),
    [
        pytest.param(Scope(first_utterances=2), (AGENT, Span(5_000, 6_000)), False, id="among the first two"),
        pytest.param(Scope(first_utterances=2), (CUSTOMER, Span(5_000, 6_000)), True, id="the customer's"),
        pytest.param(Scope(first_utterances=2), (AGENT, Span(90_000, 91_000)), True, id="after them"),
        pytest.param(Scope(last_utterances=2), (AGENT, Span(300_000, 300_000)), False, id="the end was lost"),
        pytest.param(
            Scope(last_share=0.1), (AGENT, Span(300_000, 300_000)), False, id="and with it the last tenth"
        ),
        pytest.param(Scope(first_share=0.1), (AGENT, Span(90_000, 91_000)), True, id="after the first tenth"),
        pytest.param(
            _in(Unit.UTTERANCES, 2, 3), (AGENT, Span(5_000, 6_000)), False, id="one more before them"
        ),
        pytest.param(
            _in(Unit.UTTERANCES, 2, 3), (AGENT, Span(90_000, 91_000)), True, id="one more behind them"
        ),
        pytest.param(
            _in(Unit.UTTERANCES, -3, -2), (AGENT, Span(290_000, 291_000)), False, id="one more at the end"
        ),
        pytest.param(
            _in(Unit.UTTERANCES, -3, -2), (AGENT, Span(5_000, 6_000)), True, id="one more at the start"
        ),
        pytest.param(
            _in(Unit.MS, 30_000, 60_000), (AGENT, Span(5_000, 6_000)), True, id="before these seconds"
        ),
    ],
)
def test_what_was_not_heard_in_a_scope_is_not_absent(
    scope: Scope, lost: tuple[Role, Span], absent: bool
) -> None:
    missing = Absent(Tagged(("a",), AGENT, scope), "x.y", AGENT, scope)
    here = Scene(LEG, SAID, (), (lost,))

    assert bool(hits(missing, here)) is absent
    assert is_unsure(missing, here) is not absent


@pytest.mark.parametrize(
    ("condition", "lost", "doubts"),
    [
        pytest.param(
            _a(AGENT, first_utterances=2), (AGENT, Span(5_000, 6_000)), ["doubt.lost"], id="one more before"
        ),
        pytest.param(
            _a(AGENT, first_utterances=2), (CUSTOMER, Span(5_000, 6_000)), [], id="another's is not counted"
        ),
        pytest.param(_a(AGENT, first_utterances=2), (AGENT, Span(90_000, 91_000)), [], id="one more later"),
        pytest.param(_a(AGENT, first_ms=30_000), (AGENT, Span(5_000, 6_000)), [], id="seconds are seconds"),
        pytest.param(_a(AGENT, first_share=0.1), (AGENT, Span(5_000, 6_000)), [], id="so are shares"),
    ],
)
def test_a_person_decides_where_more_may_have_been_said_than_was_counted(
    condition: Condition, lost: tuple[Role, Span], doubts: list[str]
) -> None:
    here = Scene(LEG, SAID, (quoting("a", SAID[2]),), (lost,))

    (finding,) = find([rule(condition)], here, CallFacts(leg=LEG), SURE)

    assert [doubt.code for doubt in finding.doubts] == doubts


_SAYS = st.lists(
    st.tuples(
        st.sampled_from([AGENT, CUSTOMER, Role.SYSTEM, Role.UNKNOWN]),
        st.integers(0, 3_000),
        st.integers(100, 9_000),
    ),
    max_size=12,
)


def _said(says: Sequence[tuple[Role, int, int]]) -> list[Utterance]:
    """Utterances, each beginning so long after the one before began."""
    said, at_ms = list[Utterance](), 0
    for i, (role, after_ms, long_ms) in enumerate(says):
        at_ms += after_ms
        said.append(utterance("您说的我都记下了", at_ms, at_ms + long_ms, role=role, name=f"u{i:02d}"))
    return said


def _scene(said: Sequence[Utterance], end_ms: int) -> Scene:
    return Scene(Leg(Span(0, end_ms)), said, [quoting("a", one) for one in said])


@given(_SAYS, st.integers(1, 5), st.sampled_from([None, AGENT, CUSTOMER]), st.integers(0, 20_000))
def test_what_counts_from_the_start_is_known_as_soon_as_it_was_heard(
    says: list[tuple[Role, int, int]], most: int, role: Role | None, now_ms: int
) -> None:
    """Live = batch: of a call in which all that began before now was heard, no hit is ever taken back."""
    said, condition = _said(says), _a(role, first_utterances=most)
    heard = [one for one in said if one.span.start_ms < now_ms]

    live = {hit.anchor for hit in hits(condition, _scene(heard, 100_000))}
    batch = {hit.anchor for hit in hits(condition, _scene(said, 100_000))}

    assert live == {one for one in batch if one.span.start_ms < now_ms}


@given(_SAYS, st.integers(1, 5), st.sampled_from([None, AGENT, CUSTOMER]))
def test_first_and_last_part_a_call_between_them(
    says: list[tuple[Role, int, int]], most: int, role: Role | None
) -> None:
    """The first n and the last of the rest are all of what people said, none of it twice."""
    said = _said(says)
    counted = [one for one in said if one.role is not Role.SYSTEM and role in {None, one.role}]
    here, rest = _scene(counted, 100_000), len(counted) - most

    first = hits(_a(role, first_utterances=most), here)
    last = hits(_a(role, last_utterances=rest), here) if rest > 0 else []

    assert sorted(seconds([*first, *last])) == sorted(one.span.start_ms / 1_000 for one in counted)


@given(_SAYS, st.floats(0.01, 1.0), st.integers(1, 60_000))
def test_a_share_is_that_much_time_of_the_leg(
    says: list[tuple[Role, int, int]], share: float, end_ms: int
) -> None:
    here = _scene([one for one in _said(says) if one.span.start_ms < end_ms], end_ms)

    long_ms = round(end_ms * share)
    for by_share, by_time in (
        (Scope(first_share=share), Scope(first_ms=long_ms)),
        (Scope(last_share=share), Scope(last_ms=long_ms)),
    ):
        assert hits(Tagged(("a",), scope=by_share), here) == hits(Tagged(("a",), scope=by_time), here)
