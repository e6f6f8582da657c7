"""The status of an error, and the headers that go with it."""

from __future__ import annotations

from collections.abc import Mapping

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
    "calls_missing": 404,
    "name_taken": 409,
    "agent_taken": 409,
    "user_beyond_key": 403,
    "sign_on_refused": 401,
    "sign_on_unknown": 403,
    "sign_on_away": 503,
    "password_wrong": 422,
    "last_admin": 409,
    "team_unknown": 422,
    "team_in_use": 409,
    "no_team": 403,
    "which_team": 422,
    "centre_only": 403,
    "people_only": 403,
    "guest_by_proxy": 403,
    "own_key": 403,
    "changed_at_once": 409,
    "key_too_wide": 403,
    "nothing_to_do": 409,
    "reviewed_meanwhile": 409,
    "rescore_state": 409,
    "own_rescore": 403,
    "rescore_by_draft": 409,
    "rescore_of_two": 409,
    "too_many_rescores": 409,
    "nothing_to_withdraw": 409,
    "alert_handled": 409,
    "own_draft": 403,
    "roles_need_reviewer": 403,
    "draft_changed": 409,
    "draft_version_used": 409,
    "routing_not_tried": 409,
    "examples_failed": 409,
    "stages_unproven": 409,
    "rulebook_in_use": 409,
    "on_hold": 409,
    "wrong_offset": 409,
    "row_taken": 409,
    "upload_failed": 410,
    "tus_version": 412,
    "wrong_content_type": 415,
    "playlist": 415,
    "too_many_uploads": 429,
    "upload_too_large": 413,
    "request_too_large": 413,
    "rulebook_request_too_large": 413,
    "more_than_announced": 413,
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


def status_of(error: QaError) -> int:
    """The status that goes with an error."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


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
