"""What typer says of a command that was typed wrongly, in one sentence of ours and in the user's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from qa_service.core.errors import UsageError

_LONGEST = 60
_NO_COMMAND = re.compile(r"No such command '(?P<command>.*)'\.")
_LEFT_OVER = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<argument>.*)\)")
_NO_VALUE = re.compile(r"requires (?:an|\d+) arguments?\.?$")


def is_wrong_use(error: Exception) -> bool:
    """Whether typer says that the command was typed wrongly; it keeps the classes of these errors to itself."""
    return hasattr(error, "format_message") and hasattr(error, "ctx")


def as_ours(error: Any) -> UsageError:
    """The same mistake, with what can be written instead and where the help is."""
    helped = f"{error.ctx.command_path} --help" if error.ctx else "qa-service --help"
    if hasattr(error, "possibilities"):
        return _no_option(error, helped)
    if getattr(error, "param", None) is not None:
        return _of_parameter(error, _name(error.param), helped)
    return _of_shape(error, helped)


def _no_option(error: Any, helped: str) -> UsageError:
    option = _short(error.option_name)
    like = next(iter(get_close_matches(option, error.possibilities or (), n=1)), "")
    return UsageError(
        "option_unknown",
        problem=f"there is no option {option}",
        fix=(f"Did you mean {like}? " if like else "") + f"See {helped}",
        option=option,
        like=f"是不是 {like}？" if like else "",
        help=helped,
    )


def _of_parameter(error: Any, name: str, helped: str) -> UsageError:
    if not error.message:  # what is not there has no value that could be wrong
        return UsageError(
            "argument_missing", problem=f"{name} is missing", fix=f"See {helped}", argument=name, help=helped
        )
    for shape, ours in _OF_VALUES.items():
        if found := re.search(shape, error.message):
            told = {key: _short(value.replace("'", "")) for key, value in found.groupdict().items()}
            return ours(name, told)
    return UsageError("value_invalid", where=name, problem=error.message, fix=f"See {helped}", help=helped)


def _no_choice(where: str, told: Mapping[str, str]) -> UsageError:
    value, choices = told["value"], told["choices"]
    problem, fix = f"{value} is no choice", f"Write one of {choices}"
    return UsageError("value_no_choice", where=where, problem=problem, fix=fix, value=value, choices=choices)


def _too_large(where: str, told: Mapping[str, str]) -> UsageError:
    limit = told["limit"]
    return UsageError(
        "value_too_large", where=where, problem="is too large", fix=f"Write {limit} or less", limit=limit
    )


def _too_small(where: str, told: Mapping[str, str]) -> UsageError:
    limit = told["limit"]
    return UsageError(
        "value_too_small", where=where, problem="is too small", fix=f"Write {limit} or more", limit=limit
    )


def _no_number(where: str, _: Mapping[str, str]) -> UsageError:
    return UsageError(
        "value_no_number", where=where, problem="is no number", fix="Write a number, such as 10"
    )


#: What typer answers about a value, and our sentence for it.
_OF_VALUES: Mapping[str, Callable[[str, Mapping[str, str]], UsageError]] = {
    r"'(?P<value>.*)' is not one of (?P<choices>.*)\.": _no_choice,
    r"Input should be less than(?: or equal to)? (?P<limit>\S+)": _too_large,
    r"Input should be greater than(?: or equal to)? (?P<limit>\S+)": _too_small,
    r"Input should be a valid (?:number|integer)": _no_number,
}


def _of_shape(error: Any, helped: str) -> UsageError:
    said, fix = error.format_message(), f"See {helped}"
    if found := _NO_COMMAND.search(said):
        command = _short(found["command"])
        problem = f"there is no command {command}"
        return UsageError("command_unknown", problem=problem, fix=fix, command=command, help=helped)
    if found := _LEFT_OVER.search(said):
        argument = _short(found["argument"])
        problem = f"{argument} is too much"
        return UsageError("argument_extra", problem=problem, fix=fix, argument=argument, help=helped)
    if _NO_VALUE.search(said):
        where = _short(getattr(error, "option_name", ""))
        return UsageError("option_without_value", where=where, problem="needs a value", fix=fix, help=helped)
    return UsageError("use_invalid", problem=_short(said), fix=fix, help=helped, said=_short(said))


def _name(parameter: Any) -> str:
    """The option or argument as it is typed."""
    options = [one for one in parameter.opts if one.startswith("-")]
    return max(options, key=len) if options else f"<{parameter.name}>"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
