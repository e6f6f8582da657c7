"""Their JSON, read field by field: what nobody asked for is told, so that nothing is dropped silently.

The same object comes in several spellings: `check_range` when rules are uploaded, `CheckRange` or `Check_range` in
answers, `{"Conditions": {"ConditionBasicInfo": […]}}` where a list was an XML list. All are read alike.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa_service.core.errors import UsageError

#: No time, count or score is larger; what is was no number that anybody set.
_ENDLESS = 1e12
#: What an answer holds in every field that nobody set.
_UNSET: tuple[object, ...] = (None, "", False, 0, [], {}, "[]", "{}", "null")


@dataclass(slots=True)
class Fields:
    """One of their objects; its fields are taken by name, whatever the spelling."""

    where: str
    #: Folded name → (name as written, value).
    held: dict[str, tuple[str, object]]
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, value: object, where: str) -> Fields:
        """An object; a text that holds one as JSON is read too.

        Raises:
            UsageError: `moving_not_object`.
        """
        value = _parsed(value)
        if not isinstance(value, dict):
            raise UsageError(
                "moving_not_object", where=where, problem="is not an object", fix="Export it once more"
            )
        return cls(where, {folded(str(key)): (str(key), inner) for key, inner in value.items()})

    def take(self, *names: str) -> object:
        """The value of the first of these names that is set; None where none is. All of them count as read."""
        keys = [folded(name) for name in names]
        self.taken.update(keys)
        values = [self.held[key][1] for key in keys if key in self.held]
        return next((value for value in values if value not in (None, "")), None)

    def text(self, *names: str) -> str:
        """The same as text; empty where it is not set."""
        value = self.take(*names)
        return str(value).strip() if isinstance(value, str | int | float) else ""

    def number(self, *names: str) -> float | None:
        """The same as a number; None where it is none, or endless."""
        value = self.take(*names)
        try:
            number = float(value) if isinstance(value, str | int | float) else math.nan
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) and abs(number) < _ENDLESS else None

    def is_set(self, *names: str) -> bool:
        """Whether one of them holds anything that somebody chose."""
        return self.take(*names) not in _UNSET

    def flag(self, *names: str) -> bool:
        """Whether it is set: true, 1 or "true"."""
        value = self.take(*names)
        return value is True or str(value).lower() in {"1", "true"}

    def texts(self, *names: str) -> list[str]:
        """A list of texts."""
        return [str(one).strip() for one in listed(self.take(*names)) if str(one).strip()]

    def children(self, *names: str) -> list[Fields]:
        """A list of objects."""
        return [
            Fields.of(one, f"{self.where}.{names[0]}[{i}]") for i, one in enumerate(listed(self.take(*names)))
        ]

    def child(self, *names: str) -> Fields | None:
        """An object; None where it is not set."""
        value = self.take(*names)
        return None if value is None else Fields.of(value, f"{self.where}.{names[0]}")

    def ignore(self, *names: str) -> None:
        """Fields that say nothing about what is judged: who wrote it when, how it is shown."""
        self.taken.update(map(folded, names))

    def left(self) -> Iterator[tuple[str, str]]:
        """Name and value of every field that is set and that nobody took."""
        for key, (name, value) in self.held.items():
            if key not in self.taken and value not in _UNSET:
                yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def folded(name: str) -> str:
    """A field's name in every spelling.

    >>> folded("Check_range"), folded("checkRange")
    ('checkrange', 'checkrange')
    """
    return name.replace("_", "").lower()


def listed(value: object) -> list[object]:
    """A list, also one that an XML wrapped: `{"Keyword": ["a", "b"]}`."""
    value = _parsed(value)
    if isinstance(value, dict) and len(value) == 1:
        (inner,) = value.values()
        value = inner if isinstance(inner, list) else value
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _parsed(value: object) -> object:
    """JSON inside a text, as `JsonStr` and `range` come."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def read_json(text: str, source: str) -> object:
    """What is in a file.

    Raises:
        UsageError: `moving_not_json`.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            "moving_not_json", where=f"{source}: line {error.lineno}", problem="is not JSON", fix=error.msg
        ) from error
    except (ValueError, RecursionError) as error:  # endless numbers, endless nesting
        raise UsageError(
            "moving_not_json", where=source, problem="is not JSON that can be read", fix="Export it once more"
        ) from error
