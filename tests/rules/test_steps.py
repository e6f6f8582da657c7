"""Process inspection: which step is missing, late or early, and what nobody can say yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.ids import tag_id
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.time import Span
from qa_service.rules.about import is_prompt, labels_of, looks_around, narrowed, roles_of
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Branch,
    Condition,
    Distance,
    Limit,
    Nearby,
    Repeated,
    Scope,
    Side,
    Step,
    Steps,
    Tagged,
    Which,
)
from qa_service.rules.find import find
from qa_service.rules.match import hits
from qa_service.rules.scene import Open, Scene
from qa_service.rules.unheard import is_unsure
from tests.make import ALL_PARTS, utterance
from tests.rules.scenes import AGENT, CUSTOMER, LEG, SAID, SURE, found, quoting, rule, tag

_ENDLESS, _LEG = Limit(), Scope()


def _step(
    name: str,
    limit: Limit = _ENDLESS,
    *,
    optional: bool = False,
    role: Role = AGENT,
    what: Condition | None = None,
) -> Step:
    return Step(what or Tagged((name,)), name.upper(), f"rule.x.{name}", role, limit, optional)


def _branch(
    on: str, then: Sequence[Step | Branch], otherwise: Sequence[Step | Branch] = (), limit: Limit = _ENDLESS
) -> Branch:
    return Branch(Tagged((on,)), tuple(then), tuple(otherwise), limit)


def _steps(*parts: Step | Branch, scope: Scope = _LEG) -> Steps:
    return Steps(parts, scope)


def _said(**labels: int | Sequence[int]) -> list[Tag]:
    """Tags that quote the n-th utterances of SAID: the agent speaks in the even ones."""
    places = {label: [at] if isinstance(at, int) else at for label, at in labels.items()}
    return [quoting(label, SAID[n]) for label, at in places.items() for n in at]


def _told(steps: Steps, tags: Iterable[Tag], scene: Scene | None = None) -> list[tuple[str, str]]:
    """Which step, and what is wrong with it."""
    told = hits(steps, scene or Scene(LEG, SAID, tags))
    return [(str(dict(h.anchor.because.values)["step"]), h.anchor.because.code) for h in told]


_SOON = Limit(utterances=3)
_AB = _steps(_step("a"), _step("b", _SOON))
_ABC = _steps(_step("a"), _step("b"), _step("c"))
_OPTION = _steps(_step("a"), _step("o", _SOON, optional=True), _step("b", _SOON))
#: The issue's own: agrees → clause B within two; does not → thanks; nothing said → asks again.
_ASKED = _steps(
    _step("a"),
    _branch(
        "yes",
        [_step("clause", Limit(utterances=2))],
        [_branch("no", [_step("thanks", Limit(utterances=2))], [_step("again")], Limit(utterances=4))],
        Limit(utterances=4),
    ),
)
_MISSING, _LATE, _EARLY = "steps.missing", "steps.late_utterances", "steps.early"
_NOT_WITHIN = "steps.missing_within_utterances"


@pytest.mark.parametrize(
    ("steps", "tags", "told"),
    [
        pytest.param(_AB, _said(a=0, b=2), [], id="one after the other"),
        pytest.param(_AB, _said(a=0, b=3), [], id="three sentences later is within three"),
        pytest.param(_AB, _said(a=0, b=4), [("B", _LATE)], id="four are not"),
        pytest.param(_AB, _said(a=0), [("B", _NOT_WITHIN)], id="never"),
        pytest.param(_AB, _said(b=0), [("A", _MISSING)], id="the first is missing, nothing to count from"),
        pytest.param(_AB, [], [("A", _MISSING), ("B", _MISSING)], id="nothing at all"),
        pytest.param(_AB, _said(a=4, b=2), [("B", _EARLY)], id="the wrong way round"),
        pytest.param(_AB, _said(a=4, b=[2, 6]), [], id="once too early and then in time"),
        pytest.param(_AB, _said(a=4, b=[2, 20]), [("B", _EARLY)], id="too early, and then too late"),
        pytest.param(_AB, _said(a=[0, 8], b=10), [("B", _LATE)], id="the first time counts"),
        pytest.param(_ABC, _said(a=0, b=4, c=10), [], id="three"),
        pytest.param(_ABC, _said(a=0, c=10), [("B", _MISSING)], id="the middle one is missing"),
        pytest.param(_ABC, _said(a=0, b=10, c=4), [("C", _EARLY)], id="two exchanged"),
        pytest.param(_ABC, _said(b=4, c=10), [("A", _MISSING)], id="the first is missing"),
        pytest.param(_OPTION, _said(a=0, b=2), [], id="what may be left out"),
        pytest.param(_OPTION, _said(a=0, o=2, b=5), [], id="if it is there, the next counts from it"),
        pytest.param(_OPTION, _said(a=0, o=6, b=5), [("B", _LATE)], id="if it is late, it is not there"),
        pytest.param(_ASKED, _said(a=0, yes=1, clause=2), [], id="agreed, and read"),
        pytest.param(_ASKED, _said(a=0, yes=1, clause=4), [("CLAUSE", _LATE)], id="agreed, read late"),
        pytest.param(_ASKED, _said(a=0, yes=1, thanks=2), [("CLAUSE", _NOT_WITHIN)], id="agreed, not read"),
        pytest.param(_ASKED, _said(a=0, no=3, thanks=4), [], id="refused, and thanked"),
        pytest.param(_ASKED, _said(a=0, no=3), [("THANKS", _NOT_WITHIN)], id="refused, not thanked"),
        pytest.param(_ASKED, _said(a=0, again=8), [], id="no answer, and asked again"),
        pytest.param(_ASKED, _said(a=0), [("AGAIN", _MISSING)], id="no answer, and left at that"),
        pytest.param(_ASKED, _said(a=0, yes=9, again=6), [], id="an answer after the time is none"),
        pytest.param(
            _steps(_branch("talks", [_step("a")]), _step("b")), _said(b=4), [], id="what never came up"
        ),
        pytest.param(
            _steps(_branch("talks", [_step("a")]), _step("b")),
            _said(talks=2, b=4),
            [("A", _MISSING)],
            id="what came up",
        ),
        pytest.param(
            _steps(_step("a", Limit(utterances=2)), _step("b")),
            _said(a=4, b=6),
            [("A", _LATE)],
            id="from the start: the fifth sentence is not within two",
        ),
        pytest.param(
            _steps(_step("a", Limit(ms=10_000)), _step("b", Limit(ms=15_000))),
            _said(a=0, b=2),
            [("B", "steps.late")],
            id="19 seconds",
        ),
        pytest.param(
            _steps(_step("a"), _step("b", Limit(ms=19_000))), _said(a=0, b=2), [], id="19 seconds will do"
        ),
    ],
)
def test_which_step_is_missing_late_or_early(
    steps: Steps, tags: list[Tag], told: list[tuple[str, str]]
) -> None:
    assert _told(steps, tags) == told


def test_two_steps_may_share_a_sentence_in_any_order_but_not_the_words() -> None:
    said = utterance("工号八零一二，我姓李", 0, 5_000, role=AGENT, name="one")
    number = replace(quoting("b", said), evidence=(Evidence.said(said, 0, 6),))
    name = replace(quoting("a", said), evidence=(Evidence.said(said, 7, 10),))
    steps = _steps(_step("a"), _step("b", Limit(utterances=0)))

    assert _told(steps, [], Scene(LEG, [said], [number, name])) == []
    assert _told(_steps(_step("a"), _step("a")), [], Scene(LEG, [said], [name])) == [("A", _MISSING)]


class TestEvidence:
    def test_quotes_the_last_step_that_was_there_and_where_it_is_instead(self) -> None:
        (late,) = hits(_AB, Scene(LEG, SAID, _said(a=2, b=10)))

        assert [quote.utterance for quote in late.anchor.quotes] == ["u02", "u10"]
        assert (late.anchor.role, late.anchor.label, late.anchor.confidence) == (AGENT, "rule.x.b", 0.8)

    def test_without_any_step_before_the_first_sentence_of_who_should_have_said_it(self) -> None:
        (missing, _) = hits(_AB, Scene(LEG, SAID, ()))

        assert [quote.utterance for quote in missing.anchor.quotes] == ["u00"]

    def test_is_no_surer_than_the_step_and_the_answer_it_rests_on(self) -> None:
        tags = [quoting("a", SAID[0], confidence=0.6), quoting("yes", SAID[1], confidence=0.5)]

        assert [hit.confidence for hit in hits(_AB, Scene(LEG, SAID, tags))] == [0.6]
        assert [hit.confidence for hit in hits(_ASKED, Scene(LEG, SAID, tags))] == [0.5]

    def test_several_missing_steps_are_several_findings_in_one_sentence(self) -> None:
        told = found(rule(_ABC), *_said(a=0))

        assert {str(dict(one.because.values)["step"]) for one in told} == {"B", "C"}
        assert len({one.id for one in told}) == 2


class TestTheEnd:
    """What the call ended before."""

    @pytest.mark.parametrize(
        ("steps", "a", "of_end", "doubts"),
        [
            pytest.param(_AB, 28, True, ["doubt.not_due"], id="one sentence of three was left"),
            pytest.param(_AB, 26, False, [], id="three were left"),
            pytest.param(_steps(_step("a"), _step("b")), 4, True, [], id="no limit but the call's"),
            pytest.param(
                _steps(_step("a"), _step("b", Limit(ms=60_000))), 26, True, ["doubt.not_due"], id="39 s of 60"
            ),
            pytest.param(_steps(_step("a"), _step("b", Limit(ms=60_000))), 20, False, [], id="60 s of 60"),
            pytest.param(
                _steps(_step("a"), _step("b"), scope=Scope(first_ms=60_000)), 0, False, [], id="scope over"
            ),
            pytest.param(
                _steps(_step("a"), _step("b"), scope=Scope(last_ms=60_000)), 28, True, [], id="to the end"
            ),
        ],
    )
    def test_what_was_not_due_yet_waits_for_a_person(
        self, steps: Steps, a: int, of_end: bool, doubts: list[str]
    ) -> None:
        (finding,) = found(rule(steps), *_said(a=a))

        assert (finding.is_of_end, [doubt.code for doubt in finding.doubts]) == (of_end, doubts)

    def test_a_step_was_due_if_the_one_after_it_is_there(self) -> None:
        steps = _steps(_step("a"), _step("b", Limit(utterances=5)), _step("c"))

        (finding,) = found(rule(steps), *_said(a=27, c=28))

        assert (finding.is_of_end, finding.doubts) == (False, ())

    def test_who_never_spoke_missed_no_step(self) -> None:
        customer = [one for one in SAID if one.role is CUSTOMER]

        assert hits(_AB, Scene(LEG, customer, ())) == []


class TestUnheard:
    def test_what_may_have_been_said_unheard_is_not_missing(self) -> None:
        lost = ((AGENT, Span(15_000, 18_000)),)
        there, elsewhere = Scene(LEG, SAID, _said(a=0), lost), Scene(LEG, SAID, _said(a=4), lost)

        assert (hits(_AB, there), is_unsure(_AB, there)) == ([], True)
        assert (_told(_AB, [], elsewhere), is_unsure(_AB, elsewhere)) == ([("B", _NOT_WITHIN)], False)

    def test_an_answer_that_was_not_heard_leaves_both_ways_open(self) -> None:
        steps = _steps(
            _step("a"),
            Branch(Tagged(("yes",), CUSTOMER), (_step("clause"),), (_step("again"),), Limit(utterances=3)),
        )
        lost = Scene(LEG, SAID, _said(a=0), ((CUSTOMER, Span(15_000, 18_000)),))
        agents = Scene(LEG, SAID, _said(a=0), ((AGENT, Span(15_000, 18_000)),))

        assert (hits(steps, lost), is_unsure(steps, lost)) == ([], True)
        assert _told(Steps((steps.parts[0], steps.parts[1])), [], agents) == []


def test_what_is_asked_of_the_call_does_not_move_the_place() -> None:
    outbound = tag("out", 0, long_s=0)
    steps = _steps(_step("a"), _branch("out", [_step("b", _SOON)]))

    assert _told(steps, [outbound, *_said(a=4, b=6)]) == []
    assert _told(steps, [outbound, *_said(a=4)]) == [("B", _NOT_WITHIN)]
    assert _told(steps, _said(a=4)) == []


def test_what_steps_ask() -> None:
    assert labels_of(_ASKED) == {"a", "yes", "clause", "no", "thanks", "again"}
    assert looks_around(_ASKED)
    assert roles_of(_steps(_step("a"), _branch("b", [_step("c", role=CUSTOMER)]))) == {AGENT, CUSTOMER}
    assert narrowed(_AB, Scope(first_ms=5), 0.7) == _steps(
        _step("a", what=Tagged(("a",), None, Scope(first_ms=5), 0.7)),
        _step("b", _SOON, what=Tagged(("b",), None, Scope(first_ms=5), 0.7)),
        scope=Scope(first_ms=5),
    )


_LABELS = ("a", "b", "c", "d")
_limits = st.one_of(
    st.integers(0, 2).map(lambda n: Limit(utterances=n)),
    st.just(Limit()),
    st.integers(0, 4).map(lambda n: Limit(utterances=n)),
    st.integers(0, 20).map(lambda s: Limit(ms=s * 1_000)),
)
_plain = st.sampled_from(_LABELS).map(lambda label: Tagged((label,)))
_which: st.SearchStrategy[Which | int] = st.sampled_from([Which.ANY, 1, Which.LAST])
_whats: st.SearchStrategy[Condition] = st.one_of(
    *[_plain] * 8,
    st.tuples(_plain, _plain).map(AnyOf),
    st.tuples(_plain, _plain, st.sampled_from(Side), _which).map(
        lambda p: AllOf((p[0], Nearby(p[1], Distance(p[2], 30_000), p[3])))
    ),
    _plain.map(lambda what: Repeated(what, 2)),
    _plain.map(lambda what: Absent(what, "rule.x.absent", AGENT)),
    st.sampled_from(_LABELS).map(lambda label: Tagged((label,), scope=Scope(last_ms=50_000))),
)


@st.composite
def _parts(draw: st.DrawFn, depth: int = 2) -> tuple[Step | Branch, ...]:
    parts: list[Step | Branch] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.integers(0, 3)) == 3:
            parts.append(
                Branch(draw(_whats), draw(_parts(depth - 1)), draw(_parts(depth - 1)), draw(_limits))
            )
        else:
            parts.append(Step(draw(_whats), "", "", AGENT, draw(_limits), draw(st.integers(0, 4)) == 4))
    return tuple(parts)


def _named(parts: tuple[Step | Branch, ...], numbers: Iterator[int]) -> tuple[Step | Branch, ...]:
    """The same, each step with a name and a label of its own, as a rulebook gives them."""
    return tuple(
        replace(one, title=f"{number}", label=f"rule.x.{number}")
        if isinstance(one, Step)
        else replace(one, then=_named(one.then, numbers), otherwise=_named(one.otherwise, numbers))
        for one, number in ((one, next(numbers)) for one in parts)
    )


def _ways() -> st.SearchStrategy[tuple[Step | Branch, ...]]:
    """Steps and branches."""
    return _parts().map(lambda parts: _named(parts, count()))


@st.composite
def _calls(draw: st.DrawFn) -> Scene:
    """Utterances that talk over one another, tags in them, and what nobody heard."""
    said: list[Utterance] = []
    for n, start_s in enumerate(draw(st.lists(st.integers(0, 100), min_size=4, max_size=12))):
        role = draw(st.sampled_from((AGENT, CUSTOMER, Role.SYSTEM)))
        end_ms = start_s * 1_000 + draw(st.integers(500, 20_000))
        said.append(utterance("您说的我都记下了", start_s * 1_000, end_ms, role=role, name=f"r{n:02d}"))
    tags = [quoting(label, one) for one in said for label in _LABELS if draw(st.integers(0, 5)) == 5]
    lost = [
        (draw(st.sampled_from((AGENT, CUSTOMER))), Span(at * 1_000, at * 1_000 + 900))
        for at in draw(st.lists(st.integers(0, 120), max_size=2))
    ]
    return Scene(Leg(Span(0, 130_000)), sorted(said, key=lambda one: one.order), tags, lost)


def _until(scene: Scene, until_ms: int, tags: Iterable[Tag], lost: Iterable[tuple[Role, Span]]) -> Scene:
    said = [one for one in scene.utterances if one.span.start_ms < until_ms]
    known = [one for one in tags if scene.began_ms(one) < until_ms]
    unheard = [(who, span) for who, span in lost if span.start_ms < until_ms]
    return Scene(scene.leg, said, known, unheard, open_=Open(until_ms))


@given(parts=_ways(), whole=_calls(), until_s=st.integers(30, 140))
def test_what_is_found_while_the_call_goes_on_is_found_at_its_end(
    parts: tuple[Step | Branch, ...], whole: Scene, until_s: int
) -> None:
    """The reason may be completed (what was missing came late); the finding stays, its place and how sure it is."""
    steps, tags = Steps(parts), whole.labelled(_LABELS)
    so_far = _until(whole, until_s * 1_000, tags, whole._unheard)

    early, final = hits(steps, so_far), {tag_id(hit.anchor): hit for hit in hits(steps, whole)}

    for hit in early:
        at_end = final[tag_id(hit.anchor)]
        assert at_end.confidence == hit.confidence
        assert at_end.anchor.evidence[: len(hit.anchor.evidence)] == hit.anchor.evidence
        assert (at_end.doubts, at_end.is_of_end) == ((), False)
        assert dict(at_end.anchor.because.values) == dict(hit.anchor.because.values)


@given(parts=_ways(), whole=_calls())
def test_each_step_is_told_once_at_most_and_never_surer_than_an_absence(
    parts: tuple[Step | Branch, ...], whole: Scene
) -> None:
    told = hits(Steps(parts), whole)

    assert len({hit.anchor.label for hit in told}) == len(told)
    assert all(hit.confidence <= 0.8 for hit in told)
    assert all(quote.utterance in whole.said for hit in told for quote in hit.anchor.quotes)


def test_a_leg_that_goes_on_has_a_step_missing_when_its_time_is_over() -> None:
    def told(until_ms: int, late: Iterable[str] = ()) -> list[tuple[str, str]]:
        said = [one for one in SAID if one.span.start_ms < until_ms]
        return _told(_AB, [], Scene(LEG, said, _said(a=0), open_=Open(until_ms, frozenset(late))))

    assert told(30_000) == []
    assert told(31_000) == []
    assert told(31_001) == [("B", _NOT_WITHIN)]
    assert told(290_000, late=["b"]) == []


@pytest.mark.parametrize(
    ("condition", "prompt"),
    [
        pytest.param(Tagged(("a",)), True, id="a tag"),
        pytest.param(Tagged(("a",), scope=Scope(first_utterances=2)), True, id="in the first two"),
        pytest.param(Tagged(("a",), scope=Scope(last_ms=2)), False, id="counted from the end"),
        pytest.param(Tagged(("a",), scope=Scope(first_share=0.2)), False, id="a share of what is not over"),
        pytest.param(
            AllOf((Tagged(("a",)), Nearby(Tagged(("b",)), Distance(Side.BEFORE)))), True, id="after b"
        ),
        pytest.param(
            AllOf((Tagged(("a",)), Nearby(Tagged(("b",)), Distance(Side.AFTER)))), False, id="before b"
        ),
        pytest.param(Repeated(Tagged(("a",)), 2), False, id="the second time"),
        pytest.param(_AB, False, id="steps"),
    ],
)
def test_which_conditions_are_known_at_once(condition: Condition, prompt: bool) -> None:
    assert is_prompt(condition) is prompt


def test_findings_of_steps_wait_where_the_clocks_are_doubted() -> None:
    assert looks_around(_AB)
    assert find([rule(_AB)], Scene(LEG, SAID, _said(a=0)), CallFacts(leg=LEG, parts=ALL_PARTS), SURE)
