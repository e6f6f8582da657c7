"""One shape for every error: `{"error": code, "detail": sentence, "request_id": id}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa_service.core.errors import NotAllThere, QaError, RoutingError, RulebookError
from qa_service.privacy.labels import covered
from qa_service.web.addresses import Address, methods, methods_by_name
from qa_service.web.denials import Denied
from qa_service.web.mistakes import mistake_in
from qa_service.web.statuses import headers_of, status_of
from qa_service.web.too_large import too_large

if TYPE_CHECKING:
    from qa_service.i18n.catalogue import Catalogue

#: Refusals of the framework → status and code; others keep their status.
_REFUSED: Mapping[int, tuple[int, str]] = {
    400: (422, "request_invalid"),
    404: (404, "not_found"),
    405: (405, "method_not_allowed"),
    408: (408, "upload_too_slow"),
    413: (413, "upload_too_large"),
}
_WRONG_METHOD, _TOO_LARGE = 405, 413
#: From here on it is our fault.
_OURS = 500
_SEE = "See the API's description at /api/v1/openapi.json"
#: Mistakes told at once: what is more is seen when these are mended.
_MOST_PLACES = 100
#: No more than this is said back, however long the name of an unknown field was.
_LONGEST = 1_000


def install(app: FastAPI, texts: Catalogue, known: Sequence[Address]) -> None:
    """Makes every error of the app answer in the one shape."""

    def answer(request: Request, status: int, code: str, detail: str, **headers: str) -> JSONResponse:
        return JSONResponse(_body(request, code, detail), status, headers=headers)

    @app.exception_handler(QaError)
    def ours(request: Request, error: QaError) -> JSONResponse:
        status = status_of(error)
        if status >= _OURS:
            error.where = ""  # places on this machine are for its own people
        error.where = covered(error.where)  # it may be the name of a file
        told = _body(request, error.code, texts.error(error)) | _places(error, texts)
        return JSONResponse(told, status, headers=headers_of(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if _blank_filled_by_name(first, known, request.url.path):
            # /calls/transcripts is no call whose id is wrong: it is there, for other methods.
            return http(request, HTTPException(_WRONG_METHOD))
        wrong = mistake_in(first)
        refused = Denied(
            "request_invalid",
            where=wrong.where,
            problem=texts.say(f"value.why.{wrong.why}") + wrong.limit,
            fix=_SEE,
            why=wrong.why,
            limit=wrong.limit,
        )
        return answer(request, 422, refused.code, texts.error(refused))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        status, code = _REFUSED.get(error.status_code, (error.status_code, "request_refused"))
        problem = texts.say("value.why.unreadable") if code == "request_invalid" else str(error.detail)
        refused = Denied(code, problem=problem, fix=_SEE, why="unreadable", limit="")
        if status == _TOO_LARGE:
            refused = too_large(request.url.path, getattr(request.state, "most_bytes", 0))
        headers = {**(error.headers or {}), **_allowed(status, known, request.url.path)}
        return answer(request, status, refused.code, texts.error(refused), **headers)


def _blank_filled_by_name(first: Mapping[str, Any], known: Sequence[Address], path: str) -> bool:
    return first["loc"][0] == "path" and bool(methods_by_name(known, path))


def _allowed(status: int, known: Sequence[Address], path: str) -> dict[str, str]:
    return {"Allow": methods(known, path)} if status == _WRONG_METHOD else {}


def _body(request: Request, code: str, detail: str) -> dict[str, object]:
    return {"error": code, "detail": _writable(detail), "request_id": request_id(request)}


def _places(error: QaError, texts: Catalogue) -> dict[str, list[dict[str, str]]]:
    """Every mistake that was found in a file, in its order, or every call that is missing; nothing for other errors."""
    if isinstance(error, NotAllThere):
        told: Sequence[QaError] = error.more
    elif isinstance(error, RulebookError | RoutingError):
        told = (error, *error.more)
    else:
        return {}
    return {
        "places": [
            {"error": one.code, "where": _writable(one.where), "detail": _writable(texts.error(one))}
            for one in told[:_MOST_PLACES]
        ]
    }


def _writable(sentence: str) -> str:
    """A sentence that any encoding can write: a place in it may be a stranger's own words."""
    short = sentence if len(sentence) <= _LONGEST else sentence[:_LONGEST] + "…"
    return short.encode("utf-8", "replace").decode("utf-8")


def request_id(request: Request) -> str:
    """The id of the request, as the middleware gave it."""
    return str(getattr(request.state, "request_id", ""))
