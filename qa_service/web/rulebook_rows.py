"""What the API says and hears about published rulebooks: their versions, and the rules in them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from qa_service.core.rulebooks import BookOrigin, BookVersion, Shelf
from qa_service.rulebook.book import Rulebook
from qa_service.rules.rule import Rule
from qa_service.web.draft_rows import Digest, Warned
from qa_service.web.schemas import Names, Naming, Note, Said, Written, shown


class Retired(Said):
    """Why a version goes out of use."""

    model_config = shown({"note": "换成新版"})

    note: Note


class VersionRow(Said):
    """One version of a rulebook."""

    digest: Digest
    name: str
    version: int
    title: str
    origin: BookOrigin
    authors: list[str]
    published_by: str
    note: Written
    created_at: datetime | None
    retired_at: datetime | None
    names: Names

    @classmethod
    def of(cls, kept: BookVersion, named: Naming) -> VersionRow:
        """The row of a version."""
        names = dict(named((*kept.authors, kept.published_by)))
        return cls.like(kept, title=kept.title.zh_CN, authors=list(kept.authors), names=names)


class ShelfRow(Said):
    """All that there is under one name."""

    name: str
    current: VersionRow | None
    has_draft: bool

    @classmethod
    def of(cls, shelf: Shelf, named: Naming) -> ShelfRow:
        """The row of a shelf."""
        current = VersionRow.of(shelf.current, named) if shelf.current else None
        return cls(name=shelf.name, current=current, has_draft=shelf.has_draft)


class ShelfList(Said):
    """All rulebooks, by name."""

    rulebooks: list[ShelfRow]


class VersionList(Said):
    """All versions of one name, newest first."""

    versions: list[VersionRow]


class RuleRow(Said):
    """A rule as it was resolved."""

    id: str
    title: str
    label: str
    severity: str
    stage: str
    criterion: str
    origin: str

    @classmethod
    def of(cls, rule: Rule, book: Rulebook) -> RuleRow:
        """The row of a rule."""
        return cls(
            id=rule.id,
            title=rule.title.zh_CN,
            label=rule.label,
            severity=rule.severity.word,
            stage=rule.stage.value,
            criterion=rule.criterion,
            origin=book.origins.get(rule.id, ""),
        )


class VersionShown(Said):
    """A version: who approved it, its texts, and its rules as they were resolved."""

    version: VersionRow
    texts: dict[str, str] = Field(description="名称 → 全文，自己的在先，然后是引用的。Its texts.")
    rules: list[RuleRow]
    disabled: dict[str, str]
    warnings: list[Warned] = Field(
        description="发布之后才知道不妥的写法；照样判分，下一版请改。What was learnt to be odd since it was published."
    )
