"""Where a condition became true, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.tags import Tag
from qa_service.core.texts import Reason

#: What was not found may have been said in words that no list holds: enough to count (0.7), never certain
#: (docs/rulebook.md#absent).
ABSENCE_CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a condition became true: the tag that made it true, and those it rests on."""

    anchor: Tag
    support: tuple[Tag, ...] = ()
    #: What the rule's author says is the most that it can be sure of.
    most: float = 1.0
    #: Why a person has to decide, whatever the confidence.
    doubts: tuple[Reason, ...] = ()
    #: Whether it holds only because something was not said before the call ended.
    is_of_end: bool = False
    #: Whether it quotes where something else is missing: others that quote the same sentence are other hits.
    is_apart: bool = False

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The anchor first, then its support, each once."""
        return tuple(dict.fromkeys((self.anchor, *self.support)))

    @property
    def confidence(self) -> float:
        """A chain is as sure as its weakest tag, and no surer than its author."""
        return min(self.most, *(tag.confidence for tag in (self.anchor, *self.support)))


def absence_confidence(heard: float) -> float:
    """How sure an absence is, beside a sentence that was recognised with this confidence."""
    return round(ABSENCE_CONFIDENCE * min(1.0, 0.5 + heard / 2), 2)
