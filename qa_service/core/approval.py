"""Drafts, and who may approve them: somebody else than those who wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qa_service.core.errors import UsageError


class DraftKind(StrEnum):
    """What a draft is of."""

    RULEBOOK = "rulebook"
    ROUTING = "routing"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote and nobody approved yet."""

    kind: DraftKind
    #: The rulebook's; the routing table has none.
    name: str
    source: str
    #: Of the content: what one approves is what one has read.
    digest: str
    #: Everybody who wrote on it since it was begun.
    authors: tuple[str, ...]
    written_at: datetime
    #: What it was tried on, empty where it was not.
    tried: str = ""
    #: The tables of standard answers that came with it, as CSV, by the names of their files.
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Examined:
    """How the examples of a draft went, and what people say of its rules, before somebody publishes it."""

    #: Of the rulebook that they were tried on; empty where nobody tried them.
    book: str = ""
    failed: int = 0
    #: Why the draft is published although some fail.
    despite: str = ""
    #: Rules that are to reach further although too few people found them right, and why.
    unproven: tuple[str, ...] = ()
    despite_verdicts: str = ""
    #: By rule, the examples that were written for other limits than the draft sets, and come out otherwise.
    for_other_limits: Mapping[str, int] = field(default_factory=dict)

    def check(self, book: str) -> None:
        """What is published is what was tried.

        Raises:
            UsageError: `draft_changed`: a rulebook that the draft includes is another one now.
        """
        if self.book and self.book != book:
            raise UsageError(
                "draft_changed", problem="what the draft includes has changed", fix="Read it again"
            )

    @property
    def told(self) -> dict[str, str]:
        """What the audit log says of it; nothing where all went well."""
        told = {"examples_failed": str(self.failed), "despite_examples": self.despite} if self.failed else {}
        if self.unproven:
            told |= {"unproven": ", ".join(self.unproven), "despite_verdicts": self.despite_verdicts}
        if self.for_other_limits:
            told |= {"for_other_limits": ", ".join(f"{r}: {n}" for r, n in self.for_other_limits.items())}
        return told


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves a draft, as it was read, and why."""

    who: str
    digest: str
    note: str
    #: People in whose place `who` acts: who made a program's key, and who approved it.
    behind: frozenset[str] = frozenset()
    #: The installation lets people approve what they wrote themselves.
    own_allowed: bool = False

    def check(self, draft: Draft | None) -> Draft:
        """The draft, where it may be approved.

        Raises:
            UsageError: `draft_changed` or `own_draft`.
        """
        if draft is None or draft.digest != self.digest:
            raise UsageError(
                "draft_changed", problem="the draft is no longer what was read", fix="Read it again"
            )
        if {self.who, *self.behind} & set(draft.authors) and not self.own_allowed:
            raise UsageError(
                "own_draft",
                problem="who wrote on a draft does not approve it",
                fix="Ask somebody else who may publish, or set QA_OWN_APPROVAL",
            )
        return draft
