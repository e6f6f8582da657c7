r"""What stands in the name of a recording: read by a pattern of fields, in linear time, without guessing.

A pattern is plain text with fields in braces. `{call_id}` takes everything up to the text that follows it, at
its first place; the last field takes the rest. `*` takes anything and forgets it. Slashes stand for folders:
a pattern with two of them reads the last three parts of a path. Times are written with their form:
`{started_at:%Y%m%d-%H%M%S}` (%Y %m %d %H %M %S, two digits each, four for the year), or as seconds or
milliseconds since 1970: `{started_at:epoch}`, `{started_at:epoch_ms}`. Two fields that touch cannot be told
apart, unless the first is a time or has a width: `{extension:4}{call_id}`.

>>> read_name("{started_at:%Y%m%d-%H%M%S}_{extension}_{call_id}.wav", "20261125-083000_8001_c-77.wav").call_id
'c-77'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from qa_service.core.errors import UsageError

#: What can be read; `*` is written for what is not wanted.
FIELDS = (
    "call_id",
    "agent",
    "extension",
    "customer_number",
    "started_at",
    "direction",
    "line",
    "skill_group",
)
MOST_CHARS = 500
_DIRECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("in", "i", "inbound", "呼入", "来电"), "inbound"),
    **dict.fromkeys(("out", "o", "outbound", "呼出", "去电"), "outbound"),
}
_WIDTHS: Mapping[str, int] = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_EPOCHS: Mapping[str, tuple[int, int]] = {"epoch": (10, 1_000), "epoch_ms": (13, 1)}
_PIECE = re.compile(r"\{(?P<field>[a-z_]+)(?::(?P<form>[^{}]*))?\}|(?P<any>\*)|(?P<text>[^{}*]+)")
_WIDTH = re.compile(r"[1-9][0-9]?")
_SLOT = re.compile(r"%(.)|([^%])")
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says. `started_at` has no zone, unless it was written as seconds since 1970."""

    call_id: str = ""
    agent: str = ""
    extension: str = ""
    customer_number: str = ""
    started_at: datetime | None = None
    direction: str = ""
    line: str = ""
    skill_group: str = ""

    def envelope(self) -> dict[str, Any]:
        """As a program would write it (docs/envelope.md)."""
        said: dict[str, Any] = {
            "call_id": self.call_id,
            "customer_number": self.customer_number,
            "started_at": self.started_at.isoformat() if self.started_at else "",
            "direction": self.direction,
            "line": self.line,
            "skill_group": self.skill_group,
        }
        if self.agent:
            said["participants"] = [{"id": "agent", "kind": "agent", "agent_id": self.agent}]
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of plain text, or a field; `field` is empty for `*`."""

    text: str = ""
    field: str = ""
    form: str = ""
    #: Of a field whose length is known: how long it is.
    width: int | None = None

    @property
    def is_text(self) -> bool:
        return bool(self.text)


def check_pattern(pattern: str) -> None:
    """Refuses what could not be read in one way only.

    Raises:
        UsageError: `name_pattern`, and why.
    """
    _pieces(pattern)


def read_name(pattern: str, file_name: str) -> Named | None:
    """What a name, or a path with slashes, says; None where the pattern does not fit.

    Raises:
        UsageError: `name_pattern`.
    """
    pieces, rest = _pieces(pattern), "/".join(file_name.split("/")[-1 - pattern.count("/") :])
    if pieces and pieces[-1].is_text:
        # The end is taken from the end: an ending may stand within a field too.
        if not rest.endswith(pieces[-1].text):
            return None
        pieces, rest = pieces[:-1], rest[: len(rest) - len(pieces[-1].text)]
    found = Named()
    for at, piece in enumerate(pieces):
        following = pieces[at + 1].text if at + 1 < len(pieces) else ""
        taken = _taken(piece, rest, following)
        if taken is None:
            return None
        known = found if piece.is_text or not piece.field else _with(found, piece, taken)
        if known is None:
            return None
        found, rest = known, rest[len(taken) :]
    return None if rest else found


def _taken(piece: _Piece, rest: str, following: str) -> str | None:
    """The part of `rest` that the piece takes; fields are never empty and stay within one folder."""
    if piece.is_text:
        return piece.text if rest.startswith(piece.text) else None
    if piece.width is not None:
        taken = rest[: piece.width]
        return taken if len(taken) == piece.width and "/" not in taken else None
    end = rest.find(following, 1 if piece.field else 0) if following else len(rest)
    taken = rest[: max(end, 0)]
    is_missing = end < 0 or "/" in taken or (bool(piece.field) and not taken)
    return None if is_missing else taken


def _with(found: Named, piece: _Piece, taken: str) -> Named | None:
    if piece.field == "started_at":
        moment = _moment(piece.form, taken)
        return None if moment is None else replace(found, started_at=moment)
    if piece.field == "direction":
        direction = _DIRECTIONS.get(taken.lower())
        return None if direction is None else replace(found, direction=direction)
    told: dict[str, Any] = {piece.field: taken}
    return replace(found, **told)


def _moment(form: str, taken: str) -> datetime | None:
    if form in _EPOCHS:
        milliseconds = _number(taken)
        return (
            None if milliseconds is None else _START + timedelta(milliseconds=milliseconds * _EPOCHS[form][1])
        )
    parts, at = {"Y": 1, "m": 1, "d": 1, "H": 0, "M": 0, "S": 0}, 0
    for slot, text in _SLOT.findall(form):
        width = _WIDTHS[slot] if slot else 1
        written, at = taken[at : at + width], at + width
        number = _number(written)
        if slot and number is not None:
            parts[slot] = number
        elif slot or written != text:
            return None
    try:
        return datetime(parts["Y"], parts["m"], parts["d"], parts["H"], parts["M"], parts["S"])
    except ValueError:
        return None


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _pieces(pattern: str) -> tuple[_Piece, ...]:
    if len(pattern) > MOST_CHARS:
        raise _unfit("too_long")
    pieces, at = [], 0
    for match in _PIECE.finditer(pattern):
        if match.start() != at:
            raise _unfit("brace")
        at = match.end()
        pieces.append(_piece(match))
    if at != len(pattern):
        raise _unfit("brace")
    named = [piece.field for piece in pieces if piece.field]
    if len(set(named)) != len(named):
        raise _unfit("twice")
    if any(not one.is_text and one.width is None and not two.is_text for one, two in pairwise(pieces)):
        raise _unfit("touching")
    return tuple(pieces)


def _piece(match: re.Match[str]) -> _Piece:
    if match["text"]:
        return _Piece(text=match["text"])
    if match["any"]:
        return _Piece()
    name, form = match["field"], match["form"] or ""
    if name not in FIELDS:
        raise _unfit("field")
    if name == "started_at":
        return _Piece(field=name, form=form, width=_time_width(form))
    if form and not _WIDTH.fullmatch(form):
        raise _unfit("width")
    return _Piece(field=name, form=form, width=int(form) if form else None)


def _time_width(form: str) -> int:
    if form in _EPOCHS:
        return _EPOCHS[form][0]
    slots = _SLOT.findall(form)
    known = [slot for slot, _ in slots if slot]
    if any(slot not in _WIDTHS for slot in known) or not {"Y", "m", "d"} <= set(known):
        raise _unfit("time")
    if len(set(known)) != len(known) or form.endswith("%"):
        raise _unfit("time")
    return sum(_WIDTHS[slot] if slot else 1 for slot, _ in slots)


def _unfit(why: str) -> UsageError:
    return UsageError(
        "name_pattern",
        where="pattern",
        problem=f"this pattern cannot be read ({why})",
        fix=f"Fields are {', '.join(FIELDS)}; see docs/sources.md",
        why=why,
        known=", ".join(FIELDS),
    )
