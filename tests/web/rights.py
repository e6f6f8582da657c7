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
    """Whose the object in a route's address is: of a call, of the work on it, or nobody's in particular."""

    NOBODY = "nobody"
    CALL = "call"
    WORK = "work"


@dataclass(frozen=True)
class Route:
    """What one route wants and how it answers who has it."""

    wants: Right | Wants
    done: int = 200
    of: Of = Of.NOBODY
    #: Programs have nothing of the kind: 403.
    for_people: bool = False


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
    "GET /api/v1/batches/{batch_id}": Route(Right.UPLOAD),
    "POST /api/v1/calls/from-url": Route(Right.UPLOAD, 202),
    "GET /api/v1/fetches/{fetch_id}": Route(Right.UPLOAD),
    "GET /api/v1/calls": Route(Right.SEE_CALLS),
    "GET /api/v1/calls/{call_id}": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/assessment": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/evaluations": Route(Right.SEE_CALLS, of=Of.CALL),
    "GET /api/v1/findings": Route(Right.SEE_CALLS),
    "GET /api/v1/calls/{call_id}/audio": Route(Right.HEAR, of=Of.CALL),
    "GET /api/v1/calls/{call_id}/peaks": Route(Right.HEAR, of=Of.CALL),
    "POST /api/v1/calls/{call_id}/roles": Route(Right.MANAGE_WORK, 202, of=Of.CALL),
    "GET /api/v1/jobs": Route(Right.MANAGE_WORK),
    "GET /api/v1/jobs/{job_id}": Route(Right.SEE_CALLS, of=Of.WORK),
    "GET /api/v1/jobs/{job_id}/events": Route(Right.SEE_CALLS, of=Of.WORK),
    "POST /api/v1/jobs/{job_id}/cancel": Route(Right.MANAGE_WORK, 204, of=Of.WORK),
    "POST /api/v1/jobs/{job_id}/retry": Route(Right.MANAGE_WORK, 204, of=Of.WORK),
    "GET /api/v1/exports/{form}": Route(Right.EXPORT),
    "GET /api/v1/webhooks": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks": Route(Right.MANAGE_WEBHOOKS, 201),
    "GET /api/v1/webhooks/deliveries": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks/deliveries/{delivery_id}/replay": Route(Right.MANAGE_WEBHOOKS, 204),
    "POST /api/v1/webhooks/{webhook_id}/rotate": Route(Right.MANAGE_WEBHOOKS),
    "POST /api/v1/webhooks/{webhook_id}/{switch}": Route(Right.MANAGE_WEBHOOKS, 204),
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
    "DELETE /api/v1/keys/{key_id}": Route(Right.MANAGE_PEOPLE, 204),
    "GET /api/v1/audit": Route(Right.SEE_AUDIT),
    "GET /api/v1/audit/state": Route(Right.SEE_AUDIT),
    "GET /livez": Route(Wants.NOTHING),
    "GET /readyz": Route(Wants.NOTHING),
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
