"""A stored call judged again by the shortest way: what was kept decides which one, never what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa_service.core.measured import MeasuredCall
from qa_service.lab.bench.ruling.calls import scripts, stored_calls
from qa_service.pipeline.fast.ready import ready
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import load
from qa_service.usecases import ready_file, standing_file
from qa_service.usecases.analyze import Request
from qa_service.usecases.quick import CHANGED, JUDGED, NOTHING_KEPT, READY, UNTOUCHED, Kept, QuickJudge
from tests.pipeline.cases import BAD, GOOD, case, said
from tests.rulebook.books import book, rules
from tests.usecases.analysts import analyst

TRUTHS = scripts(Path(__file__).parents[2] / "sample_audio")
CALLS = (*stored_calls(TRUTHS, 6), case(said(BAD)), case(said(GOOD)))


def _book(words: str) -> Rulebook:
    mine = f"id: mine\ntitle: 规则\nstage: score\ncriterion: listens\npoints: 3\nwhen: {{phrases: [{words}]}}"
    return book(rules(mine, "id: other\ntitle: 规则\nwhen: {phrases: [您好, '12315']}"))


FORMER, BOOK = _book("没有人说过"), _book("保本")
SERVICE = load("service-zh")


@dataclass
class Shelf:
    """Measurements, and how often they were asked for."""

    case: Case
    asked: int = field(default=0)

    def __call__(self) -> MeasuredCall:
        self.asked += 1
        return self.case.measured


def _request(told: Case) -> Request:
    return Request((), told.envelope, are_roles_confirmed=True, agent_channel=0)


def _case(told: Case) -> Case:
    """As the analyst makes it of the measurements: with roles of their own."""
    return analyst().case(told.measured, _request(told))


def _kept(told: Case, former: Rulebook | None) -> Kept:
    made = ready_file.pack(ready(_case(told)))
    if former is None:
        return Kept(made)
    return Kept(made, standing_file.pack(Standing.of(judge(_case(told), former)), former))


@pytest.mark.parametrize(
    ("judged", "former", "kept", "ways"),
    [
        pytest.param(BOOK, FORMER, lambda told: NOTHING_KEPT, {JUDGED}, id="nothing is kept"),
        pytest.param(BOOK, FORMER, lambda told: _kept(told, None), {READY}, id="made ready"),
        pytest.param(
            BOOK, FORMER, lambda told: _kept(told, FORMER), {UNTOUCHED, CHANGED}, id="with what stood before"
        ),
        pytest.param(BOOK, SERVICE, lambda told: _kept(told, SERVICE), {READY}, id="by quite another book"),
        pytest.param(SERVICE, FORMER, lambda told: _kept(told, None), {JUDGED}, id="asks more than phrases"),
        pytest.param(BOOK, FORMER, lambda told: Kept(b"old"), {JUDGED}, id="another version made it ready"),
    ],
)
def test_every_way_comes_to_what_judge_says(
    judged: Rulebook, former: Rulebook, kept: Callable[[Case], Kept], ways: set[str]
) -> None:
    quick = QuickJudge(analyst(), judged, {former.digest: former}.get)

    for told in CALLS:
        shelf = Shelf(told)
        found = quick.standing(_request(told), kept(told), shelf)

        assert found == Standing.of(judge(_case(told), quick.book))
        assert shelf.asked == (ways == {JUDGED})
    assert set(quick.ways) == ways


def test_what_other_versions_of_the_detectors_made_is_nothing_to_go_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = _kept(CALLS[-2], FORMER)
    monkeypatch.setattr("qa_service.detectors.phrases.Phrases.version", "999")
    quick = QuickJudge(analyst(), BOOK, {FORMER.digest: FORMER}.get)

    quick.standing(_request(CALLS[-2]), kept, Shelf(CALLS[-2]))

    assert set(quick.ways) == {READY}


def test_what_stands_is_the_same_when_it_was_packed() -> None:
    for told in CALLS:
        standing = Standing.of(judge(told, SERVICE))

        read = standing_file.unpack(standing_file.pack(standing, SERVICE))

        assert read == (standing, standing_file.made_with(SERVICE))


def test_what_a_later_version_packed_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = standing_file.pack(Standing.of(judge(CALLS[0], BOOK)), BOOK)

    monkeypatch.setattr(standing_file, "VERSION", 99)

    assert standing_file.unpack(packed) is None
