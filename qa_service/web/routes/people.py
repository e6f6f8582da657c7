"""Signing in, users, keys, and who did what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from qa_service.core.people import Asked, Caller, Right, User, caller_of
from qa_service.web.deps import COOKIE, AskedBy, Here, check_tries, is_own_page, wants
from qa_service.web.errors import Denied, not_found, request_id
from qa_service.web.schemas import (
    AuditPage,
    AuditRow,
    AuditState,
    Id,
    KeyList,
    KeyMade,
    KeyRow,
    Me,
    NewKey,
    NewUser,
    SignIn,
    Trouble,
    UserList,
    UserRow,
)

router = APIRouter(tags=["people"])


@router.post("/session", responses={401: {"model": Trouble}, 429: {"model": Trouble}})
def sign_in(here: Here, request: Request, response: Response, given: SignIn) -> Me:
    """Signs in: the answer sets the session's cookie."""
    if not is_own_page(request) and "origin" in request.headers:
        raise Denied("foreign_origin", problem="another site's page asked", fix="Use our own pages")
    check_tries(here, given.name, request.client.host if request.client else "")
    found = here.accounts.sign_in(given.name, given.password, request_id(request))
    if found is None:
        raise Denied("not_signed_in", problem="name or password is wrong", fix="Try again")
    user, secret = found
    response.set_cookie(
        COOKIE, secret, httponly=True, samesite="strict", secure=here.secure_cookies, path="/"
    )
    return _me(caller_of(user))


@router.delete("/session", status_code=204, response_class=Response)
def sign_out(here: Here, by: AskedBy, request: Request, response: Response) -> None:
    """Ends this session."""
    if secret := request.cookies.get(COOKIE):
        here.accounts.sign_out(by, secret)
    response.delete_cookie(COOKIE, path="/")


@router.get("/me")
def me(by: AskedBy) -> Me:
    """Who is signed in, and what they may do."""
    return _me(by.caller)


def _me(caller: Caller) -> Me:
    return Me(
        id=caller.id,
        name=caller.name,
        role=caller.role,
        teams=list(caller.sight.teams),
        rights=sorted(caller.rights),
    )


@router.get("/users", dependencies=[wants(Right.MANAGE_PEOPLE)])
def users(here: Here, by: AskedBy) -> UserList:
    """Everybody who can sign in."""
    return UserList(users=[UserRow.of(user) for user in here.accounts.users(by)])


@router.post(
    "/users",
    status_code=201,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses={409: {"model": Trouble}, 422: {"model": Trouble}},
)
def add_user(here: Here, by: AskedBy, given: NewUser) -> UserRow:
    """Adds somebody."""
    user = User(
        id="",
        name=given.name,
        role=given.role,
        shown_as=given.shown_as,
        teams=tuple(given.teams),
        agent_id=given.agent_id,
    )
    return UserRow.of(here.accounts.add_user(by, user, given.password))


@router.post(
    "/users/{user_id}/disable",
    status_code=204,
    response_class=Response,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses={404: {"model": Trouble}},
)
def disable_user(here: Here, by: AskedBy, user_id: Id) -> None:
    """Ends somebody's access at once, also in sessions that are open."""
    if not here.accounts.disable_user(by, user_id):
        raise not_found()


@router.get("/keys", dependencies=[wants(Right.MANAGE_PEOPLE)])
def keys(here: Here, by: AskedBy) -> KeyList:
    """All API keys."""
    return KeyList(keys=[KeyRow.model_validate(dict(row)) for row in _rows(here, by)])


def _rows(here: Here, by: Asked) -> list[dict[str, object]]:
    return [{**row, "scopes": str(row["scopes"]).split()} for row in here.accounts.keys(by)]


@router.post("/keys", status_code=201, dependencies=[wants(Right.MANAGE_PEOPLE)])
def add_key(here: Here, by: AskedBy, given: NewKey) -> KeyMade:
    """Makes a key for a program; its secret is shown this once."""
    if given.expires_at is not None and given.expires_at.tzinfo is None:
        raise Denied(
            "time_without_zone", where="expires_at", problem="has no time zone", fix="End it with +08:00 or Z"
        )
    key_id, secret = here.accounts.add_key(
        by, given.name, frozenset(given.scopes), given.team, given.expires_at
    )
    return KeyMade(id=key_id, secret=secret)


@router.delete(
    "/keys/{key_id}",
    status_code=204,
    response_class=Response,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses={404: {"model": Trouble}},
)
def revoke_key(here: Here, by: AskedBy, key_id: Id) -> None:
    """The key opens nothing from now on."""
    if not here.accounts.revoke_key(by, key_id):
        raise not_found()


@router.get("/audit", dependencies=[wants(Right.SEE_AUDIT)])
def audit(
    here: Here,
    by: AskedBy,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> AuditPage:
    """Who did what, newest first."""
    rows = [AuditRow.model_validate(_shown(row)) for row in here.audit.page(by, limit=limit, before=before)]
    return AuditPage(entries=rows, next=rows[-1].seq if len(rows) == limit else None)


def _shown(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "previous"}


@router.get("/audit/state", dependencies=[wants(Right.SEE_AUDIT)])
def audit_state(here: Here, by: AskedBy) -> AuditState:
    """Checks the whole chain."""
    return AuditState.model_validate(dict(here.audit.verify(by)))
