"""What the service keeps calls and work in. The adapter is stores/; its suite is tests/stores, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from qa_service.core.findings import Finding
from qa_service.core.meanings import SentenceVectors
from qa_service.core.measured import MeasuredCall
from qa_service.core.part_scores import PartScore
from qa_service.core.reviews import Verdict
from qa_service.core.routing import Routed
from qa_service.core.stored import Job, JobState, Origin, StoredCall
from qa_service.core.webhooks import Delivery
from qa_service.rulebook.book import Bundle, Rulebook


@dataclass(frozen=True, slots=True)
class MachineWork:
    """An evaluation of the machine's, as it is kept."""

    #: Schema qa-service/assessment@1, unmasked.
    document: Mapping[str, Any]
    book: Rulebook
    #: What the scorecards were filled in from beside the findings (usecases/revise.py); empty where it was not kept.
    basis: str = ""


#: The document of an evaluation of the machine's with these verdicts on its findings.
Revise: TypeAlias = Callable[[MachineWork, Mapping[str, Verdict]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one piece of work made of a call, ready to be kept."""

    document: Mapping[str, Any]
    #: The rulebook that judged, with everything that was written for it.
    rulebook: Bundle
    status: str
    duration_ms: int
    #: What came of each agent's part, in order.
    parts: Sequence[PartScore] = ()
    findings: Sequence[Finding] = ()
    #: What was said, masked: it becomes the search index.
    texts: Sequence[str] = ()
    agents: Sequence[str] = ()
    #: Why the call cannot be scored (a code); empty else.
    reason: str = ""
    #: How long judging took.
    took_ms: int = 0
    #: What the scorecards were filled in from beside the findings (usecases/revise.py).
    basis: str = ""
    #: What stands of it, for whoever compares it later (usecases/again_keys.py); empty where nobody can.
    standing: bytes = b""
    #: The call made ready to be judged again, and what that hangs on; None where it is not known what was measured.
    ready: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class KeptMeasures:
    """Stored measurements, and how long each stage of measuring took."""

    call: MeasuredCall
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    #: Names these measurements of the call: measured anew, it is another one. Empty before they are kept.
    name: str = ""


class MeaningShelf(Protocol):
    """The example sentences of rulebooks as vectors, by the book's digest and the encoder."""

    def find(self, digest: str, encoder: str = "") -> SentenceVectors | None:
        """What was kept; with no encoder named, what was kept last by any."""

    def keep(self, digest: str, vectors: SentenceVectors) -> None:
        """Keeps them; what is there already is the same, and stays."""


class Workbench(Protocol):
    """Everything that work on one call reads and writes. Every write is fenced: see core.stored.Job."""

    def claim(self, job_id: str) -> Job | None:
        """Takes the work, or goes on with it where this process has it; None where it is not to be had."""

    def call(self, call_id: str) -> StoredCall:
        """The call that the work is on."""

    def sound(self, call: StoredCall) -> AbstractContextManager[Path]:
        """The recording as a plain file in a private folder, which is gone afterwards.

        Raises:
            RecordingError: `sound_missing` or `sound_damaged`.
        """

    def measured(self, call_id: str) -> KeptMeasures | None:
        """What was measured before, if anything."""

    def tell(self, job: Job, stage: str, done: float, total: float) -> bool:
        """Says how far the work is; answers whether anybody still wants it from us."""

    def keep_measured(self, job: Job, kept: KeptMeasures) -> None:
        """Keeps measurements.

        Raises:
            Fenced: somebody else has taken the work over.
        """

    def route(self, job: Job) -> Routed:
        """What the published routing table says about the call, written down with the call.

        Raises:
            Fenced: somebody else has taken the work over.
        """

    def keep_evaluations(self, job: Job, judged: Sequence[Judged], origin: Origin, version: int) -> None:
        """Keeps all evaluations and ends the work, in one transaction; the first gives the call's listed score.

        `version` is the routing table's that chose their rulebooks. What earlier work found is no longer current.

        Raises:
            Fenced: somebody else has taken the work over.
        """

    def give_up(self, job: Job, state: JobState, code: str, detail: str) -> None:
        """Ends the work without a result, with a reason that people can read.

        Raises:
            Fenced: somebody else has taken the work over.
        """


class Roster(Protocol):
    """Who is at work, for one process."""

    def beat(self) -> Sequence[Job]:
        """Says that this process lives, and starts again what dead ones had; answers that work as it was.

        Raises:
            DatabaseAway: as everywhere here; what runs goes on meanwhile.
        """

    def mine(self) -> Sequence[Job]:
        """The work that this process has, by the database."""

    def dead(self, names: Collection[str]) -> frozenset[str]:
        """Those of these processes that are dead for certain; none while this one was away itself lately."""

    def let_go(self, job_id: str, code: str) -> None:
        """Gives back work that broke off: to be tried again, or after three times to a person."""

    def put_back(self, job_id: str) -> None:
        """Gives back work that this process cannot do just now: behind what waits, and at no cost in tries."""

    def restart(self, job_id: str, fence: int) -> bool:
        """Starts work again that waits under this fence, although its queue entry will never be worked on.

        Answers whether there was any.
        """

    def leave(self) -> None:
        """Hands back what this process has, at no cost in tries, and signs off."""


class Outbox(Protocol):
    """Deliveries that wait. What was taken and not answered for within a minute is there again."""

    def take(self, most: int, leave: Collection[str]) -> Sequence[Delivery]:
        """At most `most` whose time has come, few of each webhook, none of the webhooks in `leave`.

        Raises:
            QaError: `database_away`.
        """

    def delivered(self, delivery: Delivery, answer: str) -> None:
        """The other side has it.

        Raises:
            QaError: `database_away`; it will be delivered again, under the same id.
        """

    def failed(self, delivery: Delivery, answer: str, wait: timedelta) -> None:
        """To be tried again: by the schedule, but not before `wait`; dead after the last try.

        Raises:
            QaError: `database_away`; it will be tried again sooner.
        """

    def disable(self, delivery: Delivery, answer: str) -> None:
        """The other side wants nothing any more: the webhook is switched off, the delivery is dead.

        Raises:
            QaError: `database_away`.
        """
