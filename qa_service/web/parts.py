"""What routes stand on: the ports, which bootstrap puts together, and what one process keeps in mind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from qa_service.core.batches import SideFile
from qa_service.core.calls import Envelope
from qa_service.core.errors import QaError
from qa_service.core.people import Caller
from qa_service.core.rescores import Volume
from qa_service.core.stored import StoredCall
from qa_service.pipeline.rescored import Diff
from qa_service.ports.arriving import Batches, Fetches, Uploads
from qa_service.ports.business import Outcomes, Staff
from qa_service.ports.keeping import Keeping
from qa_service.ports.outside import Webhooks
from qa_service.ports.people import Accounts, SignOn, Tries
from qa_service.ports.playing import Playback
from qa_service.ports.reporting import Page, Reporter
from qa_service.ports.rescoring import RescorePlans, Rescores
from qa_service.ports.reviewing import Alerts, Reviews
from qa_service.ports.rules import Routing, Rulebooks
from qa_service.ports.schedules import Schedules
from qa_service.ports.serving import Archive, AuditTrail, Health, Intake, WorkList
from qa_service.ports.sources import DayRow, Sources
from qa_service.ports.tracing import UNTRACED, Tracer
from qa_service.ports.weekly import Weekly
from qa_service.rulebook.book import Bundle
from qa_service.usecases.outcomes import OutcomeReader
from qa_service.usecases.publish_draft import DraftPublisher
from qa_service.usecases.staff import StaffRead
from qa_service.usecases.try_draft import DraftTrial
from qa_service.web.tries import OwnTries


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the routes call; bootstrap puts it together."""

    accounts: Accounts
    archive: Archive
    intake: Intake
    uploads: Uploads
    fetches: Fetches
    batches: Batches
    playback: Playback
    work: WorkList
    audit: AuditTrail
    webhooks: Webhooks
    rulebooks: Rulebooks
    #: Judges with drafts of rulebooks.
    trial: DraftTrial
    #: Publishes them, after their own examples.
    publisher: DraftPublisher
    routing: Routing
    rescores: Rescores
    plans: RescorePlans
    #: The rulebook that judges under a name now, the centre's own or a shipped one; None where there is none.
    in_force: Callable[[str], Bundle | None]
    #: A difference as the published document.
    rescored: Callable[[Mapping[str, Any], Diff, Volume], Mapping[str, Any]]
    #: The same as a page.
    rescored_page: Callable[[Mapping[str, Any], Diff, Volume], Page]
    sources: Sources
    health: Health
    reviews: Reviews
    alerts: Alerts
    keeping: Keeping
    outcomes: Outcomes
    staff: Staff
    outcome_reader: OutcomeReader
    #: The agents in a CSV file; raises UsageError.
    read_staff: Callable[[bytes], StaffRead]
    schedules: Schedules
    weekly: Weekly
    #: An envelope from JSON text; raises EnvelopeError.
    envelope: Callable[[str], Envelope]
    #: The same envelope as text, in which numbers have become tokens.
    envelope_text: Callable[[Envelope], str]
    #: A transcript's JSON as its envelope, and its words alone; raises EnvelopeError.
    transcript: Callable[[str], tuple[Envelope, str]]
    #: A side file's bytes, and whether they are JSON; raises EnvelopeError where nothing of it will do.
    side_file: Callable[[bytes, bool], SideFile]
    #: Where uploads lie until they are sealed: private, on the disk that has room.
    scratch: Path
    most_bytes: int
    #: Writes calls with their documents into a file of a form.
    export: Callable[[Iterable[tuple[StoredCall, Any]], str, Path], None]
    #: The report of one call as a page.
    report: Reporter
    #: The calls of a day as CSV.
    day_table: Callable[[Iterable[DayRow]], bytes]
    #: Zone of days that nobody gave one.
    timezone: str = "Asia/Shanghai"
    #: Cookies go over TLS only; off where the service answers on loopback alone.
    secure_cookies: bool = True
    #: Uploads that wait or are worked on; above it new ones are asked to come later.
    most_waiting: int = 10_000
    #: Tries to come in, of all processes together where they share a database.
    tries: Tries = field(default_factory=OwnTries)
    #: Requests that one caller may make in a minute of this process.
    most_requests: int = 3_000
    paces: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )
    #: Set when this process was asked to stop: streams end, and their listeners come back to the next one.
    stopping: threading.Event = field(default_factory=threading.Event)
    #: Signing in through a provider; None where there is none.
    sign_on: SignOn | None = None
    #: Follows requests; nobody, where no collector is set.
    tracer: Tracer = UNTRACED
    #: What an error of another library says about where we keep things, as an error of ours; None where nothing.
    known: Callable[[Exception], QaError | None] = lambda _: None
    #: Refuses, with RecordingError, what plainly is no recording by how it begins: the file, and its name.
    first_look: Callable[[Path, str], None] = lambda *_: None
    #: Why work ended, by its code, as a sentence; empty for the empty code.
    why: Callable[[str], str] = lambda code: code
    #: Who comes in from this machine without signing in; nobody, unless a trial was asked for.
    guest: Caller | None = None
