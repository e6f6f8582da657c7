"""Findings over many calls: what was found where, and how sure; the words stand in each call's assessment."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from qa_service.core.findings import Severity, Stage
from qa_service.core.lists import FindingFilter, ListedFinding
from qa_service.core.people import Right
from qa_service.core.reviews import Verdict
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.denials import no_cursor
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.filters import Wanted
from qa_service.web.schemas import Id, Label, Said, Text

router = APIRouter(prefix="/findings", tags=["findings"], responses=answers(*SIGNED_IN))
_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,15})\.([0-9a-zA-Z_-]{1,32})")
_Word = Literal["info", "minor", "major", "critical"]


class FindingRow(Said):
    """One finding of a current evaluation."""

    id: str
    call_id: Id
    evaluation_id: Id
    rulebook: str = Field(
        description="哪份方案判的；几份一样的，是最有把握的那份。By which rulebook, the surest of several.",
        examples=["service-zh"],
    )
    team: str
    agent_id: Label = Field(description="在谁那一段里；说不清的是空的。In whose part of the call.")
    rule: str = Field(examples=["service-zh/hedging"])
    severity: str = Field(examples=["major"])
    stage: str = Field(examples=["coach"])
    role: str = Field(examples=["agent"])
    start_ms: int
    end_ms: int
    confidence: float
    needs_human: bool
    verdict: str | None = Field(examples=["confirmed"])

    @classmethod
    def of(cls, found: ListedFinding) -> FindingRow:
        """The row of a finding."""
        return cls.like(
            found,
            severity=found.severity.word,
            stage=found.stage.value,
            role=found.role.value,
            start_ms=found.span.start_ms,
            end_ms=found.span.end_ms,
        )


class FindingList(Said):
    """Findings, of the newest calls first; `next` goes into `before` of the next request."""

    findings: list[FindingRow]
    next: str | None


@router.get(
    "", summary="命中列表 List findings", dependencies=[wants(Right.SEE_CALLS)], responses=answers(422)
)
def page(
    here: Here,
    by: AskedBy,
    wanted: Wanted,
    call_id: Annotated[Text, Query(max_length=36, description="只看这一通。Of this call alone.")] = "",
    rule: Annotated[Text, Query(max_length=200, examples=["service-zh/hedging"])] = "",
    severity: Annotated[_Word | None, Query(description="这么严重和更严重的。And above.")] = None,
    stage: Stage | None = None,
    verdict: Annotated[
        Literal["confirmed", "dismissed"] | None, Query(description="人是这样说的。As people said.")
    ] = None,
    reviewed: Annotated[
        bool | None, Query(description="有人复核过的，或没有人复核过的。Reviewed, or not.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[Text, Query(max_length=70, description="上一页的 next。")] = "",
) -> FindingList:
    """Findings of current evaluations; with `needs_human` those that wait for a person."""
    least = next((one for one in Severity if one.word == severity), None)
    said = None if verdict is None else Verdict(verdict)
    asked = FindingFilter(wanted, call_id, rule, least, stage, said, reviewed)
    found = here.archive.findings(by, asked, limit=limit, before=_cursor(before))
    following = None if found.cursor is None else ".".join(map(str, found.cursor))
    return FindingList(findings=[FindingRow.of(one) for one in found.findings], next=following)


def _cursor(written: str) -> tuple[int, int, str] | None:
    if not written:
        return None
    match = _CURSOR.fullmatch(written)
    if match is None:
        raise no_cursor()
    return int(match[1]), int(match[2]), match[3]
