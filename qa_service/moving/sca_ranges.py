"""Their check range → `role`, `first`/`last`, and how far from an anchor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qa_service.moving.fields import Fields
from qa_service.moving.notes import Note, Untranslatable

#: `roleId` and `role` of theirs.
_ROLES = {"客服": "agent", "坐席": "agent", "客户": "customer", "所有": "", "全部": "", "": ""}
#: Where a condition is looked for → the anchor of ours, and the one that says it is not there, seen from the anchor.
LOCATIONS = {
    "AFTER": ("after", "not_before"),
    "BEFORE": ("before", "not_after"),
    "AROUND": ("near", "not_near"),
    "CURRENT": ("near", "not_near"),
}


#: The last sentence, as theirs count.
_LAST = -1


@dataclass(slots=True)
class Anchor:
    """Beside which condition, on which side, how far, at which of its hits."""

    cid: str
    location: str
    #: How many utterances; None for any distance.
    within: int | None
    #: Theirs: N the Nth, 0 every, -1 any.
    hit_time: int


@dataclass(slots=True)
class Range:
    """Where a condition is looked for."""

    #: The path of it in their file.
    place: str = ""
    role: str = ""
    #: `first`, `last` or `between`; empty for the whole call.
    scope: dict[str, Any] = field(default_factory=dict)
    anchor: Anchor | None = None
    is_every: bool = False
    notes: list[Note] = field(default_factory=list)


def read_range(check: Fields | None) -> Range:
    """Where a condition is looked for; everywhere by default.

    Raises:
        Untranslatable: a place or a role that ours do not know.
    """
    if check is None:
        return Range()
    role = check.text("role")
    if role not in _ROLES:
        raise Untranslatable(Note.of("role_unknown", check.where, role=role))
    check.ignore("roleId")
    is_absolute = check.flag("absolute")
    found = Range(check.where, role=_ROLES[role], is_every=check.flag("allSentencesSatisfy"))
    anchor, stretch = check.child("anchor"), check.child("range")
    _place(found, anchor, _ends(stretch), check.where)
    if is_absolute and found.role and found.scope:
        found.notes.append(Note.of("range_absolute", check.where))
    for one in (check, anchor, stretch):
        if one is not None:
            found.notes += [Note.of("field", one.where, field=key, value=value) for key, value in one.left()]
    return found


def _place(found: Range, anchor: Fields | None, ends: tuple[int, int] | None, where: str) -> None:
    """Beside another condition, or in a part of the call."""
    cid = anchor.text("cid", "anchorCid") if anchor else ""
    if anchor is not None and cid not in {"", "-1"}:
        found.anchor = _anchor(anchor, cid, ends, found)
    elif ends:
        found.scope = _scope(*ends, where, found.notes)
    if anchor is not None and not cid:
        anchor.ignore("location", "hit_time")


def _ends(stretch: Fields | None) -> tuple[int, int] | None:
    if stretch is None:
        return None
    first, last = stretch.number("from"), stretch.number("to")
    if first is None and last is None:
        return None
    return int(first if first is not None else 1), int(last if last is not None else -1)


def _scope(first: int, last: int, where: str, notes: list[Note]) -> dict[str, Any]:
    """Sentences from `first` to `last`, counted from 1; from the end they are negative, -1 is the last.

    >>> _scope(1, 3, "", []), _scope(-2, -1, "", []), _scope(1, -1, "", [])
    ({'first': '3 utterances'}, {'last': '2 utterances'}, {})
    >>> _scope(3, 8, "", []), _scope(3, -1, "", [])
    ({'between': {'from': '3 utterances', 'to': '8 utterances'}}, {'between': {'from': '3 utterances'}})
    """
    first = first or 1
    if not last:  # counted from 1 and from -1: no page says what 0 is
        notes.append(Note.of("range_zero", where, first=first))
        return {}
    if first == 1 and last > 0:
        return {"first": f"{last} utterances"}
    if first < 0 and last == _LAST:
        return {"last": f"{-first} utterances"}
    ends = {"from": f"{first} utterances"} if first != 1 else {}
    ends |= {"to": f"{last} utterances"} if last != _LAST else {}
    return {"between": ends} if ends else {}


def _anchor(anchor: Fields, cid: str, ends: tuple[int, int] | None, found: Range) -> Anchor:
    location = anchor.text("location").upper() or "AROUND"
    if location not in LOCATIONS:
        raise Untranslatable(Note.of("location_unknown", anchor.where, location=location))
    times = anchor.number("hit_time")
    within = None if ends is None else max(abs(ends[0]), abs(ends[1]))
    if location == "CURRENT":
        within = 0
    elif ends is not None and location != "AROUND" and -1 in ends and ends[0] >= 0:
        within = None
    elif ends is not None:
        nearest = min(abs(ends[0]), abs(ends[1]))
        if (location == "AROUND" and abs(ends[0]) != abs(ends[1])) or (location != "AROUND" and nearest > 1):
            found.notes.append(Note.of("anchor_range", anchor.where, first=ends[0], last=ends[1]))
    if within:
        found.notes.append(Note.of("anchor_steps", anchor.where))
    return Anchor(cid, location, within, -1 if times is None else int(times))
