"""What the API says and hears, apart from the assessment, whose schema is published (docs/schema)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from qa_service.core.forecast import Forecast
from qa_service.core.people import Right, User, UserRole
from qa_service.core.stored import CallState, Job, JobState, StoredCall

Id = Annotated[
    str,
    Field(
        min_length=36,
        max_length=36,
        pattern=r"^[0-9a-f-]{36}$",
        examples=["01a2154c-0c94-776d-a6d6-65a54a2a5aea"],
    ),
]
#: PostgreSQL keeps no NUL, and nobody means one.
_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, Field(pattern=_NO_NUL)]
#: What people call something.
Name = Annotated[str, Field(max_length=100, pattern=_NO_NUL)]


def _date(given: object) -> object:
    """Refuses numbers: nobody can tell whether seconds or milliseconds were meant, or since when."""
    if isinstance(given, datetime) or (isinstance(given, str) and _DATE.match(given)):
        return given
    raise ValueError("is no date such as 2026-11-26T08:00:00+08:00")


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: A moment that somebody writes, as ISO 8601.
Moment = Annotated[datetime, BeforeValidator(_date)]
IdempotencyKey = Annotated[
    str,
    Header(
        max_length=255,
        pattern=r"^[\x20-\x7e]*$",
        description="同一个键加同样的内容，48 小时内得到同一个回答。The same key and content bring the same answer.",
        examples=["2026-11-25-0001"],
    ),
]


class Said(BaseModel):
    """What the API says and hears: nothing that was not asked for."""

    # What was written is in no error: it may be a password.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TroubleAt(Said):
    """One mistake among several in what was written."""

    error: str = Field(description="代码，不变。A stable code.", examples=["rulebook_label_unknown"])
    where: str = Field(description="在哪里。Where.", examples=["rules[3].when.tag"])
    detail: str = Field(description="给人看的句子，带位置。A sentence for people, with the place.")


class Trouble(Said):
    """Every error."""

    error: str = Field(description="代码，不变。A stable code.", examples=["not_found"])
    detail: str = Field(
        description="给人看的句子。A sentence for people.", examples=["没有这个地址，或您看不到它。"]
    )
    request_id: str = Field(
        description="也在日志和审计里。Stands in logs and audit too.", examples=["5f0c9d2e8b714f6e"]
    )
    places: list[TroubleAt] | None = Field(
        default=None,
        description="只在方案、路由表有错时：所有的错，一次说完。All mistakes of a rulebook or routing table.",
    )


class Accepted(Said):
    """A recording that was kept and will be worked on."""

    call_id: Id
    job_id: Id
    #: Taken in before under the same Idempotency-Key.
    is_known: bool = False


class CallRow(Said):
    """A call without its words."""

    id: Id
    state: CallState
    status: str
    reason: str
    external_id: str
    source: str
    team: str
    line: str
    skill_group: str
    direction: str
    agents: list[str]
    started_at: datetime | None
    created_at: datetime
    duration_ms: int | None
    score: float | None
    passed: bool | None
    worst: str
    findings: int
    needs_human: int
    file_name: str

    @classmethod
    def of(cls, call: StoredCall) -> CallRow:
        """The row of a stored call."""
        envelope = call.envelope
        return cls(
            id=call.id,
            state=call.state,
            status=call.status,
            reason=call.reason,
            external_id=envelope.call_id,
            source=call.source,
            team=call.team,
            line=envelope.line,
            skill_group=envelope.skill_group,
            direction=envelope.direction.value,
            agents=sorted({p.agent_id for p in envelope.participants if p.agent_id}),
            started_at=envelope.started_at,
            created_at=call.created_at,
            duration_ms=call.duration_ms,
            score=call.score,
            passed=call.passed,
            worst=call.worst,
            findings=call.findings,
            needs_human=call.needs_human,
            file_name=call.file_name,
        )


class CallPage(Said):
    """Calls, newest first; `next` goes into `before` of the next request, null at the end."""

    calls: list[CallRow]
    next: int | None


class Peaks(Said):
    """The outline of a call's sound."""

    duration_ms: int
    buckets: int = Field(description="可能比要的少：每格不短于 10 毫秒。May be fewer than asked for.")
    channels: list[list[int]] = Field(
        description="每个声道一行：每格最低、最高，−127 到 127，依次排列。Per channel: low, high, low, high …",
        examples=[[[-3, 4, -90, 88]]],
    )


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
    error: str
    detail: str

    @classmethod
    def of(cls, job: Job, told: Forecast) -> JobRow:
        """The row of a job."""
        return cls(
            id=job.id,
            call_id=job.call_id,
            kind=job.kind.value,
            queue=job.queue.value,
            state=job.state,
            stage=job.stage,
            share=job.share,
            percent=told.percent,
            eta_s=told.eta_s,
            attempts=job.attempts,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            error=job.error_code,
            detail=job.error_detail,
        )


