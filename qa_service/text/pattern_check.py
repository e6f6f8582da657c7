"""Whether a rule author's regular expression can be run: what a linear-time engine offers, and what it costs."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import re2

from qa_service.core.errors import RulebookError
from qa_service.text.characters import DROP, MARKS, TABLE

#: Repeats beyond this are refused, as the engine does; named so that the message can say it (decisions.md 31).
MOST_REPEATS = 1_000
#: Instructions that one pattern, and all patterns of a rulebook together, may compile to (decisions.md 31): a
#: hundred characters of Chinese have about 300, `(保证|肯定){1,1000}` has 15,000.
MOST_STEPS, MOST_STEPS_TOGETHER = 20_000, 400_000
# Memory of the engine of one pattern by itself; an automaton starts afresh when it is full.
MAX_BYTES_ALONE = 4 << 20

# What other engines know and a linear-time engine cannot offer.
_UNSUPPORTED = (
    (
        re.compile(r"(?<!\\)\(\?<?[=!]"),
        "look-around such as (?=…), (?!…), (?<=…)",
        "Use `unless` for the context instead",
    ),
    (re.compile(r"(?<!\\)\\[1-9]"), "a back-reference such as \\1", "Write the alternatives out"),
    (
        re.compile(r"(?<!\\)\(\?>|(?<!\\)[*+?]\+|\{[\d,]+\}\+"),
        "atomic groups or possessive repeats",
        "Use the plain form",
    ),
    (re.compile(r"(?<!\\)\(\?\("), "a conditional group", "Write two patterns"),
)
_EMPTY_CLASS = re.compile(rf"\[(\^?){DROP}+\]")
_IN_CLASS = re.compile(r"\[[^\[\]]*\]")
_REPEATS = re.compile(r"(?<!\\)\{(\d+)(?:,(\d*))?\}")


class Checked(NamedTuple):
    """A pattern that works: as folded text needs it, and the instructions that it compiles to."""

    folded: str
    steps: int


def options(max_bytes: int) -> Any:
    """The engine's: no case, no log, this much memory."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.case_sensitive = False
    chosen.max_mem = max_bytes
    return chosen


def check_pattern(pattern: str, *, source: str = "patterns", where: str = "") -> Checked:
    """The pattern as folded text needs it, once it is sure to work, and what it costs.

    Raises:
        RulebookError: the engine does not support it, it matches nothing said, or it is too large.
    """
    for unsupported, name, fix in _UNSUPPORTED:
        if unsupported.search(pattern):
            raise RulebookError(source=source, where=where, problem=f"{pattern!r} uses {name}", fix=fix)
    for repeat in _REPEATS.finditer(pattern):
        if max(int(number) for number in repeat.groups() if number) > MOST_REPEATS:
            problem = f"{pattern!r} repeats more than {MOST_REPEATS} times"
            raise RulebookError(source=source, where=where, problem=problem, fix="Use * or a smaller number")
    folded = fold_pattern(pattern)
    try:
        compiled = re2.compile(folded, options(MAX_BYTES_ALONE))
    except re2.error as error:
        problem = f"{pattern!r} is not a regular expression: {_words(error)}"
        raise RulebookError(source=source, where=where, problem=problem, fix="See the RE2 syntax") from error
    if compiled.fullmatch("") is not None:
        problem = f"{pattern!r} matches nothing at all as well"
        raise RulebookError(source=source, where=where, problem=problem, fix="Require at least one character")
    if compiled.programsize > MOST_STEPS:
        problem = f"{pattern!r} is too large: {compiled.programsize} steps of at most {MOST_STEPS}"
        raise RulebookError(source=source, where=where, problem=problem, fix="Repeat less, or write phrases")
    return Checked(folded, compiled.programsize)


def fold_pattern(pattern: str) -> str:
    """The pattern with its own characters folded; Chinese punctuation in it matches nothing, as none is left.

    >>> fold_pattern("保證[^，。]{0,3}收益")
    '保证.{0,3}收益'
    """
    plain = "".join(char if char.isascii() else _folded(char) for char in pattern)
    plain = _EMPTY_CLASS.sub(lambda match: "." if match[1] else "(?:)", plain)
    return _IN_CLASS.sub(lambda match: match[0].replace(DROP, ""), plain).replace(DROP, "(?:)")


def _folded(char: str) -> str:
    """One character as the folded text has it; all punctuation is the same nothing."""
    plain = char.translate(TABLE)
    return DROP if plain in MARKS else plain


def _words(error: Exception) -> str:
    """The engine's message as text; it comes as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
