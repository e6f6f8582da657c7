"""What the pages and the API stand on. Each call says who asks; what one may not see is not there (404, not 403)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from qa_service.core.calls import Envelope
from qa_service.core.forecast import Forecast, StagePace
from qa_service.core.items import Reference
from qa_service.core.lists import (
    EVERY_ENTRY,
    AuditSought,
    Export,
    Filter,
    FindingFilter,
    FindingPage,
    JobPage,
    JobPlace,
    Page,
)
from qa_service.core.people import Asked
from qa_service.core.roles import RolesSaid
from qa_service.core.stored import Job, JobState, StoredCall
from qa_service.core.uploads import Cover


@dataclass(frozen=True, slots=True)
class Upload:
    """A recording that lies complete on disk, and what came with it."""

    file: Path
    file_name: str
    envelope: Envelope
    source: str = "api"
    team: str = ""
    agent_channel: int | None = None
    is_text: bool = False
    #: The same key and content bring the same answer again.
    idempotency_key: str = ""
    #: Where the recording stays; None: a sealed copy is kept.
    reference: Reference | None = None
    #: What the recording's digest must be, in hex; empty where nobody said.
    sha256: str = ""
    #: The batch whose row with this file's name is the recording's.
    batch: str = ""
    #: Whether the very same recording may be another call; where not, the sender's team has it once.
    allows_duplicate: bool = True


def as_upload(cover: Cover, file: Path, source: str = "api") -> Upload:
    """A recording that lies complete on disk now."""
    return Upload(
        file=file,
        file_name=cover.file_name,
        envelope=cover.envelope,
        source=source,
        team=cover.team,
        agent_channel=cover.agent_channel,
        idempotency_key=cover.idempotency_key,
        sha256=cover.sha256,
        batch=cover.batch,
        allows_duplicate=cover.allows_duplicate,
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """A call that was taken in, and the work on it."""

    call_id: str
    job_id: str
    #: It was taken in before, under the same idempotency key.
    is_known: bool = False
    #: The very same recording was there: this is the call that it became then.
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """What those who watch the machines want to know."""

    paces: Mapping[str, StagePace]
    #: Queue → how long its oldest work has waited.
    oldest_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Calls on their way into a file, and how many they are."""

    #: With their documents (None where there is none), masked, newest first.
    assessed: Iterator[tuple[StoredCall, Any]]
    #: One that is deleted before it is read is not there in the end.
    count: int
    #: There are more calls than were asked for at most.
    is_cut: bool


class Intake(Protocol):
    """Where calls come in."""

    def accept(self, asked: Asked, upload: Upload) -> Receipt:
        """Keeps a recording, durably, before it answers.

        Raises:
            UsageError: `key_reused`: the idempotency key stands for another content.
            RecordingError: `empty`, `sha256_differs`.
        """


class Archive(Protocol):
    """Calls that are kept. Reading what was said or hearing it is written into the audit log."""

    def page(self, asked: Asked, wanted: Filter, *, limit: int, before: int | None) -> Page:
        """Calls without their words, newest first."""

    def call(self, asked: Asked, call_id: str, *, unmasked_because: str = "") -> StoredCall | None:
        """One call without its words; its names are masked unless a reason is given by who may."""

    def assessment(
        self, asked: Asked, call_id: str, *, rulebook: str = "", unmasked_because: str = ""
    ) -> dict[str, Any] | None:
        """The current assessment by a rulebook, else the listed one; masked unless a reason is given by who may.

        Raises:
            RecordingError: `text_deleted`: there was one.
        """

    def history(self, asked: Asked, call_id: str) -> Sequence[Mapping[str, Any]] | None:
        """Every evaluation that the call ever got."""

    def findings(
        self, asked: Asked, wanted: FindingFilter, *, limit: int, before: tuple[int, int, str] | None
    ) -> FindingPage:
        """Findings of current evaluations over many calls, without their words."""

    def assessed(self, asked: Asked, wanted: Export) -> Leaving:
        """The newest calls of an export. Form, filter, count and which they are stand in the audit log before."""

    def sound(self, asked: Asked, call: StoredCall, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) of the recording."""

    def tag(self, call: StoredCall) -> str:
        """A name for exactly the bytes that were received, which tells nobody what they are."""

    def has_key(self, call: StoredCall) -> None:
        """Makes sure that the recording can be opened, and reads nothing of it.

        Raises:
            RecordingError: `sound_missing`: its key was destroyed.
        """


class WorkList(Protocol):
    """The work on calls, as people see it."""

    def job(self, asked: Asked, job_id: str) -> Job | None:
        """One piece of work, where its call may be seen."""

    def page(
        self, asked: Asked, states: Sequence[JobState], *, limit: int, before: JobPlace | None = None
    ) -> JobPage:
        """The newest work; `before` is the cursor of the page before."""

    def cancel(self, asked: Asked, job_id: str) -> bool:
        """Asks work to stop; answers whether there was anything to stop."""

    def retry(self, asked: Asked, job_id: str) -> bool:
        """Starts work again that failed, was cancelled or is quarantined."""

    def change_roles(
        self, asked: Asked, call_id: str, said: RolesSaid, *, idempotency_key: str = ""
    ) -> tuple[Job, bool] | None:
        """Judges a call again with other roles, from what was measured; None where the call is not to be seen.

        The work, and True; where everything is so already, the call's newest work, and False.

        Raises:
            UsageError: `not_measured_yet`, `one_channel`, `key_reused`.
        """

    def waiting(self) -> int:
        """How many uploads wait for a worker."""

    def counts(self) -> Mapping[str, int]:
        """How much work there is by `queue.state`."""

    def forecasts(self, listed: Sequence[Job]) -> Sequence[Forecast]:
        """How far each piece of work is, and when it will be over; for one alone also while it waits."""

    def load(self) -> Load:
        """How long stages take, and since when work waits."""


class AuditTrail(Protocol):
    """Who did what."""

    def page(
        self, asked: Asked, *, limit: int, before: int | None, sought: AuditSought = EVERY_ENTRY
    ) -> Sequence[Mapping[str, Any]]:
        """The newest entries of those that are sought."""

    def verify(self, asked: Asked, noted: tuple[int, str] | None = None) -> Mapping[str, Any]:
        """The chain's head, and the first entry that is broken, if any; `noted` is a head of earlier."""


class Health(Protocol):
    """Whether the service can do its work."""

    def troubles(self) -> Sequence[str]:
        """Codes of what is in the way; empty when ready."""

    def has_room(self) -> bool:
        """Whether another recording may be taken in."""

    def free_bytes(self) -> int:
        """What is free on the fullest of the disks that the service writes to."""

    def nodes(self) -> Mapping[str, int]:
        """How many processes work, under the empty code, and how many draw no work just now, by why.

        Raises:
            DatabaseAway: it cannot be asked.
        """
