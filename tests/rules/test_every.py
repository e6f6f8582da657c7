"""Every sentence: all of a role's in the scope, or each that is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.rules.about import labels_of, narrowed, roles_of, waits_for_end
from qa_service.rules.conditions import Absent, Capped, Every, Scope, Tagged
from qa_service.rules.match import hits
from qa_service.rules.scene import Open, Scene
from qa_service.rules.unheard import is_unsure, may_be_hidden
from tests.make import utterance
from tests.rules.scenes import AGENT, CUSTOMER, LEG, found, quoting, rule

A = Tagged(("a",))
SAID = (
    utterance("您好，请问您贵姓", 0, 2_000, role=AGENT, name="one"),
    utterance("我姓王", 3_000, 4_000, role=CUSTOMER, name="two"),
    utterance("好的", 5_000, 6_000, role=AGENT, name="three"),
    utterance("那我帮您查一下账单", 7_000, 9_000, role=AGENT, name="four"),
)


def _scene(*matching: str, said: Sequence[Utterance] = SAID, open_: Open | None = None) -> Scene:
    tags = [quoting("a", one) for one in said if one.id in matching]
    return Scene(LEG, said, tags, open_=open_)


def _misheard(name: str) -> list[Utterance]:
    return [
        utterance(
            one.text, one.span.start_ms, one.span.end_ms, role=one.role, name=one.id, unreliable="noise"
        )
        if one.id == name
        else one
        for one in SAID
    ]


@pytest.mark.parametrize(
    ("wanted", "matching", "quoted"),
    [
        pytest.param(Every(A, AGENT), ("one", "three", "four"), ["four", "one", "three"], id="each of them"),
        pytest.param(Every(A, AGENT), ("one", "four"), [], id="one is missing"),
        pytest.param(
            Every(A, AGENT, min_chars=4), ("one", "four"), ["four", "one"], id="it is too short to be asked"
        ),
        pytest.param(Every(A, CUSTOMER), ("two",), ["two"], id="somebody else's"),
        pytest.param(Every(A), ("one", "three", "four"), [], id="everybody's"),
        pytest.param(Every(A, AGENT, Scope(last_utterances=1)), ("four",), ["four"], id="in the last"),
        pytest.param(Every(A, AGENT, Scope(first_ms=1_000)), ("one",), ["one"], id="in the first second"),
        pytest.param(Every(A, AGENT, min_chars=50), ("one",), [], id="none is asked"),
    ],
)
def test_every_sentence(wanted: Every, matching: tuple[str, ...], quoted: list[str]) -> None:
    told = hits(wanted, _scene(*matching))

    assert [q.utterance for hit in told for tag in hit.tags for q in tag.quotes] == quoted


def test_it_is_as_sure_as_the_least_sure() -> None:
    tags = [
        quoting("a", SAID[0], confidence=0.5),
        quoting("a", SAID[3]),
        quoting("a", SAID[0], confidence=0.6),
    ]

    (hit,) = hits(Every(A, AGENT, min_chars=4), Scene(LEG, SAID, tags))
    (capped,) = hits(Every(Capped(A, 0.55), AGENT, min_chars=4), Scene(LEG, SAID, tags))

    assert (hit.confidence, capped.confidence) == (0.6, 0.55)


class TestWhatDoesNot:
    _LACKS = Absent(Every(A, AGENT, min_chars=4), "rule.x.1", AGENT)

    def test_is_a_finding_each(self) -> None:
        told = found(rule(self._LACKS), utterances=SAID)

        assert [finding.quotes[0].utterance for finding in told] == ["one", "four"]
        assert {(f.because.code, f.confidence, f.role) for f in told} == {("absent.sentence", 0.8, AGENT)}
        assert len({finding.id for finding in told}) == 2

    def test_is_nothing_where_each_does(self) -> None:
        assert hits(self._LACKS, _scene("one", "four")) == []

    def test_is_not_what_was_not_heard(self) -> None:
        scene = _scene("one", said=_misheard("four"))

        assert hits(self._LACKS, scene) == []
        assert is_unsure(self._LACKS, scene)
        assert not is_unsure(self._LACKS, _scene("one"))


def test_who_was_not_heard_in_one_may_have_said_it_in_each() -> None:
    wanted = Every(A, AGENT, min_chars=4)

    assert is_unsure(wanted, _scene("one", said=_misheard("four")))
    assert not is_unsure(wanted, _scene(said=_misheard("four"))), "another one lacks it for sure"
    assert not is_unsure(wanted, _scene("one", "four"))


def test_what_gave_no_text_may_be_one_that_does_not() -> None:
    wanted = Every(A, AGENT, min_chars=4)
    tags = [quoting("a", SAID[0]), quoting("a", SAID[3])]
    lost = {role: Scene(LEG, SAID, tags, [(role, Span(4_000, 5_000))]) for role in (AGENT, CUSTOMER)}

    assert may_be_hidden(wanted, tags[1], lost[AGENT])
    assert not may_be_hidden(wanted, tags[1], lost[CUSTOMER])


def test_nobody_knows_before_the_end() -> None:
    assert hits(Every(A, AGENT, min_chars=4), _scene("one", "four", open_=Open(60_000))) == []
    assert waits_for_end(Every(A))


def test_what_it_asks() -> None:
    wanted = Every(A, Role.AGENT)

    assert labels_of(wanted) == {"a"}
    assert roles_of(wanted) == {AGENT}
    scope = Scope(first_ms=5)
    assert narrowed(wanted, scope, 0.7) == Every(Tagged(("a",), None, scope, 0.7), AGENT, scope)
