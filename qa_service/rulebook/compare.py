"""What differs between two rulebooks, resolved: rules that came, went and changed, and everything around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qa_service.rulebook.book import Bundle

#: Lists whose entries have names of their own: they are compared by these, wherever they stand.
_NAMED = "id"
#: What only says where something came from, or what the files are called.
_UNSAID = frozenset({"origin"})


class Change(StrEnum):
    """What happened to something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: where (`rules.closing.points.deduct`), and what it was and is; None for nothing."""

    change: Change
    path: str
    before: Any = None
    after: Any = None


def differences(before: Bundle, after: Bundle) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the books; of what came or went as a whole, one difference.

    A book's own rules are known by their own names, whatever the book is called, unless the other book includes it;
    those of an included book by its name too (`service-zh/closing`).
    """
    return tuple(_between("", _whole(before, after), _whole(after, before)))


def _whole(bundle: Bundle, other: Bundle) -> Any:
    prefix = f'"{bundle.book.name}/'
    is_included = other.book.name != bundle.book.name and prefix in other.canonical
    return json.loads(bundle.canonical if is_included else bundle.canonical.replace(prefix, '"'))


def _between(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _keys(path, before, after)
    elif (was := _by_name(before)) is not None and (now := _by_name(after)) is not None:
        yield from _keys(path, was, now)
    elif _are_alike(before, after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _between(f"{path}[{at}]", one, other)
    else:
        yield Difference(Change.CHANGED, path, before, after)


def _are_alike(before: Any, after: Any) -> bool:
    """Two lists of parts (conditions in `any`) of which each is what stands there in the other, or became it."""
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return False
    pairs = list(zip(before, after, strict=True))
    is_moved = all(one in after for one in before)
    return not is_moved and all(isinstance(one, dict) and isinstance(other, dict) for one, other in pairs)


def _keys(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        if key in _UNSAID:
            continue
        here = f"{path}.{key}" if path else key
        if key not in after:
            yield Difference(Change.REMOVED, here, before=before[key])
        elif key not in before:
            yield Difference(Change.ADDED, here, after=after[key])
        else:
            yield from _between(here, before[key], after[key])


def _by_name(value: Any) -> dict[str, Any] | None:
    """A list of named things by their names; None for any other list. What belongs to a rule stands in it directly."""
    if not isinstance(value, list) or not all(isinstance(one, dict) and _NAMED in one for one in value):
        return None
    return {one[_NAMED]: one.get("rule", one.get("strength", one)) for one in value}
