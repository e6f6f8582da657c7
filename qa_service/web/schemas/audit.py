"""What the API says about who did what."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from qa_service.web.schemas.base import Names, Said


class AuditRow(Said):
    """One thing that somebody did."""

    seq: int
    at: datetime
    who: str
    action: str
    object: str
    detail: str
    request_id: str
    digest: str


class AuditPage(Said):
    """The newest entries first; `next` goes into `before` of the next request."""

    entries: list[AuditRow]
    names: Names
    next: int | None


class AuditState(Said):
    """The end of the chain, and the first broken entry, if any. Keep `head` elsewhere, to see later what is missing."""

    entries: int
    head: str
    broken_at: int | None
    sealed: int = Field(description="前多少条由检查点封存；只增不减。How many entries checkpoints seal.")
    sealed_at: datetime | None
