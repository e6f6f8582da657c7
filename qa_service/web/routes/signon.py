"""Signing in through a provider: the browser goes there, and comes back with a code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from qa_service.ports.people import SignOn
from qa_service.web.answers import answers
from qa_service.web.cookies import set_session
from qa_service.web.denials import Denied, not_found
from qa_service.web.deps import Here, address_of, check_tries
from qa_service.web.errors import request_id
from qa_service.web.parts import Parts
from qa_service.web.schemas import Text

router = APIRouter(prefix="/session/oidc", tags=["signon"])
#: Kept by the browser between going and coming back.
_COOKIE = "qa_sign_on"
_PATH = "/api/v1/session/oidc"
_KEPT_S = 600
#: A page of our own: a redirect from the provider's would come without the session's strict cookie.
_HOME = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>…</title>'


@router.get(
    "",
    summary="去登录 Go and sign in",
    status_code=303,
    response_class=Response,
    responses={303: {"description": "去提供方。To the provider."}, **answers(401, 404, 503)},
)
def begin(here: Here) -> RedirectResponse:
    """Sends the browser to the provider."""
    url, kept = _provider(here).begin()
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        _COOKIE, kept, max_age=_KEPT_S, path=_PATH, httponly=True, samesite="lax", secure=here.secure_cookies
    )
    return answer


@router.get(
    "/callback",
    summary="登录回来 Come back",
    response_class=Response,  # its errors are JSON
    responses={
        200: {"content": {"text/html": {}}, "description": "登录好了，去首页。Signed in."},
        **answers(401, 403, 404, 422, 429, 503),
    },
)
def finish(
    here: Here,
    request: Request,
    state: Annotated[Text, Query(max_length=200)] = "",
    code: Annotated[Text, Query(max_length=4_000)] = "",
) -> Response:
    """Who comes back with a code of the provider's is signed in, if an admin has added them."""
    provider = _provider(here)
    address = address_of(request)
    check_tries(here, f"oidc {address}", address)
    name = provider.finish(request.cookies.get(_COOKIE, ""), state, code)
    found = here.accounts.sign_in_as(name, request_id(request), address=address)
    if found is None:
        raise Denied("sign_on_unknown", problem="nobody here has that name", fix="Ask an admin to add you")
    answer = HTMLResponse(_HOME)
    answer.delete_cookie(_COOKIE, path=_PATH)
    set_session(answer, here, found[1])
    return answer


def _provider(here: Parts) -> SignOn:
    if here.sign_on is None:
        raise not_found()
    return here.sign_on
