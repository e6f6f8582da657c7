"""The table of rights as docs/api.md shows it, and what each route wants. Written by hand, once: it is the measure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from qa_service.core.people import Right, UserRole

_DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
#: The columns of the table, in order.
_ROLES = (
    UserRole.AGENT,
    UserRole.REVIEWER,
    UserRole.SUPERVISOR,
    UserRole.QA_LEAD,
    UserRole.ADMIN,
    UserRole.AUDITOR,
)


class Wants(Enum):
    """What a route wants where it is no right."""

    NOTHING = "nothing"
    SOMEBODY = "somebody"


class Of(Enum):
    """Whose the object in a route's address is: of a call, of the work on it, of a team or of none, or nobody's."""

    NOBODY = "nobody"
    CALL = "call"
    WORK = "work"
    #: Of the first team.
    TEAM = "team"
    #: Of no team: whoever is bound to some does not see it.
    CENTRE = "centre"


@dataclass(frozen=True)
class Route:
    """What one route wants and how it answers who has it."""

    wants: Right | Wants
    done: int = 200
    of: Of = Of.NOBODY
    #: Programs have nothing of the kind: 403.
    for_people: bool = False
    #: It concerns the whole centre: 403 for whoever is bound to teams.
    of_centre: bool = False
    #: This will do as well.
    instead: Right | None = None


ROUTES: Mapping[str, Route] = {
    "POST /api/v1/calls": Route(Right.UPLOAD, 202),
    "POST /api/v1/calls/transcripts": Route(Right.UPLOAD, 202),
    "OPTIONS /api/v1/uploads": Route(Wants.NOTHING, 204),
    "POST /api/v1/uploads": Route(Right.UPLOAD, 201),
    "HEAD /api/v1/uploads/{upload_id}": Route(Right.UPLOAD),
    "GET /api/v1/uploads/{upload_id}": Route(Right.UPLOAD),
    "PATCH /api/v1/uploads/{upload_id}": Route(Right.UPLOAD, 204),
    "DELETE /api/v1/uploads/{upload_id}": Route(Right.UPLOAD, 204),
    "POST /api/v1/batches": Route(Right.UPLOAD, 201),
    "GET /api/v1/batches": Route(Right.UPLOAD),
    "GET /api/v1/batches/{batch_id}": Route(Right.UPLOAD),
    "POST /api/v1/calls/from-url": Route(Right.UPLOAD, 202),
    "GET /api/v1/fetches/{fetch_id}": Route(Right.UPLOAD),
    "GET /api/v1/calls": Route(Right.SEE_CALLS),
    "GET /api/v1/calls/{call_id}": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/assessment": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/evaluations": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/findings": Route(Right.SEE_CALLS),
    "POST /api/v1/calls/{call_id}/findings/{finding_id}/reviews": Route(
        Right.REVIEW, of=Of.CALL, for_people=True
    ),
    "GET /api/v1/calls/{call_id}/reviews": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/alerts": Route(Right.SEE_CALLS),
    "POST /api/v1/alerts/{alert_id}/acknowledge": Route(Right.HANDLE_ALERTS, of=Of.CALL),
    "POST /api/v1/alerts/{alert_id}/dismiss": Route(Right.HANDLE_ALERTS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/audio": Route(Right.HEAR, of=Of.CALL),
    "HEAD /api/v1/calls/{call_id}/audio": Route(Right.HEAR, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/peaks": Route(Right.HEAR, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/report.html": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /calls/{call_id}": Route(Right.SEE_CALLS, of=Of.CALL),
    "POST /api/v1/calls/{call_id}/roles": Route(Right.MANAGE_WORK, 202, of=Of.CALL),
    "GET /api/v1/jobs": Route(Right.MANAGE_WORK),
    "GET /api/v1/jobs/{job_id}": Route(Right.SEE_CALLS, of=Of.WORK, instead=Right.MANAGE_WORK),
    "GET /api/v1/jobs/{job_id}/events": Route(Right.SEE_CALLS, of=Of.WORK, instead=Right.MANAGE_WORK),
    "POST /api/v1/jobs/{job_id}/cancel": Route(Right.MANAGE_WORK, 204, of=Of.WORK),
    "POST /api/v1/jobs/{job_id}/retry": Route(Right.MANAGE_WORK, 204, of=Of.WORK),
    "GET /api/v1/exports/{form}": Route(Right.EXPORT),
    "GET /api/v1/webhooks": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks": Route(Right.MANAGE_WEBHOOKS, 201),
    "GET /api/v1/webhooks/deliveries": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks/deliveries/{delivery_id}/replay": Route(Right.MANAGE_WEBHOOKS, 204),
    "POST /api/v1/webhooks/{webhook_id}/rotate": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks/{webhook_id}/{switch}": Route(Right.MANAGE_WEBHOOKS, 204),
    "GET /api/v1/sources": Route(Right.MANAGE_SOURCES),
    "POST /api/v1/sources": Route(Right.MANAGE_SOURCES, 201),
    "GET /api/v1/sources/logins": Route(Right.MANAGE_SOURCES),
    "PUT /api/v1/sources/logins": Route(Right.MANAGE_SOURCES, 204),
    "POST /api/v1/sources/letters/{letter_id}/retry": Route(Right.MANAGE_SOURCES, 204),
    "GET /api/v1/sources/{source_id}/letters": Route(Right.MANAGE_SOURCES),
    "PATCH /api/v1/sources/{source_id}": Route(Right.MANAGE_SOURCES, 204),
    "POST /api/v1/sources/{source_id}/test": Route(Right.MANAGE_SOURCES),
    "POST /api/v1/sources/{source_id}/fill": Route(Right.MANAGE_SOURCES, 204),
    "POST /api/v1/sources/{source_id}/enable": Route(Right.MANAGE_SOURCES, 204),
    "POST /api/v1/sources/{source_id}/disable": Route(Right.MANAGE_SOURCES, 204),
    "POST /api/v1/sources/{source_id}/calls": Route(Right.UPLOAD, 202, of=Of.CALL),
    "GET /api/v1/reconciliation": Route(Right.MANAGE_SOURCES),
    "GET /api/v1/retention/classes": Route(Right.MANAGE_RETENTION),
    "PUT /api/v1/retention/classes/{name}": Route(Right.MANAGE_RETENTION, of_centre=True),
    "POST /api/v1/retention/classes/{name}/{switch}": Route(Right.MANAGE_RETENTION, 204, of_centre=True),
    "PUT /api/v1/retention/default": Route(Right.MANAGE_RETENTION, 204, of_centre=True),
    "GET /api/v1/retention/preview": Route(Right.MANAGE_RETENTION, of_centre=True),
    "POST /api/v1/retention/assign": Route(Right.MANAGE_RETENTION, of=Of.WORK),
    "DELETE /api/v1/calls/{call_id}": Route(Right.MANAGE_RETENTION, 204, of=Of.WORK),
    "GET /api/v1/calls/{call_id}/retention": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/holds": Route(Right.MANAGE_HOLDS),
    "POST /api/v1/holds": Route(Right.MANAGE_HOLDS, 201, of=Of.CALL),
    "POST /api/v1/holds/{hold_id}/lift": Route(Right.MANAGE_HOLDS, 204, of=Of.CALL, of_centre=True),
    "GET /api/v1/schedules": Route(Right.MANAGE_SCHEDULES),
    "PUT /api/v1/schedules/{task}": Route(Right.MANAGE_SCHEDULES),
    "POST /api/v1/schedules/{task}/run": Route(Right.MANAGE_SCHEDULES, 202),
    "GET /api/v1/samples": Route(Right.SEE_CALLS),
    "GET /api/v1/reports": Route(Right.EXPORT),
    "GET /api/v1/reports/{report_id}": Route(Right.EXPORT, of=Of.TEAM),
    "POST /api/v1/outcomes": Route(Right.MANAGE_OUTCOMES),
    "POST /api/v1/outcomes/csv": Route(Right.MANAGE_OUTCOMES),
    "GET /api/v1/calls/{call_id}/outcomes": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/earlier": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/agents": Route(Right.SEE_AGENTS),
    "PUT /api/v1/agents": Route(Right.MANAGE_AGENTS),
    "POST /api/v1/agents/csv": Route(Right.MANAGE_AGENTS),
    "GET /api/v1/teams": Route(Right.SEE_AGENTS),
    "PUT /api/v1/teams": Route(Right.MANAGE_AGENTS),
    "DELETE /api/v1/teams": Route(Right.MANAGE_AGENTS, 204),
    "GET /api/v1/figures/agents": Route(Right.SEE_CALLS),
    "POST /api/v1/session": Route(Wants.NOTHING),
    "GET /api/v1/session/oidc": Route(Wants.NOTHING, 404),
    "GET /api/v1/session/oidc/callback": Route(Wants.NOTHING, 404),
    "DELETE /api/v1/session": Route(Wants.SOMEBODY, 204),
    "GET /api/v1/me": Route(Wants.SOMEBODY),
    "POST /api/v1/me/password": Route(Wants.SOMEBODY, 204, for_people=True),
    "GET /api/v1/users": Route(Right.MANAGE_PEOPLE),
    "POST /api/v1/users": Route(Right.MANAGE_PEOPLE, 201),
    "PATCH /api/v1/users/{user_id}": Route(Right.MANAGE_PEOPLE),
    "POST /api/v1/users/{user_id}/disable": Route(Right.MANAGE_PEOPLE, 204),
    "GET /api/v1/keys": Route(Right.MANAGE_PEOPLE),
    "POST /api/v1/keys": Route(Right.MANAGE_PEOPLE, 201),
    "GET /api/v1/keys/waiting": Route(Right.APPROVE_KEYS),
    "POST /api/v1/keys/{key_id}/approve": Route(Right.APPROVE_KEYS, 204, of=Of.CENTRE, for_people=True),
    "DELETE /api/v1/keys/{key_id}": Route(Right.MANAGE_PEOPLE, 204),
    "GET /api/v1/audit": Route(Right.SEE_AUDIT),
    "GET /api/v1/audit/state": Route(Right.SEE_AUDIT),
    "GET /api/v1/rulebooks": Route(Right.SEE_RULEBOOKS),
    "GET /api/v1/rulebooks/{name}": Route(Right.SEE_RULEBOOKS),
    "GET /api/v1/rulebooks/{name}/versions/{digest}": Route(Right.SEE_RULEBOOKS),
    "POST /api/v1/rulebooks/{name}/versions/{digest}/retire": Route(
        Right.PUBLISH_RULEBOOKS, 204, of_centre=True
    ),
    "GET /api/v1/rulebooks/{name}/draft": Route(Right.SEE_RULEBOOKS),
    "PUT /api/v1/rulebooks/{name}/draft": Route(Right.WRITE_RULEBOOKS),
    "DELETE /api/v1/rulebooks/{name}/draft": Route(Right.WRITE_RULEBOOKS, 204),
    "POST /api/v1/rulebooks/{name}/draft/test": Route(Right.WRITE_RULEBOOKS),
    "POST /api/v1/rulebooks/{name}/draft/publish": Route(Right.PUBLISH_RULEBOOKS, 201, of_centre=True),
    "GET /api/v1/rescore-plans": Route(Right.RESCORE),
    "PUT /api/v1/rescore-plans/{name}": Route(Right.RESCORE, of=Of.TEAM),
    "DELETE /api/v1/rescore-plans/{name}": Route(Right.RESCORE, 204, of=Of.TEAM),
    "GET /api/v1/rescores": Route(Right.RESCORE),
    "POST /api/v1/rescores": Route(Right.RESCORE, 202),
    "GET /api/v1/rescores/{rescore_id}": Route(Right.RESCORE, of=Of.TEAM),
    "GET /api/v1/rescores/{rescore_id}/diff": Route(Right.RESCORE, of=Of.TEAM),
    "GET /rescores/{rescore_id}": Route(Right.RESCORE, of=Of.TEAM),
    "GET /api/v1/rescores/{rescore_id}/calls": Route(Right.RESCORE, of=Of.TEAM),
    "POST /api/v1/rescores/{rescore_id}/approve": Route(Right.PUBLISH_RULEBOOKS, 202, of_centre=True),
    "POST /api/v1/rescores/{rescore_id}/discard": Route(Right.RESCORE, of=Of.TEAM),
    "POST /api/v1/rescores/{rescore_id}/remeasure": Route(Right.RESCORE, 202, of=Of.TEAM),
    "POST /api/v1/rescores/{rescore_id}/pause": Route(Right.RESCORE, of=Of.TEAM),
    "POST /api/v1/rescores/{rescore_id}/resume": Route(Right.RESCORE, of=Of.TEAM),
    "POST /api/v1/rescores/{rescore_id}/cancel": Route(Right.RESCORE, of=Of.TEAM),
    "GET /api/v1/routing": Route(Right.SEE_ROUTING),
    "GET /api/v1/routing/versions": Route(Right.SEE_ROUTING),
    "GET /api/v1/routing/versions/{number}": Route(Right.SEE_ROUTING),
    "GET /api/v1/routing/explain": Route(Right.SEE_ROUTING, of=Of.CALL),
    "GET /api/v1/routing/draft": Route(Right.SEE_ROUTING),
    "PUT /api/v1/routing/draft": Route(Right.WRITE_ROUTING),
    "DELETE /api/v1/routing/draft": Route(Right.WRITE_ROUTING, 204),
    "POST /api/v1/routing/draft/dry-run": Route(Right.WRITE_ROUTING),
    "POST /api/v1/routing/draft/publish": Route(Right.PUBLISH_ROUTING, 201, of_centre=True),
    "HEAD /livez": Route(Wants.NOTHING),
    "GET /livez": Route(Wants.NOTHING),
    "HEAD /readyz": Route(Wants.NOTHING),
    "GET /readyz": Route(Wants.NOTHING),
    "HEAD /startupz": Route(Wants.NOTHING),
    "GET /startupz": Route(Wants.NOTHING),
    "GET /metrics": Route(Right.SEE_METRICS),
}


@cache
def documented() -> Mapping[UserRole, Mapping[Right, str]]:
    """Role → right → what stands in the table: ✓, 自己的, 本组 or 全部."""
    rows = re.findall(r"^\| `([a-z]+:[a-z]+)`[^|]*\|(.+)\|$", _DOCUMENT.read_text("utf-8"), re.MULTILINE)
    found: dict[UserRole, dict[Right, str]] = {role: {} for role in _ROLES}
    for right, cells in rows:
        for role, cell in zip(_ROLES, cells.split("|"), strict=True):
            if cell.strip():
                found[role][Right(right)] = cell.strip()
    return found
