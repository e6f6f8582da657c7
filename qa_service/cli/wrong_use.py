"""What typer says of a command that was typed wrongly, in one sentence of ours and in the user's language."""

from __future__ import annotations

import re
from typing import Any

from qa_service.core.errors import UsageError

#: What typer answers about a value, and the name of our sentence for it.
_OF_VALUES = (
    ("choice", re.compile(r"'(?P<value>.*)' is not one of (?P<choices>.*)\.")),
    ("too_large", re.compile(r"Input should be less than(?: or equal to)? (?P<limit>\S+)")),
    ("too_small", re.compile(r"Input should be greater than(?: or equal to)? (?P<limit>\S+)")),
    ("no_number", re.compile(r"Input should be a valid (?:number|integer)")),
    ("no_path", re.compile(r"(?:File|Directory|Path) (?P<value>'.*'|\S+) does not exist\.?")),
)
_LEFT_OVER = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<value>.*)\)")
_NO_COMMAND = re.compile(r"No such command '(?P<value>.*)'\.")
_NO_VALUE = re.compile(r"Option '(?P<option>.*)' requires an argument\.|.*requires \d+ arguments\.")
_LONGEST = 60


def is_wrong_use(error: Exception) -> bool:
    """Whether typer says that the command was typed wrongly; it keeps the classes of these errors to itself."""
    return hasattr(error, "format_message") and hasattr(error, "ctx")


def as_ours(error: Any) -> UsageError:
    """The same mistake, with what can be written instead and where the help is."""
    help_at = f"{error.ctx.command_path} --help" if error.ctx else "qa-service --help"
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        like = ", ".join(sorted(error.possibilities or ()))
        return _wrong(
            "option_unknown",
            f"there is no option {_short(option)}",
            (f"Did you mean {like}? " if like else "") + f"See {help_at}",
            option=_short(option),
            like_said=f"是不是 {like}？" if like else "",
            help=help_at,
        )
    name = _name(error)
    if getattr(error, "param", None) is not None and type(error).__name__ == "MissingParameter":
        return _wrong("argument_missing", f"{name} is missing", f"See {help_at}", argument=name, help=help_at)
    return _of_value(error, name, help_at) or _of_shape(error, help_at)


def _of_value(error: Any, name: str, help_at: str) -> UsageError | None:
    if not name:
        return None
    for kind, shape in _OF_VALUES:
        if found := shape.search(error.message):
            told = {key: _short(value.replace("'", "")) for key, value in found.groupdict().items()}
            fix = _FIXES[kind].format(**told)
            return _wrong(f"value_{kind}", _PROBLEMS[kind].format(**told), fix, where=name, **told)
    return _wrong("value_invalid", error.message, f"See {help_at}", where=name, help=help_at)


_PROBLEMS = {
    "choice": "{value} is no choice",
    "too_large": "is too large",
    "too_small": "is too small",
    "no_number": "is no number",
    "no_path": "{value} does not exist",
}
_FIXES = {
    "choice": "Write one of {choices}",
    "too_large": "Write {limit} or less",
    "too_small": "Write {limit} or more",
    "no_number": "Write a number, for example 10",
    "no_path": "Check the path",
}


def _of_shape(error: Any, help_at: str) -> UsageError:
    said = error.format_message()
    if found := _NO_COMMAND.search(said):
        value = _short(found["value"])
        return _wrong(
            "command_unknown", f"there is no command {value}", f"See {help_at}", command=value, help=help_at
        )
    if found := _LEFT_OVER.search(said):
        value = _short(found["value"])
        return _wrong(
            "argument_extra", f"{value} is too much", f"See {help_at}", argument=value, help=help_at
        )
    if _NO_VALUE.search(said):
        option = _short(getattr(error, "option_name", ""))
        return _wrong("option_without_value", "needs a value", f"See {help_at}", where=option, help=help_at)
    return _wrong("use_invalid", said, f"See {help_at}", help=help_at, said=said)


def _name(error: Any) -> str:
    """The option or argument as it is typed."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = [one for one in parameter.opts if one.startswith("-")]
    return max(options, key=len) if options else f"<{parameter.human_readable_name.strip('{}.[]')}>"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _wrong(code: str, problem: str, fix: str, *, where: str = "", **values: object) -> UsageError:
    return UsageError(code, where=where, problem=problem, fix=fix, **values)
