"""What the API says and hears about reviews and alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from qa_service.core.alerts import Alert, AlertState
from qa_service.core.reviews import Review, Verdict
from qa_service.ports.reviewing import LinkedReview
from qa_service.web.schemas.base import Id, Label, Names, Remark, Said, Written, shown

FindingId = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$", examples=["1bf2a61c8572b18a"], description="命中的编号。")
]


class VerdictSaid(Said):
    """What a person says about a finding."""

    model_config = shown({"verdict": "dismissed", "reason": "引用客户的话，不是坐席的承诺", "expects": ""})
    verdict: Verdict = Field(description="确认、驳回、撤回自己或别人说过的。", examples=["dismissed"])
    reason: Remark = Field(default="", description="为什么；驳回时必填。Why; wanted where one dismisses.")
    expects: Annotated[str, Field(pattern=r"^([0-9a-f-]{36})?$")] | None = Field(
        default=None,
        description="最后看到的复核，没有就是空；期间有人复核过，回答 409。The last review seen; empty for none.",
    )


class ReviewRow(Said):
    """One verdict as it was given."""

    id: Id
    call_id: Id
    #: Where the finding was seen.
    evaluation_id: Id
    finding_id: str
    rule: str = Field(examples=["service-zh/no-promise"])
    role: str = Field(examples=["agent"])
    start_ms: int
    end_ms: int
    verdict: Verdict
    reason: Written
    by: str
    at: datetime

    @classmethod
    def of(cls, review: Review) -> ReviewRow:
        """The row of a review."""
        return cls(**_told(review))


class LinkedReviewRow(ReviewRow):
    """The same, with the finding that it acts on now."""

    acts_on: str | None = Field(
        description="现在对哪个命中有效；后来又有人说过，或不再有这样的命中，就是 null。The finding it acts on now."
    )

    @classmethod
    def linked(cls, one: LinkedReview) -> LinkedReviewRow:
        """The row of a review with what it acts on."""
        return cls(**_told(one.review), acts_on=one.acts_on or None)


class ReviewList(Said):
    """Every verdict about a call, newest first."""

    reviews: list[LinkedReviewRow]
    names: Names


class AlertStepRow(Said):
    """What somebody did about an alert."""

    state: AlertState
    by: str
    at: datetime
    note: Written


class AlertRow(Said):
    """One alert; agents see neither notes nor steps."""

    id: Id
    call_id: Id
    evaluation_id: Id
    finding_id: str
    rule: str
    label: str
    severity: str = Field(examples=["critical"])
    team: str
    agent_id: Label
    #: Where to listen.
    at_ms: int
    end_ms: int
    raised_at: datetime
    #: Of the evaluation that raised it: `full`, `rescore`.
    origin: str
    #: The machine was not sure.
    needs_human: bool
    state: AlertState
    by: str
    at: datetime | None
    note: Written
    steps: list[AlertStepRow] = Field(
        description="谁在何时做了什么、写了什么，先做的在前；坐席看不到。What was done about it, the first thing first."
    )

    @classmethod
    def of(cls, alert: Alert) -> AlertRow:
        """The row of an alert."""
        return cls.like(
            alert,
            steps=[AlertStepRow.like(step) for step in alert.steps],
            severity=alert.severity.word,
            origin=alert.origin.value,
            at_ms=alert.span.start_ms,
            end_ms=alert.span.end_ms,
        )


class AlertList(Said):
    """Alerts, newest first; `next` goes into `before` of the next request."""

    alerts: list[AlertRow]
    next: str | None
    names: Names


class AlertNote(Said):
    """What somebody writes beside it."""

    model_config = shown({"note": "已找坐席谈过"})
    note: Remark = ""


def _told(review: Review) -> dict[str, Any]:
    finding = review.finding
    return {
        "id": review.id,
        "call_id": review.call_id,
        "evaluation_id": review.evaluation_id,
        "finding_id": finding.id,
        "rule": finding.rule,
        "role": finding.role.value,
        "start_ms": finding.span.start_ms,
        "end_ms": finding.span.end_ms,
        "verdict": review.verdict,
        "reason": review.reason,
        "by": review.by,
        "at": review.at,
    }
