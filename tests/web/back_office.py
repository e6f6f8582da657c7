"""What the back office is asked in the matrix: retention and holds, schedules and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from qa_service.core.keeping import Chosen, RetentionClass
from qa_service.core.staff import Team
from qa_service.stores.ids import new_id
from qa_service.stores.tables import alerts, findings, reports
from tests.web.service import MACHINE

if TYPE_CHECKING:
    from tests.web.cast import Cast, Kept


def ids(cast: Cast, route: str, kept: Kept) -> dict[str, str]:
    """What stands in the address of these routes; nothing for others."""
    keeping = cast.service.parts.keeping
    if "/retention/" in route:
        # Not in force, and keeps for ever.
        return {
            "name": keeping.keep_class(MACHINE, RetentionClass(f"class-{cast.team}")).name,
            "switch": "suspend",
        }
    if route == "DELETE /api/v1/calls/{call_id}":
        return {"call_id": _another(cast, kept)}
    if "{task}" in route:
        return {"task": "cleanup"}
    if "{report_id}" in route:
        return {"report_id": _report(cast)}
    if "{finding_id}" in route:
        return {"call_id": kept.text, "finding_id": finding(cast, kept)}
    if "{alert_id}" in route:
        return {"alert_id": _alert(cast, kept)}
    if "{hold_id}" in route:
        return {"hold_id": keeping.hold(MACHINE, "投诉", Chosen((cast.own.text,))).hold_id}
    return {}


def _another(cast: Cast, kept: Kept) -> str:
    """A call of the same team and agent, to be deleted."""
    places = {
        cast.own: (cast.team, cast.agent),
        cast.of_colleague: (cast.team, f"8009-{cast.team}"),
        cast.of_other_team: (cast.other_team, f"8001-{cast.team}"),
    }
    return cast.upload(*places[kept])[0]


def finding(cast: Cast, kept: Kept) -> str:
    """Something that was found in the judged call."""
    found = sa.select(findings.c.id).where(findings.c.call_id == kept.text).order_by(findings.c.id)
    with cast.service.shelves.engine.connect() as connection:
        return str(connection.execute(found.limit(1)).scalar_one())


def _alert(cast: Cast, kept: Kept) -> str:
    """An alert of the judged call that nobody has handled."""
    with cast.service.shelves.engine.begin() as connection:
        known = connection.execute(sa.select(alerts).where(alerts.c.call_id == kept.text)).first()
        assert known is not None
        connection.execute(alerts.update().where(alerts.c.id == known.id).values(state="open"))
    return str(known.id)


def _report(cast: Cast) -> str:
    """A report of the first team."""
    shelves, team = cast.service.shelves, cast.team
    with shelves.engine.begin() as connection:
        known = connection.execute(sa.select(reports.c.id).where(reports.c.team == team)).scalar()
        if known is not None:
            return str(known)
        now = cast.service.clock()
        made, about = new_id(now), {"week": "2026-W01", "team": team, "form": "json"}
        row = {"id": made, "content": b"{}", "bytes": 2, "created_at": now, **about}
        connection.execute(reports.insert().values(**row))
    return made


def _empty_team(cast: Cast) -> str:
    name = f"empty-{cast.team}"
    cast.service.parts.staff.keep_teams(MACHINE, [Team(name)])
    return name


def bodies(cast: Cast) -> Mapping[str, dict[str, Any]]:
    """What goes with the requests."""
    return {
        "PUT /api/v1/retention/classes/{name}": {"json": {}},
        "PUT /api/v1/retention/default": {"json": {"name": ""}},
        "GET /api/v1/retention/preview": {"params": {"until": "2027-01-01T00:00:00Z"}},
        "POST /api/v1/retention/assign": {"json": {"name": "", "call_ids": [cast.own.text]}},
        "DELETE /api/v1/calls/{call_id}": {"params": {"because": "客户要求"}},
        "POST /api/v1/calls/{call_id}/findings/{finding_id}/reviews": {"json": {"verdict": "confirmed"}},
        "POST /api/v1/alerts/{alert_id}/acknowledge": {"json": {}},
        "POST /api/v1/alerts/{alert_id}/dismiss": {"json": {"note": "误报"}},
        "PUT /api/v1/schedules/{task}": {"json": {"at": "10 * * * *"}},
        "POST /api/v1/outcomes": {
            "json": {"outcomes": [{"kind": "csat", "value": 5, "at": "2026-11-25", "call_id": cast.own.text}]}
        },
        "POST /api/v1/outcomes/csv": {"content": "kind,at\n"},
        "PUT /api/v1/agents": {"json": {"agents": [{"id": "8001"}]}},
        "POST /api/v1/agents/csv": {"content": "agent_id\n"},
        "PUT /api/v1/teams": {"json": {"teams": [{"name": cast.other_team}]}},
        "DELETE /api/v1/teams": {"params": {"name": _empty_team(cast)}},
        "POST /api/v1/holds": {"json": {"because": "投诉", "call_ids": [cast.own.text]}},
        "POST /api/v1/holds/{hold_id}/lift": {"json": {"because": "结案"}},
    }
