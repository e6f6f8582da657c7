"""What the front desk is asked in the matrix: recordings taken in, work, users and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx

from qa_service.core.people import Asked, KeyToAdd, Right, UserRole, caller_of
from qa_service.stores import jobs
from tests.web.samples import SOUND, transcript
from tests.web.service import MACHINE, PASSWORD

if TYPE_CHECKING:
    from tests.web.cast import Cast, Kept

#: Nobody fetches it: no worker runs.
TO_FETCH = {"url": "http://93.184.216.34/rec/1.wav"}
BATCH = {"rows": [{"file_name": "a.wav", "line": "400"}]}
NOWHERE = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"


def own(client: httpx.Client, path: str) -> dict[str, str]:
    """What belongs to the one who made it; nowhere for those who may make none."""
    if "{upload_id}" in path:
        made = client.post("/api/v1/uploads", headers={"Upload-Length": "10"}).json()
        return {"upload_id": made.get("id", NOWHERE)}
    if "{batch_id}" in path:
        made = client.post("/api/v1/batches", json=BATCH).json()
        return {"batch_id": made.get("id", NOWHERE)}
    if "{fetch_id}" in path:
        made = client.post("/api/v1/calls/from-url", json=TO_FETCH).json()
        return {"fetch_id": made.get("id", NOWHERE)}
    return {}


def ids(cast: Cast, route: str, kept: Kept) -> dict[str, str]:
    """What stands in the address of these routes."""
    if "{user_id}" in route:
        return {"user_id": _somebody(cast)}
    if "{key_id}" in route:
        # An admin may not hear: what one makes waits.
        maker = Asked(caller_of(cast.users[UserRole.ADMIN])) if route.endswith("/approve") else MACHINE
        key_id, _ = cast.service.parts.accounts.add_key(maker, KeyToAdd("x", frozenset({Right.HEAR})))
        return {"key_id": key_id}
    if route.endswith("/retry"):
        with cast.service.shelves.engine.begin() as connection:
            jobs.ask_to_cancel(connection, kept.sound_job, now=cast.service.clock())
    if route.endswith("/cancel"):
        with cast.service.shelves.engine.begin() as connection:
            jobs.retry(connection, kept.sound_job)
    over = route.endswith("/events")
    call = kept.sound if route.endswith(("/audio", "/peaks")) else kept.text
    return {"call_id": call, "job_id": kept.text_job if over else kept.sound_job, "form": "calls.csv"}


def _somebody(cast: Cast) -> str:
    """A user who is not disabled; many cells may share one, for few of them change anything."""
    if cast.spare is None or not _is_there(cast, cast.spare):
        cast.spare = cast.service.user(cast.fresh(), UserRole.AUDITOR).id
    return cast.spare


def _is_there(cast: Cast, user_id: str) -> bool:
    return any(u.id == user_id and not u.is_disabled for u in cast.service.parts.accounts.users(MACHINE))


def bodies(cast: Cast) -> Mapping[str, dict[str, Any]]:
    """What goes with the requests."""
    roles = tuple(UserRole)
    return {
        "POST /api/v1/calls": {
            "files": {"recording": ("a.wav", SOUND)},
            "data": {"allow_duplicate": "true"},
        },
        "POST /api/v1/calls/transcripts": {"json": transcript()},
        "POST /api/v1/batches": {"json": BATCH},
        "POST /api/v1/calls/from-url": {"json": TO_FETCH},
        "POST /api/v1/uploads": {"headers": {"Upload-Length": "10"}},
        "PATCH /api/v1/uploads/{upload_id}": {
            "headers": {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
            "content": b"five!",
        },
        "POST /api/v1/calls/{call_id}/roles": {"json": {"swap": True}},
        # Ten tries a minute for each name.
        "POST /api/v1/session": {
            "json": {"name": cast.name(roles[cast.made % len(roles)]), "password": PASSWORD}
        },
        "POST /api/v1/users": {"json": {"name": cast.fresh(), "password": PASSWORD, "role": "reviewer"}},
        "PATCH /api/v1/users/{user_id}": {"json": {"shown_as": "某某"}},
        "POST /api/v1/me/password": {"json": {"old": PASSWORD, "new": PASSWORD}},
        "POST /api/v1/keys": {"json": {"name": "x", "scopes": ["calls:read"]}},
    }
