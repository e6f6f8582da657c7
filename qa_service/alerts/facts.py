"""What a webhook may tell: an allow-list of facts. No name, no number, nothing that was said.

A value that does not look like what its field promises is left out too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from qa_service.privacy.labels import covered

Facts = Mapping[str, object]

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_CODE = re.compile(r"[A-Za-z][A-Za-z_]*(?:\.[A-Za-z_]+)*", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RULE = re.compile(r"[a-z0-9-]{1,60}/[a-z0-9-]{1,60}", re.ASCII)
_MOST_CHARS = 100
_LONGEST_TITLE = 200
#: Begins the label of a rule whose author named none: it says no more than the rule's id.
_UNNAMED = "rule."
#: Of a day; anything but a count is left out.
OF_DAY = (
    "expected",
    "received",
    "scored",
    "processing",
    "not_scorable",
    "failed",
    "known",
    "missing",
    "unexpected",
)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_code(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_CHARS and _CODE.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000


def _is_score(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is None
    return 0 <= value <= 100


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _is_rule(value: object) -> bool:
    return isinstance(value, str) and _RULE.fullmatch(value) is not None


def _is_title(value: object) -> bool:
    """What the author of a rulebook wrote, in one line; a number of a person in it was never meant to get out."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TITLE:
        return False
    return value.isprintable() and covered(value) == value


def _is_answer(value: object) -> bool:
    return value is None or isinstance(value, bool)


_FIELDS: Mapping[str, Callable[[object], bool]] = {
    "call_id": _is_id,
    "evaluation_id": _is_id,
    "alert_id": _is_id,
    "status": _is_code,
    "code": _is_code,
    "rule": _is_rule,
    "title": _is_title,
    "label": _is_code,
    "severity": _is_code,
    "score": _is_score,
    "passed": _is_answer,
    "needs_human": _is_answer,
    "findings": _is_count,
    "at_ms": _is_count,
    "day": _is_day,
    **dict.fromkeys(OF_DAY, _is_count),
}


def facts_of(data: Mapping[str, object]) -> Facts:
    """What of an event may be told outside.

    >>> facts_of({"code": "too_short", "name": "王芳", "score": "95"})
    {'code': 'too_short'}
    """
    return {name: data[name] for name, fits in _FIELDS.items() if name in data and fits(data[name])}


def named(facts: Facts) -> Facts:
    """With the rule's title for a label where its author gave none.

    >>> named({"title": "承诺保本", "label": "rule.promise"})["label"], named({"title": "承诺保本"})["label"]
    ('承诺保本', '承诺保本')
    """
    label, title = str(facts.get("label", _UNNAMED)), facts.get("title")
    return {**facts, "label": title} if title and label.startswith(_UNNAMED) else facts
