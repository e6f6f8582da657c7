"""A rulebook file as it was found: what could be read of it, what is wrong with it, what stands where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_service.core.errors import RulebookError
from qa_service.rulebook.schema import WrittenRulebook

#: A way into a file: keys, and positions in lists.
Steps = tuple[str | int, ...]
#: Keys under which names are given that other parts of a book refer to.
_NAMING = frozenset({"id", "name", "include", "rules", "scorecard", "sections", "criteria"})


@dataclass(frozen=True, slots=True)
class Found:
    """One file. Where there are mistakes, `written` holds what is right and stand-ins for the rest."""

    written: WrittenRulebook
    source: str
    #: The values as their author wrote them.
    data: object
    #: What is wrong with the writing.
    mistakes: tuple[RulebookError, ...] = ()
    #: Places of which nothing more can be said: something stands in there, or a misspelt key was meant for it.
    spoiled: frozenset[Steps] = frozenset()
    #: The file itself, comments and all.
    text: str = ""
    #: The tables of standard answers that lie beside it, as CSV, by the names of their files.
    tables: Mapping[str, str] = field(default_factory=dict)
    #: Whether a list holds a word that may have been meant to be several (rulebook.joined).
    has_joined: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every name that the file gives is known; else nobody can say that a name is not there."""
        return not any(_gives_names(steps) for steps in self.spoiled)

    def is_spoiled(self, steps: Steps) -> bool:
        """Whether the place, or something around it, is not what its author wrote."""
        return any(steps[:length] in self.spoiled for length in range(len(steps) + 1))

    def position(self, steps: Steps) -> tuple[int, ...]:
        """Where in the file a place is, for comparing; what is missing comes before what is there."""
        held, at = self.data, list[int]()
        for step in steps:
            # Other steps lead to what may be left out: `title: 标题` is short for `title: {zh_CN: 标题}`.
            if isinstance(held, dict) and (isinstance(step, str) or step in held):
                at.append(list(held).index(step) if step in held else -1)
                held = held.get(step)
            elif isinstance(held, list) and isinstance(step, int):
                at.append(step)
                held = held[step]
        return tuple(at)


def held_at(data: object, steps: Steps) -> Any:
    """What stands at a place that is there.

    >>> held_at({"rules": [{"id": "one"}]}, ("rules", 0, "id"))
    'one'
    """
    held: Any = data
    for step in steps:
        held = held[step]
    return held


def spoiled_by(mistakes: Iterable[RulebookError]) -> frozenset[Steps]:
    """The places of mistakes in the writing, and those for which misspelt keys were meant."""
    places = (
        (e.steps, (*e.steps[:-1], str(e.values["like"])) if "like" in e.values else e.steps) for e in mistakes
    )
    return frozenset(place for pair in places for place in pair)


def _gives_names(steps: Steps) -> bool:
    keys = [step for step in steps[-2:] if isinstance(step, str)]
    return bool(keys) and keys[-1] in _NAMING
