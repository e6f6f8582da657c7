"""Why something that strangers wrote is refused: our own checks, and the first problem as place, kind and limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from qa_service.core.errors import EnvelopeError
from qa_service.text.table import has_breaks

#: pydantic's kinds of failures and our own → what people read (i18n `value.why`).
_WHY: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "odd_characters",
    "literal_error": "not_offered",
    "enum": "not_offered",
    "int_type": "not_whole",
    "int_parsing": "not_whole",
    "int_parsing_size": "not_whole",
    "int_from_float": "not_whole",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_yes_no",
    "bool_parsing": "not_yes_no",
    "greater_than": "not_above",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "list_type": "not_list",
    "dict_type": "not_mapping",
    "model_type": "not_mapping",
    "too_long": "too_many",
    "too_short": "too_few",
    "json_invalid": "not_json",
    "date_type": "not_date",
    "date_parsing": "not_date",
    "date_from_datetime_parsing": "not_date",
    "date_from_datetime_inexact": "not_date",
    "datetime_type": "not_time",
    "datetime_parsing": "not_time",
    "datetime_from_date_parsing": "not_time",
    "datetime_object_invalid": "not_time",
    "ends_before": "ends_before",
    "id_twice": "id_twice",
    "time_of_day": "time_of_day",
    "time_zone": "time_zone",
    "no_condition": "no_condition",
    "one_condition": "one_condition",
    "ids_or_filter": "ids_or_filter",
}
#: Where pydantic says what would do.
_LIMITS = ("limit", "gt", "ge", "le", "max_length", "min_length")


def without_nul(value: object) -> object:
    """Refuses a NUL character: no database keeps it, and nobody means one."""
    if isinstance(value, str) and "\0" in value:
        raise PydanticCustomError("string_unicode", "holds a NUL character")
    return value


def on_one_line(value: object) -> object:
    """Refuses line breaks and other control characters: ids and names have none, and a list read wrongly has them."""
    if isinstance(value, str) and has_breaks(value):
        raise PydanticCustomError("string_pattern_mismatch", "holds a line break or a control character")
    return value


def ends_before(end: str, end_ms: int, start: str, start_ms: int) -> PydanticCustomError:
    """The refusal of a span that runs backwards; `end` and `start` are the names of its fields."""
    told = {"limit": f"{end} {end_ms} < {start} {start_ms}"}
    return PydanticCustomError("ends_before", f"{end} {end_ms} lies before {start} {start_ms}", told)


def check_once(what: str, ids: Iterable[str]) -> None:
    """Refuses an id that stands twice, and names it."""
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise PydanticCustomError(
                "id_twice", "{what} id '{limit}' stands twice", {"what": what, "limit": name}
            )
        seen.add(name)


def invalid(error: ValidationError, *, source: str) -> EnvelopeError:
    """The first problem of a pydantic error as one of ours; what was written there is not repeated."""
    where, problem, why, limit = why_of(error.errors()[0])
    return EnvelopeError(
        "envelope_invalid",
        where=f"{source}: {where}" if where else source,
        problem=problem,
        fix="See docs/envelope.md for the fields",
        field=where,
        why=why,
        limit=limit,
    )


def why_of(error: ErrorDetails) -> tuple[str, str, str, str]:
    """Place, words, kind (i18n `value.why`) and limit of one problem that pydantic found."""
    where = ".".join(str(step) for step in error["loc"])
    why = _WHY.get(error["type"], "other")
    # "is empty" says it all; that one character would do is no help.
    return where, error["msg"], why, "" if why == "empty" else _limit(error.get("ctx", {}))


def _limit(told: Mapping[str, object]) -> str:
    """What pydantic or we name as the limit: a number, the words that may stand there, the id."""
    if "expected" in told:
        return str(told["expected"]).replace(" or ", ", ")
    return str(next((told[name] for name in _LIMITS if name in told), ""))
