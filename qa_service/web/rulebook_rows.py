"""What the API says and hears about rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from qa_service.core.approval import Draft
from qa_service.core.because import LEAST, because
from qa_service.core.rulebooks import BookOrigin, BookVersion, Shelf
from qa_service.rulebook.book import Rulebook
from qa_service.rules.rule import Rule
from qa_service.usecases.try_draft import Tried, TriedOn
from qa_service.usecases.try_rulebook import Trial
from qa_service.web.schemas import Id, Names, Naming, Said, Text, shown

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="摘要。sha256.", examples=["ab" * 32])]
Note = Annotated[
    Text,
    Field(min_length=LEAST, max_length=1_000, description="改了什么，为什么；记入审计。What and why."),
    AfterValidator(because),
]
_EXAMPLE = """schema: qa-service/rulebook@1
name: broadband-zh
version: 1
title: 宽带热线质检方案
include: [service-zh@1]
"""


class Source(Said):
    """A rulebook as its author writes it (docs/rulebook.md)."""

    model_config = shown(
        {"source": "schema: qa-service/rulebook@1\nname: hotline\nversion: 1\ntitle: 热线\n"}
    )

    source: Text = Field(
        min_length=1,
        max_length=1_500_000,
        description="YAML 全文；请求最大 2 MB，更大的请用 include 分开。The whole YAML.",
        examples=[_EXAMPLE],
    )


class DraftRow(Said):
    """A draft. What one approves is what one has read: `digest` goes into the request to publish."""

    name: str
    digest: Digest
    authors: list[str] = Field(description="从起草到现在写过它的人，都不能批准它。Who wrote on it.")
    written_at: datetime
    tried: str = Field(description="试跑时与哪一版比的；空 = 还没有试跑。What it was tried against.")
    source: str
    names: Names

    @classmethod
    def of(cls, draft: Draft, named: Naming) -> DraftRow:
        """The row of a draft."""
        return cls.like(draft, authors=list(draft.authors), names=dict(named(draft.authors)))


class Approved(Said):
    """Approval of a draft, as it was read."""

    model_config = shown({"digest": "ab" * 32, "note": "试跑过，差异在预期之内"})

    digest: Digest
    note: Note


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
    note: str
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


class ToTry(Said):
    """What a draft is tried on, beside its own examples."""

    model_config = shown({"transcript": {"utterances": []}})

    transcript: dict[str, Any] | None = Field(
        default=None, description="文字稿，写法见 docs/envelope.md。A transcript."
    )
    calls: list[Id] = Field(default_factory=list, max_length=20, description="存下的通话，需要 calls:read。")


class ExampleRow(Said):
    """An example and whether its rule did what its author says."""

    rule: str
    lines: list[str]
    must_match: bool
    matched: bool

    @classmethod
    def of(cls, trial: Trial) -> ExampleRow:
        """The row of a trial."""
        example = trial.example
        return cls(
            rule=example.rule,
            lines=list(example.lines),
            must_match=example.must_match,
            matched=trial.matched,
        )


class FoundRow(Said):
    """What the draft found; quotes are masked."""

    rule: str
    title: str
    severity: str
    stage: str
    needs_human: bool
    start_ms: int
    end_ms: int
    quotes: list[str]


class TriedRow(Said):
    """What the draft makes of one call; an empty id is the transcript."""

    call_id: str
    status: str
    score: float | None
    passed: bool | None
    listed_score: float | None
    findings: list[FoundRow]

    @classmethod
    def of(cls, tried: TriedOn) -> TriedRow:
        """The row of a call."""
        document = tried.document
        evaluation = document["evaluation"] or {}
        return cls(
            call_id=tried.call_id,
            status=document["status"],
            score=evaluation.get("score"),
            passed=evaluation.get("passed"),
            listed_score=tried.listed_score,
            findings=[_found(finding) for finding in document["findings"]],
        )


class TriedAnswer(Said):
    """What a draft does. Nothing of it is kept."""

    rules: int
    examples: list[ExampleRow]
    calls: list[TriedRow]

    @classmethod
    def of(cls, tried: Tried) -> TriedAnswer:
        """The answer."""
        return cls(
            rules=len(tried.rulebook.rules),
            examples=[ExampleRow.of(trial) for trial in tried.examples],
            calls=[TriedRow.of(one) for one in tried.calls],
        )


def _found(finding: Mapping[str, Any]) -> FoundRow:
    quotes = [quote["text"] for piece in finding["evidence"] for quote in piece["quotes"]]
    names = ("rule", "title", "severity", "stage", "needs_human", "start_ms", "end_ms")
    return FoundRow(**{name: finding[name] for name in names}, quotes=quotes)
