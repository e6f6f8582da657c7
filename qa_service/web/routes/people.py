"""Signing in, and who one is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from qa_service.core.people import Caller, caller_of
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.at_home import is_own_page
from qa_service.web.cookies import forget_session, set_session
from qa_service.web.denials import Denied
from qa_service.web.deps import COOKIE, AskedBy, Here, address_of, check_tries
from qa_service.web.errors import request_id
from qa_service.web.schemas.people import Me, SignIn

router = APIRouter(tags=["people"], responses=answers(*SIGNED_IN))


@router.post("/session", summary="登录 Sign in", responses=answers(422, 429))
def sign_in(here: Here, request: Request, response: Response, given: SignIn) -> Me:
    """Signs in: the answer sets the session's cookie."""
    if not is_own_page(request) and "origin" in request.headers:
        raise Denied("foreign_origin", problem="another site's page asked", fix="Use our own pages")
    address = address_of(request)
    check_tries(here, given.name, address)
    found = here.accounts.sign_in(given.name, given.password, request_id(request), address=address)
    if found is None:
        raise Denied("not_signed_in", problem="name or password is wrong", fix="Try again")
    user, secret = found
    set_session(response, here, secret)
    return _me(caller_of(user))


@router.delete("/session", summary="退出 Sign out", status_code=204, response_class=Response)
def sign_out(here: Here, by: AskedBy, request: Request, response: Response) -> None:
    """Ends this session."""
    if secret := request.cookies.get(COOKIE):
        here.accounts.sign_out(by, secret)
    forget_session(response, here)


@router.get("/me", summary="我是谁 Who am I")
def me(by: AskedBy) -> Me:
    """Who is signed in, and what they may do."""
    return _me(by.caller)


def _me(caller: Caller) -> Me:
    return Me(
        id=caller.id,
        name=caller.name,
        role=caller.role,
        teams=list(caller.teams or caller.sight.teams),
        rights=sorted(caller.rights),
    )
