"""One thing that explains an example, as data; it is told in words at the edge (usecases.why.telling)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qa_service.core.tags import Tag
from qa_service.core.texts import Reason, Values
from qa_service.rules.conditions import Condition

#: Places, parts or steps of one kind that are told.
MOST = 3
#: Clues about one example.
MOST_CLUES = 24


@dataclass(frozen=True, slots=True)
class Clue:
    """A code of the catalogue (`why.<code>`) with its values; `about` is the condition that is meant.

    `because` is a reason that a detector or a rule gave itself.
    """

    code: str
    values: Values = ()
    about: Condition | None = None
    because: Reason | None = None
    depth: int = 0

    @classmethod
    def of(
        cls,
        code: str,
        *,
        about: Condition | None = None,
        because: Reason | None = None,
        **values: str | float,
    ) -> Clue:
        """A clue whose values are ordered by name."""
        return cls(code, tuple(sorted(values.items())), about, because)


def under(head: Clue, clues: Iterable[Clue]) -> list[Clue]:
    """A clue, and what explains it one step further in."""
    return [head, *(replace(clue, depth=clue.depth + 1) for clue in clues)]


def quote_of(tag: Tag) -> str:
    """What a tag quotes; nothing for one that quotes nothing."""
    return " … ".join(quote.text for quote in tag.quotes)


def at_s(tag: Tag) -> float:
    """When it begins on the call clock, in seconds."""
    return round(tag.span.start_ms / 1_000, 1)
