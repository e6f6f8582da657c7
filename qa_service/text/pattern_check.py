"""Whether a rule author's regular expression can be run: what a linear-time engine offers, and what it costs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import re2

from qa_service.core.errors import RulebookError
from qa_service.text.pattern_fold import fold_pattern
from qa_service.text.pattern_trial import Unsaid, never_found, parts_never_found
from qa_service.text.pattern_width import width_of

#: Repeats beyond this are refused, as the engine does; named so that the message can say it (decisions.md 31).
MOST_REPEATS = 1_000
#: Instructions that one pattern, and all patterns of a rulebook together, may compile to (decisions.md 31): a
#: hundred characters of Chinese have about 300, `(保证|肯定){1,1000}` has 15,000.
MOST_STEPS, MOST_STEPS_TOGETHER = 20_000, 400_000
#: Places that match nearly any character (text.pattern_width), repeats written out: `.{0,120}` has as many; ours at
#: most 60.
MOST_WIDTH = 120
# Steps of one such place, for patterns that cannot be taken apart.
_STEPS_OF_ONE = 9
# Memory of the engine of one pattern by itself; an automaton starts afresh when it is full.
MAX_BYTES_ALONE = 4 << 20

# What other engines know and a linear-time engine cannot offer.
_UNSUPPORTED = (
    (
        re.compile(r"(?<!\\)\(\?<?[=!]"),
        "lookaround",
        "look-around such as (?=…), (?!…), (?<=…)",
        "Use near, not_near or `unless` for the context instead",
    ),
    (
        re.compile(r"(?<!\\)\\[1-9]|(?<!\\)\(\?P="),
        "backreference",
        "a back-reference such as \\1",
        "Write the alternatives out",
    ),
    (
        re.compile(r"(?<!\\)\(\?>|(?<!\\)[*+?]\+|\{[\d,]+\}\+"),
        "possessive",
        "atomic groups or possessive repeats",
        "Use the plain form",
    ),
    (re.compile(r"(?<!\\)\(\?\("), "conditional", "a conditional group", "Write two patterns"),
)
#: The border of a word of Latin letters and figures: there is none beside Chinese characters.
_BORDER = re.compile(r"\\[bB]")
_REPEATS = re.compile(r"(?<!\\)\{(\d+)(?:,(\d*))?\}")


class Checked(NamedTuple):
    """A pattern that can be run: as folded text needs it, and what it costs (instructions, places that match anything).

    `objection` is why no author should write it all the same: it finds nothing, or too much.
    """

    folded: str
    steps: int
    width: int
    objection: RulebookError | None = None


def options(max_bytes: int) -> Any:
    """The engine's: no case, no log, this much memory."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.case_sensitive = False
    chosen.max_mem = max_bytes
    return chosen


def check_pattern(pattern: str, *, source: str = "patterns", where: str = "") -> Checked:
    """The pattern as folded text needs it, once it is sure to run, and what it costs.

    Raises:
        RulebookError: the engine does not support it, it matches nothing as well, or it is too large; the code says
            which.
    """
    try:
        run = _runnable(pattern)
    except _RefusedError as refused:
        raise _error(refused, pattern, source, where) from refused
    objection = None if run.objection is None else _error(run.objection, pattern, source, where)
    return Checked(run.folded, run.steps, run.width, objection)


def _error(refused: _RefusedError, pattern: str, source: str, where: str) -> RulebookError:
    return RulebookError(
        source=source,
        where=where,
        problem=f"{pattern!r} {refused.problem}",
        fix=refused.fix,
        code=f"rulebook_pattern_{refused.code}",
        word=pattern,
        why=refused.why,
    )


class _RefusedError(Exception):
    """Why a pattern cannot be run; `why` is what the engine says about it."""

    def __init__(self, code: str, problem: str, fix: str, why: str = "") -> None:
        super().__init__(problem)
        self.code, self.problem, self.fix, self.why = code, problem, fix, why


class _Run(NamedTuple):
    """A pattern that can be run, as `Checked`."""

    folded: str
    steps: int
    width: int
    objection: _RefusedError | None


#: A centre's books and the packs they include hold some hundred; each is looked at on every check of a draft.
@lru_cache(maxsize=4096)
def _runnable(pattern: str) -> _Run:
    for unsupported, code, name, fix in _UNSUPPORTED:
        if unsupported.search(pattern):
            raise _RefusedError(code, f"uses {name}", fix)
    repeats = (int(number) for repeat in _REPEATS.finditer(pattern) for number in repeat.groups() if number)
    if max(repeats, default=0) > MOST_REPEATS:
        raise _RefusedError("repeats", f"repeats more than {MOST_REPEATS} times", "Use * or a smaller number")
    folded = fold_pattern(pattern)
    compiled = _compiled(folded)
    if compiled.fullmatch("") is not None:
        raise _RefusedError("silent", "matches nothing at all as well", "Require at least one character")
    if compiled.programsize > MOST_STEPS:
        why = f"{compiled.programsize} > {MOST_STEPS}"
        raise _RefusedError("large", f"is too large, in steps: {why}", "Repeat less, or write phrases", why)
    width = width_of(folded)
    width = compiled.programsize // _STEPS_OF_ONE if width is None else width
    objection = _unsaid(pattern, compiled)
    if objection is None and width > MOST_WIDTH:
        why = f"{width} > {MOST_WIDTH}"
        problem = f"matches nearly any character in too many places: {why}"
        objection = _RefusedError("wide", problem, "Repeat less", why)
    return _Run(folded, compiled.programsize, width, objection)


def _unsaid(pattern: str, compiled: Any) -> _RefusedError | None:
    """The objection to a pattern that finds nothing that can be said."""
    unsaid = never_found(pattern, lambda text: compiled.search(text) is not None)
    if unsaid is None:
        return None
    if _BORDER.search(pattern):
        fix = r"Leave \b out; phrases have whole_words"
        return _RefusedError("border", r"has \b where no word of Latin letters begins or ends", fix)
    why = f"{unsaid.said} → {unsaid.read or '–'}"
    problem = f"finds nothing that can be said: what it describes is read without marks and spaces, as {why}"
    return _RefusedError("never", problem, "Write it as it is read", why)


def unsaid_parts(pattern: str) -> tuple[Unsaid, ...]:
    """Alternatives of a pattern that works of which nothing can be found: what its author says, and what is read."""
    compiled = _compiled(_runnable(pattern).folded)
    return parts_never_found(pattern, lambda text: compiled.search(text) is not None)


def _compiled(folded: str) -> Any:
    try:
        return re2.compile(folded, options(MAX_BYTES_ALONE))
    except re2.error as error:
        why = _words(error)
        raise _RefusedError(
            "syntax", f"is not a regular expression: {why}", "See the RE2 syntax", why
        ) from error


def _words(error: Exception) -> str:
    """The engine's message as text; it comes as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
