"""A hit of a condition."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.tags import Tag


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a condition became true: the tag that made it true, and those it rests on."""

    anchor: Tag
    support: tuple[Tag, ...] = ()
    #: What the rule's author says is the most that it can be sure of.
    most: float = 1.0

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The anchor first, then its support, each once."""
        return tuple(dict.fromkeys((self.anchor, *self.support)))

    @property
    def confidence(self) -> float:
        """A chain is as sure as its weakest tag, and no surer than its author."""
        return min(self.most, *(tag.confidence for tag in (self.anchor, *self.support)))
