"""What the API says about work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import Field

from qa_service.core.forecast import Forecast
from qa_service.core.stored import Job, JobState
from qa_service.web.schemas.base import Id, Said


class JobRow(Said):
    """A piece of work. What nobody knows is null."""

    id: Id
    call_id: Id
    kind: str
    queue: str
    state: JobState
    stage: str
    share: float | None = Field(description="这一步做了多少，0–1。Of the stage.")
    percent: float | None = Field(description="全部做了多少，0–100。Of the whole.")
    eta_s: float | None = Field(
        description="估计还要几秒，按这里近来的通话；不足 3 通时不猜。Seconds to the end, by recent calls here."
    )
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str = Field(description="没有做成的原因，代码。Why it ended, a code.")
    detail: str = Field(description="给人看的句子。A sentence for people.")

    @classmethod
    def of(cls, job: Job, told: Forecast, why: Callable[[str], str]) -> JobRow:
        """The row of a job; `why` has a sentence for a code whose end wrote none."""
        return cls.like(
            job,
            kind=job.kind.value,
            queue=job.queue.value,
            percent=told.percent,
            eta_s=told.eta_s,
            error=job.error_code,
            detail=job.error_detail or why(job.error_code),
        )


class JobList(Said):
    """Work, newest first; `next` goes into `before` of the next request, null at the end."""

    jobs: list[JobRow]
    next: str | None
