"""An installation with judged calls, and one process that takes the steps of a run, on each of the databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.people import MACHINE, Asked
from qa_service.core.rescores import Choice, Rescore, Selection, Step, Turn, Volume
from qa_service.rulebook.book import Bundle
from qa_service.stores import takeover
from qa_service.stores.rescore_desk import StoreRescores
from qa_service.stores.rescore_turns import StoreTurns
from qa_service.stores.tables import evaluations
from qa_service.usecases.rescore_step import RescoreStep
from tests.web.samples import transcript
from tests.web.service import Service, set_up

PROMISED = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")
DULL = ("您好，请问有什么可以帮您？", "没事了，谢谢。")
ASKED = Asked(replace(MACHINE, id="lead"))
OTHER = Asked(replace(MACHINE, id="approver"))
#: Who greets loses everything: every call changes.
GREETS = """schema: qa-service/rulebook@1
name: service-zh
version: 9
title: {zh_CN: 只看问候}
scorecard:
  pass: 80
  sections: [{id: s, title: {zh_CN: 服务}, criteria: [{id: greeting, title: {zh_CN: 问候}, max_points: 10}]}]
rules:
  - id: says-hello
    title: {zh_CN: 说了您好}
    stage: score
    severity: minor
    criterion: greeting
    points: {deduct: 10}
    when: {phrases: {any: [您好], unless: []}, role: agent}
    coaching: {what: {zh_CN: "{quote}"}, why: {zh_CN: 试}, instead: {zh_CN: 试}}
"""


@dataclass
class Archive:
    """Judged calls, and whoever judges them again."""

    service: Service
    calls: tuple[str, ...]
    greets: Bundle
    step: RescoreStep

    @property
    def desk(self) -> StoreRescores:
        return StoreRescores(self.service.shelves)

    @property
    def engine(self) -> sa.Engine:
        return self.service.shelves.engine

    def begin(self, selection: Selection | None = None, bundle: Bundle | None = None) -> Rescore:
        return self.desk.begin(ASKED, bundle or self.greets, selection or Selection(), Volume())

    def turns(self, node: str = "node") -> StoreTurns:
        """A process that lives now."""
        with self.engine.begin() as connection:
            takeover.beat(connection, node, now=self.service.clock())
        clock = self.service.clock
        return StoreTurns(self.engine, node, clock, lambda _, now: now())

    def work(self, *, until: Callable[[Turn], bool] = lambda _: False, node: str = "node") -> Turn | None:
        """Takes steps until there are none; the one at which `until` says so is taken and not done."""
        turns = self.turns(node)
        while turn := turns.take():
            if until(turn):
                return turn
            self.step.do(turn)
        return None

    def go_on(self) -> None:
        """The process has died, and half a minute later another one takes what there is."""
        self.service.clock.forward(seconds=30)
        self.work(node="another")

    def compared(self, selection: Selection | None = None, bundle: Bundle | None = None) -> Rescore:
        run = self.begin(selection, bundle)
        self.work()
        return self.found(run)

    def applied(self, run: Rescore, choice: Choice | None = None) -> Rescore:
        self.service.clock.forward(seconds=1)  # what comes later is later
        self.desk.approve(OTHER, run.id, "抽听过", choice or Choice())
        self.work()
        return self.found(run)

    def found(self, run: Rescore) -> Rescore:
        found = self.desk.find(ASKED, run.id)
        assert found is not None
        return found

    def evaluations(self, call_id: str, **where: Any) -> list[Any]:
        """Oldest first."""
        query = sa.select(evaluations).where(evaluations.c.call_id == call_id).filter_by(**where)
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(evaluations.c.created_at, evaluations.c.id)))

    def score(self, call_id: str) -> float | None:
        """As the list shows it."""
        row = self.service.everything().get(f"/api/v1/calls/{call_id}").json()
        score: float | None = row["score"]
        return score


@contextmanager
def archive(database: str, folder: Path, said: tuple[tuple[str, ...], ...]) -> Iterator[Archive]:
    """So many calls, by turns of the teams north and south."""
    file = folder / "greets.yaml"
    file.write_text(GREETS, "utf-8")
    with set_up(folder, database, stays=True) as service:
        client = service.everything()
        made = []
        for at, lines in enumerate(said):
            team = ("north", "south")[at % 2]
            body = transcript(f"80{at:02}", lines)
            sent = client.post(f"/api/v1/calls/transcripts?team={team}", json=body).json()
            service.work_on(sent["job_id"])
            made.append(str(sent["call_id"]))
        yield Archive(service, tuple(made), bootstrap.rulebook_bundle(str(file)), bootstrap.rescore_step())


def is_step(step: Step, number: int | None = None) -> Callable[[Turn], bool]:
    """At which a process dies."""
    return lambda turn: turn.step is step and number in (None, turn.number)


def tallied(found: Mapping[Any, int]) -> dict[str, int]:
    """By the words that people read."""
    return {fate.value: calls for fate, calls in found.items()}
