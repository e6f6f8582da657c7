"""One shape for every error: `{"error": code, "detail": sentence, "request_id": id}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

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
    RoutingError,
    RulebookError,
    SourcingError,
    UsageError,
)
from qa_service.web.addresses import Address, methods, methods_by_name
from qa_service.web.mistakes import mistake_in

if TYPE_CHECKING:
    from qa_service.i18n.catalogue import Catalogue

T = TypeVar("T")

#: Kinds of our own errors → status; a code of its own wins.
_STATUS: Mapping[type[QaError], int] = {
    UsageError: 422,
    AddressError: 422,
    SourcingError: 422,
    RulebookError: 422,
    RoutingError: 422,
    EnvelopeError: 422,
    RecordingError: 422,
    ModelError: 503,
}
_BY_CODE: Mapping[str, int] = {
    "time_without_zone": 422,
    "request_invalid": 422,
    "not_http": 400,
    "not_signed_in": 401,
    "not_allowed": 403,
    "foreign_origin": 403,
    "not_found": 404,
    "name_taken": 409,
    "sign_on_refused": 401,
    "sign_on_unknown": 403,
    "sign_on_away": 503,
    "password_wrong": 422,
    "last_admin": 409,
    "team_unknown": 422,
    "own_key": 403,
    "changed_at_once": 409,
    "key_too_wide": 403,
    "nothing_to_do": 409,
    "reviewed_meanwhile": 409,
    "nothing_to_withdraw": 409,
    "alert_handled": 409,
    "own_draft": 403,
    "draft_changed": 409,
    "draft_version_used": 409,
    "routing_not_tried": 409,
    "rulebook_in_use": 409,
    "on_hold": 409,
    "wrong_offset": 409,
    "row_taken": 409,
    "upload_failed": 410,
    "tus_version": 412,
    "wrong_content_type": 415,
    "too_many_uploads": 429,
    "upload_too_large": 413,
    "wrong_range": 416,
    "too_many_tries": 429,
    "too_many_requests": 429,
    "busy": 503,
    "player_busy": 503,
    "sound_missing": 410,
    "sound_damaged": 410,
    "sound_changed": 410,
    "source_away": 503,
    "source_refused": 503,
    "text_deleted": 410,
    "call_deleted": 410,
    "wrong_master_key": 503,
    "customer_key_unreadable": 503,
    "customer_key_unsafe": 503,
    "customer_key_unfit": 503,
    "database_away": 503,
    "store_away": 503,
    "storage_full": 503,
    "no_space": 503,
}
#: After how many seconds to come back, where the error itself does not say: what a machine mends, what a person does.
_COME_BACK_S: Mapping[str, int] = {"database_away": 5, "store_away": 5, "storage_full": 60, "no_space": 60}
_COME_BACK = 30
_UNAVAILABLE = 503


#: Refusals of the framework → status and code; others keep their status.
_REFUSED: Mapping[int, tuple[int, str]] = {
    400: (422, "request_invalid"),
    404: (404, "not_found"),
    405: (405, "method_not_allowed"),
    408: (408, "upload_too_slow"),
    413: (413, "upload_too_large"),
}
_WRONG_METHOD = 405
#: From here on it is our fault.
_OURS = 500
_SEE = "See the API's description at /api/v1/openapi.json"
#: Mistakes told at once: what is more is seen when these are mended.
_MOST_PLACES = 100
#: No more than this is said back, however long the name of an unknown field was.
_LONGEST = 1_000


class Denied(QaError):  # noqa: N818 - an answer, not a fault
    """A request that cannot be granted; see `_BY_CODE`."""


def not_found() -> Denied:
    """It is not there, or not for the one who asks: nobody learns which."""
    return Denied("not_found", problem="is not there", fix="Check the address")


def there(found: T | None) -> T:
    """What was found.

    Raises:
        Denied: `not_found`.
    """
    if found is None:
        raise not_found()
    return found


def done(was_done: bool) -> None:
    """Goes on where something was there to be changed.

    Raises:
        Denied: `not_found`.
    """
    if not was_done:
        raise not_found()


def status_of(error: QaError) -> int:
    """The status that goes with an error."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def install(app: FastAPI, texts: Catalogue, known: Sequence[Address]) -> None:
    """Makes every error of the app answer in the one shape."""

    def answer(request: Request, status: int, code: str, detail: str, **headers: str) -> JSONResponse:
        return JSONResponse(_body(request, code, detail), status, headers=headers)

    @app.exception_handler(QaError)
    def ours(request: Request, error: QaError) -> JSONResponse:
        status = status_of(error)
        if status >= _OURS:
            error.where = ""  # places on this machine are for its own people
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
        refused = Denied(code, problem=str(error.detail), fix=_SEE, why="unreadable", limit="")
        headers = {**(error.headers or {}), **_allowed(status, known, request.url.path)}
        return answer(request, status, code, texts.error(refused), **headers)


def internal() -> Denied:
    """What is said of an error that nobody expected: nothing."""
    return Denied("internal", problem="something went wrong inside", fix="Try again; tell your admin")


def _blank_filled_by_name(first: Mapping[str, Any], known: Sequence[Address], path: str) -> bool:
    return first["loc"][0] == "path" and bool(methods_by_name(known, path))


def _allowed(status: int, known: Sequence[Address], path: str) -> dict[str, str]:
    return {"Allow": methods(known, path)} if status == _WRONG_METHOD else {}


def _body(request: Request, code: str, detail: str) -> dict[str, object]:
    return {"error": code, "detail": _writable(detail), "request_id": request_id(request)}


def _places(error: QaError, texts: Catalogue) -> dict[str, list[dict[str, str]]]:
    """Every mistake that was found in a file, in its order; nothing for other errors."""
    if not isinstance(error, RulebookError | RoutingError):
        return {}
    return {
        "places": [
            {"error": one.code, "where": _writable(one.where), "detail": _writable(texts.error(one))}
            for one in (error, *error.more)[:_MOST_PLACES]
        ]
    }


def headers_of(error: QaError) -> dict[str, str]:
    """What goes with an error beside its sentence."""
    if "retry_after" in error.values:
        return {"Retry-After": str(error.values["retry_after"])}
    if status_of(error) == _UNAVAILABLE:
        return {"Retry-After": str(_COME_BACK_S.get(error.code, _COME_BACK))}
    if error.code == "not_signed_in":
        return {"WWW-Authenticate": "Bearer"}
    if error.code == "tus_version":
        return {"Tus-Version": "1.0.0"}
    if error.code == "wrong_range":
        return {"Content-Range": f"bytes */{error.values['size']}"}
    return {}


def _writable(sentence: str) -> str:
    """A sentence that any encoding can write: a place in it may be a stranger's own words."""
    short = sentence if len(sentence) <= _LONGEST else sentence[:_LONGEST] + "…"
    return short.encode("utf-8", "replace").decode("utf-8")


def request_id(request: Request) -> str:
    """The id of the request, as the middleware gave it."""
    return str(getattr(request.state, "request_id", ""))
