"""File names that say what is known about a recording: `{agent_id}_{customer_number}_{started_at:%Y%m%d%H%M%S}.wav`.

A small grammar, not a regular expression: literal characters, `{column}`, `{started_at:FORMAT}`, and `{*}` for what
nobody needs. A column holds no character that follows it in the pattern, so that a name is read in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from qa_service.core.batches import BatchRow
from qa_service.core.errors import EnvelopeError, UsageError
from qa_service.usecases.columns import (
    CUSTOMER,
    CUSTOMER_NUMBER,
    FILE,
    STARTED_AT,
    Reading,
    column_of,
    is_number,
    said_in,
)

MOST_CHARS = 300
_PIECE = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}|([^{}]+)|(.)", re.DOTALL)
#: strftime's letters that may stand in a format: so many digits each.
_DIGITS: Mapping[str, int] = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_NEEDED = frozenset("YmdHM")
_SKIP = "*"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part of a pattern: its regular expression, and what it says; nothing for literal text and `{*}`."""

    column: str
    letters: tuple[str, ...]
    regex: str
    is_field: bool


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern that was understood."""

    text: str
    pieces: tuple[_Piece, ...]

    def read(self, file_name: str, number: int, reading: Reading) -> BatchRow:
        """What a file's name says. A customer's number in it is replaced by the start of its token.

        Raises:
            EnvelopeError: `name_does_not_match`, or a part that will not do.
        """
        match: Any = re2.fullmatch("".join(piece.regex for piece in self.pieces), file_name)
        where = f"#{number}" if number else "file_name"
        if match is None:
            raise EnvelopeError(
                "name_does_not_match",
                where=where,
                problem="does not look as the pattern says",
                fix=f"Name it as {self.text}",
                pattern=self.text,
            )
        fields, spans, group = {}, {}, 0
        for piece in self.pieces:
            if piece.column:
                width = len(piece.letters) or 1
                fields[piece.column] = _value(piece, [match.group(group + n + 1) for n in range(width)])
                spans[piece.column] = match.span(group + 1)
                group += width
        envelope, channel = said_in(fields, where, reading)
        number_at = spans.get(CUSTOMER_NUMBER) or (
            spans[CUSTOMER] if is_number(fields.get(CUSTOMER, "")) else None
        )
        kept = _without_number(file_name, number_at, envelope.customer)
        return BatchRow(number, kept, envelope, channel)


def read_pattern(text: str) -> NamePattern:
    """Takes a pattern apart.

    Raises:
        UsageError: `pattern_invalid`, with the place.
    """
    if not text or len(text) > MOST_CHARS or "/" in text or "\\" in text or "\0" in text:
        raise _invalid(text, 0, "pattern_file_name")
    pieces: list[_Piece] = []
    found = list(_PIECE.finditer(text))
    for at, match in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else None
        piece = _piece(text, match, after[3][0] if after is not None and after[3] else "")
        if after is not None and not after[3] and piece.is_field and not piece.letters:
            raise _invalid(text, match.end(), "pattern_between")
        if piece.column and piece.column in {known.column for known in pieces}:
            raise _invalid(text, match.start(), "pattern_once")
        pieces.append(piece)
    if not any(piece.column for piece in pieces):
        raise _invalid(text, 0, "pattern_nothing")
    return NamePattern(text, tuple(pieces))


def _piece(text: str, match: re.Match[str], stop: str) -> _Piece:
    name, form, literal, stray = match.groups()
    if literal is not None:
        return _Piece("", (), re2.escape(literal), is_field=False)
    if stray is not None:
        raise _invalid(text, match.start(), "pattern_pairs")
    anything = f"[^{_escaped(stop)}]" if stop else "."
    if name == _SKIP and form is None:
        return _Piece("", (), f"{anything}*", is_field=True)
    column = column_of(name)
    if column is None or column == FILE or (form is not None and column != STARTED_AT):
        raise _invalid(text, match.start(), "pattern_column")
    if form is None:
        return _Piece(column, (), f"({anything}+)", is_field=True)
    letters, regex = _format(text, match.start(), form)
    return _Piece(column, letters, regex, is_field=True)


def _format(text: str, at: int, form: str) -> tuple[tuple[str, ...], str]:
    letters: list[str] = []
    regex = ""
    for part in re.findall(r"%.|[^%]|%", form):
        letter = part[1:] if part.startswith("%") else ""
        if part.startswith("%") and letter not in _DIGITS:
            raise _invalid(text, at, "pattern_letters")
        regex += f"(\\d{{{_DIGITS[letter]}}})" if letter else re2.escape(part)
        letters += [letter] if letter else []
    if len(set(letters)) != len(letters) or not set(letters) >= _NEEDED:
        raise _invalid(text, at, "pattern_letters")
    return tuple(letters), regex


def _value(piece: _Piece, parts: list[str]) -> str:
    if not piece.letters:
        return parts[0]
    said = dict(zip(piece.letters, parts, strict=True))
    return f"{said['Y']}-{said['m']}-{said['d']} {said['H']}:{said['M']}:{said.get('S', '00')}"


def _without_number(name: str, span: tuple[int, int] | None, token: str) -> str:
    if span is None:
        return name
    return f"{name[: span[0]]}c{token.rpartition(':')[2][:12]}{name[span[1] :]}"


def _escaped(char: str) -> str:
    return f"\\{char}" if char in "\\]^-[" else char


_WHY: Mapping[str, str] = {
    "pattern_file_name": "is not the name of a file in 1 to 300 characters, without a folder",
    "pattern_between": "needs a character between two columns",
    "pattern_once": "has a column twice",
    "pattern_nothing": "has no {column}",
    "pattern_pairs": "has { or } alone",
    "pattern_column": "has an unknown column, or a format for another column than started_at",
    "pattern_letters": "wants %Y %m %d %H %M once each in the format of started_at, and %S where seconds are known",
}


def _invalid(text: str, at: int, why: str) -> UsageError:
    return UsageError(
        "pattern_invalid",
        where=f"pattern[{at}]",
        problem=f"{text[:MOST_CHARS]!r} {_WHY[why]}",
        fix="See docs/api.md",
        why=why,
    )


#: What reads one name under a pattern's text, for whoever keeps both.
ReadName = Callable[[str, str], BatchRow]
