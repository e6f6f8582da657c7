"""Once a week: calls drawn for review, and the figures of every team. Both are the same when they are made again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from qa_service.core.figures import TeamFigures
from qa_service.core.people import Asked, Sight
from qa_service.core.sampling import Candidate, draw
from qa_service.core.schedules import Turn
from qa_service.core.stored import CallState
from qa_service.core.weekly import FORMS, Report, Sample
from qa_service.core.weeks import Week, week_before
from qa_service.privacy.labels import covered
from qa_service.stores import audit, calls, figures, readers
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.tables import call_agents, draws, reports, samples
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.workbench import Shelves

#: Calls for each agent, where nobody says how many.
_AMOUNT = 3


@dataclass(frozen=True, slots=True)
class WeeklyWork:
    """The two tasks of `schedules`; weeks are the installation's. `write` makes a report's file of a form."""

    shelves: Shelves
    zone: tzinfo
    write: Callable[[TeamFigures, str, Path], None]

    def draw(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        """Draws judged calls of the week before, at random; a week that was drawn stays as it is.

        A week of which nothing is judged yet counts as not drawn: its calls may still come.
        """
        week = week_before(turn.due_at, self.zone)
        with reading(self.shelves.engine) as connection:
            known = connection.execute(sa.select(draws.c.week).where(draws.c.week == week.name)).first()
            candidates = () if known else _candidates(connection, week)
        if known is not None or not candidates or not go_on():
            return {"week": week.name, "drawn": 0}
        seed, amount = os.urandom(16).hex(), turn.amount or _AMOUNT
        drawn = draw(candidates, seed, amount)
        row = {"week": week.name, "seed": seed, "amount": amount, "drawn_at": self.shelves.now()}
        with self.shelves.engine.begin() as connection:
            connection.execute(draws.insert().values(**row))
            there = set(_still_there(connection, [one.call_id for one in drawn]))
            rows = [{"week": week.name, **one._asdict()} for one in drawn if one.call_id in there]
            if rows:
                connection.execute(samples.insert(), rows)
        return {"week": week.name, "drawn": len(rows)}

    def report(self, turn: Turn, go_on: Callable[[], bool]) -> Mapping[str, object]:
        """Writes down every team's figures of the week before, in place of those written before."""
        week, made = week_before(turn.due_at, self.zone), 0
        with reading(self.shelves.engine) as connection:
            teams = figures.teams_of(connection, week)
        for team in teams:
            if not go_on():
                break
            with reading(self.shelves.engine) as connection:
                told = figures.of_team(connection, team, week)
            for form in FORMS:
                self._keep(told, form)
                made += 1
        return {"week": week.name, "teams": len(teams) - 1, "reports": made}

    def _keep(self, told: TeamFigures, form: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"report.{form}"
            self.write(told, form, file)
            content = file.read_bytes()
        now, kept = self.shelves.now(), reports.c
        same = kept.week == told.week.name, kept.team == told.team, kept.form == form
        row = {"week": told.week.name, "team": told.team, "form": form, "bytes": len(content)}
        with self.shelves.engine.begin() as connection:
            connection.execute(reports.delete().where(*same))
            connection.execute(
                reports.insert().values(id=new_id(now), content=content, created_at=now, **row)
            )


@dataclass(frozen=True, slots=True)
class StoreWeekly:
    """The port `Weekly`."""

    shelves: Shelves

    def samples(self, asked: Asked, *, week: str, agent_id: str, limit: int) -> Sequence[Sample]:
        """The calls drawn that one may see."""
        query = (
            sa.select(samples, draws.c.seed, *call_rows.c)
            .select_from(samples.join(draws).join(call_rows, call_rows.c.id == samples.c.call_id))
            .where(calls.visible(asked.caller.sight))
        )
        for column, value in ((samples.c.week, week), (samples.c.agent_id, agent_id)):
            if value:
                query = query.where(column == value)
        if asked.caller.sight.agent_id:
            query = query.where(samples.c.agent_id == asked.caller.sight.agent_id)
        order = samples.c.week.desc(), samples.c.agent_id, samples.c.call_id
        with reading(self.shelves.engine) as connection:
            rows = connection.execute(query.order_by(*order).limit(limit)).all()
            found = readers.shown(connection, asked.caller.sight, [calls.stored(row) for row in rows])
        return [
            Sample(row.week, covered(row.agent_id), row.seed, call)
            for row, call in zip(rows, found, strict=True)
        ]

    def reports(self, asked: Asked, *, limit: int) -> Sequence[Report]:
        """The reports of teams that one sees, newest first."""
        query = sa.select(*_ABOUT).where(_seen(asked.caller.sight))
        newest = query.order_by(reports.c.week.desc(), reports.c.team, reports.c.form).limit(limit)
        with reading(self.shelves.engine) as connection:
            return [_report(row) for row in connection.execute(newest)]

    def report(self, asked: Asked, report_id: str) -> tuple[Report, bytes] | None:
        """One report and its content."""
        query = sa.select(reports).where(reports.c.id == report_id, _seen(asked.caller.sight))
        with self.shelves.engine.begin() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            detail = {"week": row.week, "team": row.team}
            entry = audit.Entry(asked.caller.id, "read_report", f"report:{row.id}", detail, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return _report(row), row.content


_ABOUT = [reports.c[name] for name in ("id", "week", "team", "form", "bytes", "created_at")]


def _candidates(connection: sa.Connection, week: Week) -> tuple[Candidate, ...]:
    query = (
        sa.select(call_agents.c.agent_id, call_agents.c.call_id)
        .select_from(call_agents.join(call_rows, call_rows.c.id == call_agents.c.call_id))
        .where(*figures.in_week(week), call_rows.c.state == CallState.JUDGED.value)
    )
    return tuple(Candidate(agent, call) for agent, call in connection.execute(query))


def _still_there(connection: sa.Connection, call_ids: Sequence[str]) -> Sequence[str]:
    """Calls may have been deleted since they were looked up."""
    found: list[str] = []
    for at in range(0, len(call_ids), 500):
        query = sa.select(call_rows.c.id).where(call_rows.c.id.in_(call_ids[at : at + 500]))
        found += connection.execute(query).scalars()
    return found


def _seen(sight: Sight) -> sa.ColumnElement[bool]:
    if sight.everything:
        return sa.true()
    return reports.c.team.in_(sight.teams) if sight.teams else sa.false()


def _report(row: Any) -> Report:
    return Report(row.id, row.week, row.team, row.form, row.bytes, row.created_at)
