"""How a name of a recording says what is known of it: `{agent_id}_{customer_number}_{started_at:%Y%m%d%H%M%S}.wav`.

The one grammar of batches and of sources, described in docs/file-names.md: plain text with fields in braces, no
regular expression. A name is read once from left to right, in linear time; no second reading is tried.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from qa_service.core.errors import UsageError
from qa_service.usecases.columns import STARTED_AT, field_of
from qa_service.usecases.name_times import time_in, width_of

_PIECE = re.compile(
    r"\{(?P<field>[^{}:]*)(?::(?P<form>[^{}]*))?\}|(?P<any>\*)|(?P<text>[^{}*]+)|(?P<stray>.)", re.DOTALL
)
_WIDTH = re.compile(r"[1-9][0-9]?")
_FOLDER = re.compile(r"[/\\\0]")
_ANYTHING = "*"
_MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """What patterns of one kind may say: which fields, of a bare name or of a path."""

    fields: tuple[str, ...]
    most_chars: int
    has_folders: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of plain text, or a field; `field` is empty for what nobody wants."""

    at: int
    text: str = ""
    field: str = ""
    form: str = ""
    #: Of a field whose length is known: how long it is.
    width: int | None = None

    def said(self, taken: str) -> str | None:
        """What is meant by the part that was taken; None where it is no time of its form."""
        return time_in(self.form, taken) if self.form else taken


_NOTHING = _Piece(0)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name says in one field, and where it stands in the name. A time is written as in a table."""

    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern that was understood."""

    text: str
    pieces: tuple[_Piece, ...]

    @property
    def fields(self) -> frozenset[str]:
        """What the pattern reads."""
        return frozenset(piece.field for piece in self.pieces if piece.field)

    def read(self, name: str) -> Mapping[str, Found] | None:
        """Field → what a name, or the end of a path, says; None where the pattern does not fit."""
        at, end, pieces = self._begin(name), len(name), self.pieces
        last = pieces[-1].text
        if last:  # the end is taken from the end: an ending may stand within a field too
            if not name.endswith(last, at):
                return None
            end, pieces = end - len(last), pieces[:-1]
        found: dict[str, Found] = {}
        for piece, following in zip_longest(pieces, pieces[1:], fillvalue=_NOTHING):
            taken = _taken(piece, name[at:end], following.text)
            said = taken and piece.said(taken)
            if taken is None or said is None:
                return None
            if piece.field:
                found[piece.field] = Found(said, (at, at + len(taken)))
            at += len(taken)
        return found if at == end else None

    def _begin(self, name: str) -> int:
        """Where the folders begin that the pattern asks about."""
        return len(name) - len("/".join(name.split("/")[-1 - self.text.count("/") :]))


def _taken(piece: _Piece, rest: str, following: str) -> str | None:
    """The part of `rest` that the piece takes; fields are never empty and stay within one folder."""
    if piece.text:
        return piece.text if rest.startswith(piece.text) else None
    end = rest.find(following) if following else len(rest)
    if piece.width is not None:
        end = piece.width if piece.width <= len(rest) else -1
    taken = rest[: max(end, 0)]
    is_missing = end < 0 or "/" in taken or (bool(piece.field) and not taken)
    return None if is_missing else taken


def read_pattern(text: str, kind: Kind) -> NamePattern:
    """Takes a pattern apart.

    Raises:
        UsageError: `pattern_invalid`, with the place.
    """
    try:
        if not 0 < len(text) <= kind.most_chars or (not kind.has_folders and _FOLDER.search(text)):
            raise _UnfitError(0, "pattern_path" if kind.has_folders else "pattern_file_name")
        return NamePattern(text, _pieces(text, kind))
    except _UnfitError as unfit:
        known = ", ".join(kind.fields)
        raise UsageError(
            "pattern_invalid",
            where=f"pattern[{unfit.at}]",
            problem=f"{text[:_MOST_SHOWN]!r} {_WHY[unfit.why]}",
            fix=f"Fields are {known}; see docs/file-names.md",
            why=unfit.why,
            known=known,
        ) from None


def _pieces(text: str, kind: Kind) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for match in _PIECE.finditer(text):
        piece = _piece(match, kind)
        if piece.field and piece.field in {known.field for known in pieces}:
            raise _UnfitError(piece.at, "pattern_once")
        pieces.append(piece)
    for one, two in pairwise(pieces):
        if not one.text and one.width is None and not two.text:
            raise _UnfitError(two.at, "pattern_between")
    if not any(piece.field for piece in pieces):
        raise _UnfitError(0, "pattern_nothing")
    return tuple(pieces)


def _piece(match: re.Match[str], kind: Kind) -> _Piece:
    at, name, form = match.start(), match["field"], match["form"]
    if match["stray"]:
        raise _UnfitError(at, "pattern_pairs")
    if match["text"]:
        return _Piece(at, text=match["text"])
    if match["any"] or (name == _ANYTHING and form is None):
        return _Piece(at)
    field = field_of(name)
    if field not in kind.fields:
        raise _UnfitError(at, "pattern_column")
    if form is None:
        return _Piece(at, field=field)
    if field == STARTED_AT:
        return _Piece(at, field=field, form=form, width=_known(width_of(form), at))
    if not _WIDTH.fullmatch(form):
        raise _UnfitError(at, "pattern_width")
    return _Piece(at, field=field, width=int(form))


def _known(width: int | None, at: int) -> int:
    if width is None:
        raise _UnfitError(at, "pattern_letters")
    return width


class _UnfitError(Exception):
    """Why a pattern will not do, and where."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


_WHY: Mapping[str, str] = {
    "pattern_file_name": "is not the name of a file in 1 to 300 characters, without a folder",
    "pattern_path": "is not the end of a path in 1 to 500 characters",
    "pattern_between": "needs a character between two fields, or a width for the first",
    "pattern_once": "has a field twice",
    "pattern_nothing": "has no {field}",
    "pattern_pairs": "has { or } alone",
    "pattern_column": "has a field that does not exist, or is of no use here",
    "pattern_width": "has a width that is no number from 1 to 99",
    "pattern_letters": "wants %Y %m %d %H %M once each in the form of started_at, and %S where seconds are known",
}
