"""One shape for every error: `{"error": code, "detail": sentence, "request_id": id}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa_service.core.errors import (
    AddressError,
    EnvelopeError,
    ModelError,
    QaError,
    RecordingError,
    RulebookError,
    UsageError,
)

if TYPE_CHECKING:
    from qa_service.i18n.catalogue import Catalogue

log = structlog.get_logger()

#: Kinds of our own errors → status; a code of its own wins.
_STATUS: Mapping[type[QaError], int] = {
    UsageError: 422,
    AddressError: 422,
    RulebookError: 422,
    EnvelopeError: 422,
    RecordingError: 422,
    ModelError: 503,
}
_BY_CODE: Mapping[str, int] = {
    "time_without_zone": 422,
    "request_invalid": 422,
    "not_signed_in": 401,
    "not_allowed": 403,
    "foreign_origin": 403,
    "not_found": 404,
    "name_taken": 409,
    "nothing_to_do": 409,
    "upload_too_large": 413,
    "wrong_range": 416,
    "too_many_tries": 429,
    "busy": 503,
    "sound_missing": 410,
    "database_away": 503,
}


class Denied(QaError):  # noqa: N818 - an answer, not a fault
    """A request that cannot be granted; see `_BY_CODE`."""


def not_found() -> Denied:
    """It is not there, or not for the one who asks: nobody learns which."""
    return Denied("not_found", problem="is not there", fix="Check the address")


def status_of(error: QaError) -> int:
    """The status that goes with an error."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def install(app: FastAPI, texts: Catalogue) -> None:
    """Makes every error of the app answer in the one shape."""

    def answer(request: Request, status: int, code: str, detail: str, **headers: str) -> JSONResponse:
        body = {"error": code, "detail": detail, "request_id": request_id(request)}
        return JSONResponse(body, status, headers=headers)

    @app.exception_handler(QaError)
    def ours(request: Request, error: QaError) -> JSONResponse:
        headers = {"Retry-After": str(error.values["retry_after"])} if "retry_after" in error.values else {}
        if error.code == "not_signed_in":
            headers["WWW-Authenticate"] = "Bearer"
        return answer(request, status_of(error), error.code, texts.error(error), **headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        refused = Denied(
            "request_invalid",
            where=where,
            problem=str(first["msg"]),
            fix="See the API's description at /docs",
        )
        return answer(request, 422, refused.code, texts.error(refused))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not_found", 405: "method_not_allowed", 400: "request_invalid", 413: "upload_too_large"}
        code = codes.get(error.status_code, "request_refused")
        refused = Denied(code, problem=str(error.detail), fix="See the API's description at /docs")
        return answer(request, error.status_code, code, texts.error(refused), **dict(error.headers or {}))

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request_broke_off", code=type(error).__name__, request_id=request_id(request))
        broken = Denied("internal", problem="something went wrong inside", fix="Try again; tell your admin")
        return answer(request, 500, "internal", texts.error(broken))


def request_id(request: Request) -> str:
    """The id of the request, as the middleware gave it."""
    return str(getattr(request.state, "request_id", ""))
