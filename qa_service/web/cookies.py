"""The session's cookie: for our own pages alone, and no script reads it."""

from __future__ import annotations

from typing import Literal, TypedDict

from fastapi import Response

from qa_service.web.deps import COOKIE
from qa_service.web.parts import Parts


class _Flags(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["strict"]
    secure: bool


def set_session(answer: Response, here: Parts, secret: str) -> None:
    """From now on the browser brings the session."""
    answer.set_cookie(COOKIE, secret, **_flags(here))


def forget_session(answer: Response, here: Parts) -> None:
    """The browser brings it no more."""
    answer.delete_cookie(COOKIE, **_flags(here))


def _flags(here: Parts) -> _Flags:
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": here.secure_cookies}
