"""The conditions and rules in a file of theirs, however deep an answer wraps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_service.core.errors import QaError, UsageError
from qa_service.moving.fields import Fields, listed


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rules: conditions by their ids, and the rules."""

    conditions: Mapping[str, object]
    rules: Sequence[object]


def sheet_of(document: object) -> Sheet:
    """The rules in a file: what UploadRule takes, or what GetRule and its like answer, one or several.

    Raises:
        UsageError: nothing like a rule is in it.
    """
    conditions: dict[str, object] = {}
    rules: list[object] = []
    _collect(document, "$", conditions, rules)
    return Sheet(conditions, rules)


#: What answers wrap rules in.
_AROUND = ("data", "jsonStr", "ruleList", "rulesInfo", "resultInfo")


def _collect(value: object, where: str, conditions: dict[str, object], rules: list[object]) -> None:
    """Every `conditions` and `rules`, however deep an answer wraps them."""
    if isinstance(value, list):
        for i, one in enumerate(value):
            _collect(one, f"{where}[{i}]", conditions, rules)
        return
    try:
        fields = Fields.of(value, where)
    except QaError:  # a text or a number: nothing is in it
        return
    for one in listed(fields.take("conditions")):
        conditions.update(dict.fromkeys(_names(one, where) - set(conditions), one))
    rules += listed(fields.take("rules"))
    for key in _AROUND:
        if (inner := fields.take(key)) is not None:
            _collect(inner, f"{where}.{key}", conditions, rules)


def _names(condition: object, where: str) -> set[str]:
    """The ids by which rules may call it."""
    try:
        fields = Fields.of(condition, f"{where}.conditions")
    except UsageError:  # a rule that asks for it is told that it is not there
        return set()
    return {name for name in map(fields.text, ("cid", "conditionInfoCid", "id")) if name}
