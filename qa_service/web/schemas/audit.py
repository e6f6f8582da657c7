"""What the API says about who did what."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from qa_service.privacy.remarks import masked
from qa_service.web.schemas.base import Names, Said

#: What people wrote; everything else in an entry is ids and counts.
_WRITTEN = frozenset({"reason", "note", "cause"})


def _masked(detail: str) -> str:
    """What was written before reasons were masked is masked where it is told: of the log itself nothing changes."""
    told = json.loads(detail)
    if _WRITTEN.isdisjoint(told):
        return detail
    shown = {name: masked(value) if name in _WRITTEN else value for name, value in told.items()}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


#: JSON.
Detail = Annotated[str, AfterValidator(_masked)]


class AuditRow(Said):
    """One thing that somebody did."""

    seq: int
    at: datetime
    who: str
    action: str
    object: str
    detail: Detail
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
