"""What the service keeps about a call beside its measurements: where it stands, and the work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_service.core.calls import Envelope


class CallState(StrEnum):
    """One row's way (decisions.md 22); the last three are ends, and each may begin anew."""

    WAITING = "waiting"
    MEASURING = "measuring"
    JUDGED = "judged"
    NOT_SCORABLE = "not_scorable"
    FAILED = "failed"


class JobState(StrEnum):
    """Where a piece of work stands; `quarantined` waits for a person after three crashes."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


class JobKind(StrEnum):
    """What is to be done."""

    PROCESS = "process"
    REJUDGE = "rejudge"


class Queue(StrEnum):
    """Where work waits; a worker looks into them in this order."""

    LIVE = "live"
    UPLOAD = "upload"
    RESCORE = "rescore"
    MAINTENANCE = "maintenance"


class Origin(StrEnum):
    """Who evaluated, and when in a call's life."""

    LIVE = "live"
    FULL = "full"
    RESCORE = "rescore"
    HUMAN = "human"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call as it comes in; the store gives it its place."""

    id: str
    source: str
    envelope: Envelope
    team: str = ""
    #: sha256 of the recording's bytes; empty for a transcript.
    sha256: str = ""
    file_name: str = ""
    bytes: int = 0
    #: Where the sealed sound lies; empty where there is none.
    audio_key: str = ""
    agent_channel: int | None = None
    #: The file is a transcript in JSON, not sound.
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call in the store, without its words."""

    id: str
    state: CallState
    source: str
    envelope: Envelope
    team: str
    sha256: str
    file_name: str
    bytes: int
    audio_key: str
    agent_channel: int | None
    created_at: datetime
    is_text: bool = False
    #: A person said that agent and customer are the other way round.
    are_swapped: bool = False
    #: A person has said who is who, the same as before or another way.
    are_roles_confirmed: bool = False
    duration_ms: int | None = None
    status: str = ""
    score: float | None = None
    passed: bool | None = None
    worst: str = ""
    findings: int = 0
    needs_human: int = 0
    #: Why it failed or cannot be scored (a code); empty else.
    reason: str = ""


#: Why a call waits for a person to say who is who; until then nothing that was judged is sure.
WHO_IS_WHO = frozenset({"scorable.roles_contradicted", "scorable.agent_unknown"})


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. `fence` rises with every claim: what an older claim writes is refused."""

    id: str
    kind: JobKind
    queue: Queue
    state: JobState
    call_id: str
    created_at: datetime
    attempts: int = 0
    fence: int = 0
    node: str = ""
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_code: str = ""
    error_detail: str = ""
    is_cancel_asked: bool = False
    #: The request that asked for it; stands in the logs of both.
    request_id: str = ""
    #: The trace of that request (ports/tracing.py), which goes on with the work; empty where nothing is traced.
    trace: str = ""
    #: How much of the whole this try has done, 0 to 1, and since when; it never falls within a try.
    reached: float = 0.0
    reached_at: datetime | None = None
    #: How much sound the call has, in seconds; 0 before that is known.
    audio_s: float = 0.0

    @property
    def share(self) -> float | None:
        """How much of the current stage is done, 0 to 1; unknown is None."""
        if self.state is JobState.DONE:
            return 1.0
        return min(1.0, self.done / self.total) if self.total else None
