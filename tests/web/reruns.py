"""Runs of re-scoring for tests of the API: of the first team's calls, at the point where a route wants them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa_service import bootstrap
from qa_service.core.people import Asked, Sight
from qa_service.core.rescore_plans import PlanToKeep
from qa_service.core.rescores import RescoreState, Selection, Volume
from qa_service.pipeline.rescored import Diff
from qa_service.stores import rescore_runs
from qa_service.usecases.rescore import Rescoring
from qa_service.usecases.rescored_file import pack_diff
from tests.web.rules import NOTE
from tests.web.service import MACHINE

if TYPE_CHECKING:
    from tests.web.cast import Cast

BEGUN = {"rulebook": "service-zh", "calls": 3}


def bodies() -> dict[str, dict[str, Any]]:
    """What requests about runs carry."""
    return {
        "POST /api/v1/rescores": {"json": BEGUN},
        "PUT /api/v1/rescore-plans/{name}": {"json": {"at": "0 2 * * 1", "rulebook": "service-zh"}},
        "POST /api/v1/rescores/{rescore_id}/approve": {"json": {"note": NOTE}},
        "POST /api/v1/rescores/{rescore_id}/discard": {"json": {"note": NOTE}},
    }


def ids(cast: Cast, route: str) -> dict[str, str]:
    """A plan; a run that waits for a person, or for processes where one may still stop it."""
    if "{name}" in route:
        name = f"plan-{cast.made}"
        asked = Asked(replace(MACHINE.caller, id="beginner", sight=Sight(teams=(cast.team,))))
        cast.service.parts.plans.keep(asked, name, PlanToKeep("0 2 * * 1", "service-zh", is_on=False))
        return {"name": name}
    if "{rescore_id}" not in route:
        return {}
    stop_all(cast)
    asked = Asked(replace(MACHINE.caller, id="beginner", sight=Sight(teams=(cast.team,))))
    bundle = bootstrap.known_in_force("service-zh")
    assert bundle is not None
    run = cast.service.parts.rescores.begin(asked, bundle, Selection(most=3), Volume())
    if not route.endswith(("/pause", "/resume", "/cancel")):
        compared(cast, run.id, Rescoring().diff())
    return {"rescore_id": run.id}


def compared(cast: Cast, run_id: str, diff: Diff) -> None:
    """As if all its calls had been judged again."""
    with cast.service.shelves.engine.begin() as connection:
        rescore_runs.change(connection, run_id, state=RescoreState.COMPARED, total=0, diff=pack_diff(diff))


def stop_all(cast: Cast) -> None:
    """Nobody works in this house."""
    with cast.service.shelves.engine.begin() as connection:
        for run in rescore_runs.working(connection):
            rescore_runs.change(connection, run.id, state=RescoreState.CANCELLED)