class JobList(Said):
    """The newest work."""

    jobs: list[JobRow]


def shown(example: dict[str, JsonValue]) -> ConfigDict:
    """A whole body as an example, for the API's description."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class RolesChange(Said):
    """Who is who, as a person says."""

    model_config = shown({"swap": True})

    #: Agent and customer change places.
    swap: bool = False
    agent_channel: int | None = Field(default=None, ge=0, le=1)


class EvaluationRow(Said):
    """One evaluation that a call got."""

    id: Id
    origin: str
    #: Digest, name and version of the rulebook that judged.
    rulebook: str
    rulebook_name: str
    rulebook_version: int
    #: The routing table that chose it; 0 where there was none.
    routing_version: int
    is_current: bool
    #: The list of calls shows this one's score.
    is_listed: bool
    status: str
    score: float | None
    passed: bool | None
    created_at: datetime


class EvaluationList(Said):
    """Every evaluation that a call ever got, newest first."""

    evaluations: list[EvaluationRow]


class SignIn(Said):
    """Name and password."""

    model_config = shown({"name": "li.wei", "password": "一句只有自己知道的话"})
    name: Name = Field(examples=["li.wei"])
    password: Text = Field(max_length=200, repr=False, examples=["一句只有自己知道的话"])


class Me(Said):
    """Who is signed in."""

    id: str
    name: str
    role: UserRole | None
    teams: list[str]
    rights: list[Right]


class UserRow(Said):
    """Somebody who can sign in."""

    id: Id
    name: str
    shown_as: str
    role: UserRole
    teams: list[str]
    agent_id: str
    is_disabled: bool

    @classmethod
    def of(cls, user: User) -> UserRow:
        """The row of a user."""
        return cls(
            id=user.id,
            name=user.name,
            shown_as=user.shown_as,
            role=user.role,
            teams=list(user.teams),
            agent_id=user.agent_id,
            is_disabled=user.is_disabled,
        )


class UserList(Said):
    """Everybody, by name."""

    users: list[UserRow]


class NewUser(Said):
    """A user to be added."""

    model_config = shown(
        {"name": "li.wei", "password": "一句只有自己知道的话", "role": "reviewer", "teams": ["北区"]}
    )
    name: Name = Field(examples=["li.wei"])
    password: Text = Field(max_length=200, repr=False, examples=["一句只有自己知道的话"])
    role: UserRole
    shown_as: Name = Field(default="", examples=["李伟"])
    teams: list[Annotated[Name, Field(min_length=1)]] = Field(default=[], max_length=50, examples=[["北区"]])
    agent_id: Name = Field(default="", description="坐席角色必写，其他角色不写。For agents only.")


class NewKey(Said):
    """A key to be added; without a team it sees the calls of all teams."""

    model_config = shown(
        {
            "name": "录音平台",
            "scopes": ["calls:upload", "calls:read"],
            "expires_at": "2027-01-01T00:00:00+08:00",
        }
    )
    name: Name = Field(min_length=1, examples=["录音平台"])
    scopes: list[Right] = Field(min_length=1, examples=[["calls:upload", "calls:read"]])
    team: Name = Field(default="", description="只看这一组；不写看所有组。")
    expires_at: Moment | None = Field(default=None, examples=["2027-01-01T00:00:00+08:00"])


class KeyMade(Said):
    """The secret of a new key; it is not shown again."""

    id: Id
    secret: str


class KeyRow(Said):
    """A key without its secret."""

    id: Id
    name: str
    scopes: list[str]
    team: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyList(Said):
    """All keys, newest first."""

    keys: list[KeyRow]


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
    next: int | None


class AuditState(Said):
    """The end of the chain, and the first broken entry, if any. Keep `head` elsewhere, to see later what is missing."""

    entries: int
    head: str
    broken_at: int | None


class Ready(Said):
    """Whether the service can do its work, and what is in the way."""

    ready: bool
    troubles: list[str]


Document = dict[str, Any]
