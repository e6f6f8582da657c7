"""The port `RescorePlans`: plans as rows, and the runs that they begin when their time has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from qa_service.core.cron import cron
from qa_service.core.errors import QaError, UsageError
from qa_service.core.people import Asked, Caller, Sight
from qa_service.core.rescore_plans import PlanToKeep, RescorePlan
from qa_service.rulebook.book import Bundle
from qa_service.stores import audit, rescore_runs
from qa_service.stores.engine import reading
from qa_service.stores.merge import put
from qa_service.stores.rescore_begin import add_run
from qa_service.stores.tables import rescore_plans
from qa_service.stores.workbench import Shelves

#: Plans of an installation; more are forgotten ones.
_MOST = 50


@dataclass(frozen=True, slots=True)
class StoreRescorePlans:
    """Nobody sees a plan that reaches beyond the calls they see."""

    shelves: Shelves
    zone: tzinfo

    def all(self, asked: Asked) -> Sequence[RescorePlan]:
        """By name."""
        with reading(self.shelves.engine) as connection:
            return [plan for plan in _all(connection) if rescore_runs.covers(asked.caller.sight, plan.sight)]

    def keep(self, asked: Asked, name: str, wanted: PlanToKeep) -> RescorePlan | None:
        """Keeps a plan in place of the one before; None where that one is not to be seen.

        Raises:
            UsageError: `cron_wrong`, or `too_many_plans`.
        """
        now = self.shelves.now()
        next_at = cron(wanted.at).after(now, self.zone) if wanted.is_on else None
        with self.shelves.engine.begin() as connection:
            known = {plan.name: plan for plan in _all(connection)}
            if not _may_change(asked, known.get(name)):
                return None
            if name not in known and len(known) >= _MOST:
                raise UsageError("too_many_plans", problem=f"there are {_MOST}", fix="Remove one", most=_MOST)
            plan = RescorePlan(name, wanted, next_at, asked.caller.id, asked.caller.sight)
            put(connection, rescore_plans, _row(plan))
            detail = {"at": wanted.at, "rulebook": wanted.rulebook, "is_on": wanted.is_on}
            self._note(connection, asked.caller.id, "rescore_plan", name, **detail)
        return plan

    def drop(self, asked: Asked, name: str) -> bool:
        """Throws a plan away; answers whether there was one."""
        with self.shelves.engine.begin() as connection:
            known = {plan.name: plan for plan in _all(connection)}
            if name not in known or not _may_change(asked, known[name]):
                return False
            connection.execute(rescore_plans.delete().where(rescore_plans.c.name == name))
            self._note(connection, asked.caller.id, "rescore_plan_drop", name)
        return True

    def begin_due(self, bundle: Callable[[Asked, PlanToKeep], Bundle]) -> int:
        """Begins what is due, each once, whatever processes look at the same time; answers how many.

        Several times that were missed are one.
        """
        now = self.shelves.now()
        with reading(self.shelves.engine) as connection:
            due = [plan for plan in _all(connection) if plan.next_at is not None and plan.next_at <= now]
        return sum(self._begin(plan, bundle) for plan in due)

    def _begin(self, plan: RescorePlan, bundle: Callable[[Asked, PlanToKeep], Bundle]) -> bool:
        now, asked = self.shelves.now(), Asked(Caller(plan.made_by, plan.made_by, frozenset(), plan.sight))
        book, problem = None, ""
        try:
            book = bundle(asked, plan.wanted)
        except QaError as error:
            problem = error.code
        later = cron(plan.wanted.at).after(now, self.zone)
        same = rescore_plans.update().where(
            rescore_plans.c.name == plan.name, rescore_plans.c.next_at == plan.next_at
        )
        with self.shelves.engine.begin() as connection:
            if not connection.execute(same.values(next_at=later, problem=problem)).rowcount:
                return False
            if book is None:
                return False
            selection = plan.wanted.selection(now)
            run = add_run(
                connection, asked, book, selection, plan.wanted.volume, now=now, is_draft=plan.wanted.is_draft
            )
            last = rescore_plans.update().where(rescore_plans.c.name == plan.name)
            connection.execute(last.values(last_run=run.id))
            self._note(connection, "machine", "rescore_planned", plan.name, run=run.id)
        return True

    def _note(self, connection: sa.Connection, who: str, action: str, name: str, **detail: object) -> None:
        audit.write(
            connection, audit.Entry(who, action, f"rescore_plan:{name}", detail), now=self.shelves.now()
        )


def _may_change(asked: Asked, plan: RescorePlan | None) -> bool:
    return plan is None or rescore_runs.covers(asked.caller.sight, plan.sight)


def _all(connection: sa.Connection) -> Sequence[RescorePlan]:
    rows = connection.execute(sa.select(rescore_plans).order_by(rescore_plans.c.name))
    return [
        RescorePlan(
            row.name,
            _plans().validate_json(row.wanted),
            row.next_at,
            row.made_by,
            _sights().validate_json(row.sight),
            row.last_run,
            row.problem,
        )
        for row in rows
    ]


def _row(plan: RescorePlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "wanted": _plans().dump_json(plan.wanted).decode(),
        "next_at": plan.next_at,
        "made_by": plan.made_by,
        "sight": _sights().dump_json(plan.sight).decode(),
        "last_run": plan.last_run,
        "problem": plan.problem,
    }


@cache
def _plans() -> TypeAdapter[PlanToKeep]:
    return TypeAdapter(PlanToKeep)


@cache
def _sights() -> TypeAdapter[Sight]:
    return TypeAdapter(Sight)
