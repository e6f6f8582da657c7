"""Their JSON, read field by field: what nobody asked for is told, so that nothing is dropped silently.

The same object comes in several spellings: `check_range` when rules are uploaded, `CheckRange` or `Check_range` in
answers, `{"Conditions": {"ConditionBasicInfo": […]}}` where a list was an XML list. All are read alike.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa_service.core.errors import UsageError

#: No time, count or score is larger; what is was no number that anybody set.
_ENDLESS = 1e12
#: What nobody can read, and what turns the direction of what is read: no part of a name or a word.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
#: A drawing of a flow may be thousands of characters.
_LONGEST_TOLD = 300
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
        return readable(str(value)).strip() if isinstance(value, str | int | float) else ""

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
        texts = (readable(str(one)).strip() for one in listed(self.take(*names)))
        return [text for text in texts if text]

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
                told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                yield readable(name), _short(readable(told))


def _short(told: str) -> str:
    """No more than anybody reads in a report."""
    return told if len(told) <= _LONGEST_TOLD else f"{told[:_LONGEST_TOLD]}…"


def readable(text: str) -> str:
    r"""The text without what nobody can read.

    >>> readable("规则\x00\u202e😀")
    '规则😀'
    """
    return _UNREADABLE.sub("", text)


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
        UsageError: `moving_not_json`, `moving_json_cut`, `moving_json_several`, `moving_json_endless`.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _slip(error, source, is_cut=error.pos >= len(text.rstrip())) from error
    except (ValueError, RecursionError) as error:  # endless numbers, endless nesting
        raise UsageError(
            "moving_json_endless",
            where=source,
            problem="is nested too deeply, or holds a number of thousands of digits",
            fix="Export it once more",
        ) from error


def _slip(error: json.JSONDecodeError, source: str, *, is_cut: bool) -> UsageError:
    """Where and how it is no JSON: cut off, several one after the other, or otherwise."""
    line = error.lineno
    if is_cut:
        problem, fix = f"ends in line {line} and is not whole", "Export or download it once more"
        return UsageError("moving_json_cut", where=source, problem=problem, fix=fix, line=line)
    if error.msg == "Extra data":
        problem, fix = (
            f"goes on in line {line} behind the end of its JSON",
            "Put several into one list: […, …]",
        )
        return UsageError("moving_json_several", where=source, problem=problem, fix=fix, line=line)
    problem, fix = f"is not JSON in line {line}, character {error.colno}", "Export it once more"
    return UsageError(
        "moving_not_json", where=source, problem=problem, fix=fix, line=line, column=error.colno
    )
