"""What the API says and hears about drafts: written, read, approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from qa_service.core.approval import Draft
from qa_service.web.schemas import MaybeBecause, Names, Naming, Note, Said, Text, shown

if TYPE_CHECKING:
    from qa_service.core.errors import RulebookError
    from qa_service.i18n.catalogue import Catalogue

#: Warnings told of one draft.
_MOST = 20
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="摘要。sha256.", examples=["ab" * 32])]
_File = Annotated[str, Field(pattern=r"^[^/\\:]+\.(csv|xlsx|tsv|txt)$", max_length=120)]
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

    # A NUL is refused by who reads the YAML, with its line and column, before anything is kept.
    source: str = Field(
        min_length=1,
        max_length=1_500_000,
        description="YAML 全文；请求最大 2 MB，更大的请用 include 分开。The whole YAML.",
        examples=[_EXAMPLE],
    )
    tables: dict[_File, Text] = Field(
        default_factory=dict,
        max_length=20,
        description="方案点名的标准答案表，按文件名：CSV 原文，XLSX 用 Base64；不再传的沿用上一份草稿的。"
        "Tables of standard answers that it names: CSV as text, XLSX in Base64.",
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


class Warned(Said):
    """Something that holds and may not be what its author meant."""

    error: str
    where: str
    detail: str

    @classmethod
    def all_of(cls, warnings: Iterable[RulebookError], texts: Catalogue) -> list[Warned]:
        """What is told of them, in the language of `texts`."""
        return [cls(error=one.code, where=one.where, detail=texts.error(one)) for one in warnings][:_MOST]


class WrittenRow(DraftRow):
    """A draft of a rulebook as it was kept, and what its author may want to look at again."""

    warnings: list[Warned] = Field(
        description="不算错、但多半不是本意的写法。Not mistakes, and perhaps not meant."
    )

    @classmethod
    def told(
        cls, draft: Draft, named: Naming, warnings: Iterable[RulebookError], texts: Catalogue
    ) -> WrittenRow:
        """The row of a draft, with warnings in the language of `texts`."""
        kept = DraftRow.of(draft, named).model_dump()
        return cls(**kept, warnings=Warned.all_of(warnings, texts))


class Approved(Said):
    """Approval of a draft, as it was read."""

    model_config = shown({"digest": "ab" * 32, "note": "试跑过，差异在预期之内"})

    digest: Digest
    note: Note


class ApprovedBook(Approved):
    """Approval of a draft of a rulebook, whose examples are tried first."""

    despite_examples: MaybeBecause = Field(
        default="", description="例句不符仍要发布的理由，记入审计。Why to publish although examples fail."
    )
    despite_verdicts: MaybeBecause = Field(
        default="",
        description="人的结论还不够、规则仍要往上走一级的理由，记入审计。Why rules rise without enough verdicts.",
    )
