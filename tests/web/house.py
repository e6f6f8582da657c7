"""The real app on real stores: SQLite, a folder, DBOS's own tables. No worker runs; work waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa_service import bootstrap
from qa_service.alerts.guard import Guard
from qa_service.audio.reader import PyAvReader
from qa_service.audio.renditions import render
from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.people import Asked, Caller, KeyToAdd, Right, Sight, User, UserRole
from qa_service.exports.kept_report import report_page
from qa_service.exports.many import write_many
from qa_service.exports.reconciliation import reconciliation_csv
from qa_service.exports.rescored import rescored_json
from qa_service.exports.rescored_page import rescored_page
from qa_service.i18n.catalogue import catalogue
from qa_service.ports import SourceProfile
from qa_service.ports.serving import Receipt, Upload
from qa_service.rulebook.book import Rulebook
from qa_service.stores.accounts import StoreAccounts
from qa_service.stores.alert_desk import StoreAlerts
from qa_service.stores.archive import StoreArchive, StoreAuditTrail
from qa_service.stores.batches import StoreBatches
from qa_service.stores.engine import make_engine
from qa_service.stores.envelopes import to_text
from qa_service.stores.fetch_desk import StoreFetches
from qa_service.stores.health import StoreHealth
from qa_service.stores.history import StoreHistory
from qa_service.stores.intake import StoreIntake
from qa_service.stores.keeping_desk import StoreKeeping
from qa_service.stores.keys import master_key
from qa_service.stores.outcomes import StoreOutcomes
from qa_service.stores.renditions import StoreRenditions
from qa_service.stores.rescore_desk import StoreRescores
from qa_service.stores.rescore_plans import StoreRescorePlans
from qa_service.stores.review_desk import StoreReviews
from qa_service.stores.revisions import Reviser
from qa_service.stores.routing_desk import StoreRouting
from qa_service.stores.rulebook_desk import StoreRulebooks
from qa_service.stores.sound import sound_store
from qa_service.stores.source_desk import StoreSources
from qa_service.stores.staff import StoreStaff
from qa_service.stores.timetable import StoreSchedules
from qa_service.stores.upload_desk import StoreUploads
from qa_service.stores.webhook_desk import StoreWebhooks
from qa_service.stores.weekly import StoreWeekly
from qa_service.stores.workbench import Shelves
from qa_service.stores.worklist import StoreWorkList
from qa_service.usecases.batch_names import batch_pattern, row_by_name
from qa_service.usecases.columns import Reading
from qa_service.usecases.envelope import read_envelope
from qa_service.usecases.masking import masked_document
from qa_service.usecases.outcomes import OutcomeReader
from qa_service.usecases.playback import Player
from qa_service.usecases.publish_draft import DraftPublisher
from qa_service.usecases.side_file import read_side_file
from qa_service.usecases.staff import read_staff
from qa_service.usecases.try_draft import DraftTrial
from qa_service.web.app import make_app
from qa_service.web.parts import Parts
from qa_service.worker.queues import JobQueue
from tests.databases import new_file

MACHINE = Asked(Caller("machine", "machine", frozenset(Right), Sight(everything=True)))
READING = Reading("Asia/Shanghai")
PASSWORD = "correct horse battery"  # noqa: S105 - of test users


@dataclass
class House:
    """A running service: its app, its parts, its people, and a clock that tests may turn."""

    client: TestClient
    parts: Parts
    shelves: Shelves
    clock: list[datetime]
    cookies: dict[str, str] = field(default_factory=dict)

    def user(self, name: str, role: UserRole, *, teams: tuple[str, ...] = (), agent_id: str = "") -> User:
        return self.parts.accounts.add_user(
            MACHINE, User("", name, role, teams=teams, agent_id=agent_id), PASSWORD
        )

    def session(self, name: str) -> dict[str, str]:
        """The headers of somebody who has signed in on our own page."""
        if name not in self.cookies:
            answer = self.client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self.cookies[name] = answer.cookies["qa_session"]
            self.client.cookies.clear()
        return {"Cookie": f"qa_session={self.cookies[name]}", "Origin": "http://testserver"}

    def key(self, *rights: Right, team: str = "") -> dict[str, str]:
        _, secret = self.parts.accounts.add_key(MACHINE, KeyToAdd("k", frozenset(rights), team))
        return {"Authorization": f"Bearer {secret}"}

    def call(self, *, team: str = "", agent: str = "", content: bytes = b"RIFF....") -> Receipt:
        file = self.parts.scratch / "given"
        file.write_bytes(content)
        people = (Participant("p", ParticipantKind.AGENT, agent),) if agent else ()
        return self.parts.intake.accept(
            MACHINE, Upload(file, "a.wav", Envelope(participants=people), team=team)
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = new_file(tmp_path)
    engine = make_engine(url)
    queue = JobQueue(url)
    clock = [datetime(2026, 11, 25, 8, 0, tzinfo=UTC)]
    key, _ = master_key(tmp_path / "master.key")
    shelves = Shelves(engine, sound_store((tmp_path / "sound").as_uri()), key, lambda: clock[0])
    parts = _parts(shelves, queue.start, tmp_path / "scratch")
    app = make_app(parts, catalogue("zh_CN"))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(client, parts, shelves, clock)
    queue.close()
    engine.dispose()


def _parts(shelves: Shelves, start: Callable[..., None], scratch: Path) -> Parts:
    scratch.mkdir()
    rulebooks = StoreRulebooks(shelves)
    reviews = StoreReviews(shelves, Reviser(_no_book, bootstrap.revised))
    return Parts(
        accounts=StoreAccounts(shelves),
        archive=StoreArchive(shelves, masked_document),
        intake=StoreIntake(shelves, start),
        fetches=StoreFetches(shelves, Guard(()).check),
        playback=Player(
            StoreRenditions(shelves, scratch), PyAvReader(scratch=scratch), render, SourceProfile(), scratch
        ),
        batches=StoreBatches(
            shelves, lambda pattern, name: row_by_name(batch_pattern(pattern), name, 0, READING)
        ),
        side_file=lambda content, is_json: read_side_file(content, READING, is_json=is_json),
        uploads=StoreUploads(shelves, StoreIntake(shelves, start), scratch),
        work=StoreWorkList(shelves, start),
        audit=StoreAuditTrail(shelves),
        webhooks=StoreWebhooks(shelves, Guard(()).check),
        rulebooks=rulebooks,
        trial=DraftTrial(
            rulebooks,
            lambda: bootstrap.analyst(bootstrap.rulebook()),
            bootstrap.document,
            history=StoreHistory(shelves.engine),
        ),
        publisher=DraftPublisher(rulebooks, reviews, lambda text: bootstrap.tokenizer().tokens(text)),
        routing=StoreRouting(shelves, {"whisper-base"}, lambda: "service-zh"),
        rescores=StoreRescores(shelves),
        plans=StoreRescorePlans(shelves, UTC),
        in_force=bootstrap.known_in_force,
        rescored=rescored_json,
        rescored_page=lambda told, diff, volume: rescored_page(told, diff, volume, catalogue("zh_CN")),
        sources=StoreSources(shelves, bootstrap.opener(), Guard(()).check),
        day_table=reconciliation_csv,
        envelope_text=to_text,
        health=StoreHealth(shelves, (scratch,)),
        reviews=reviews,
        alerts=StoreAlerts(shelves),
        keeping=StoreKeeping(shelves),
        outcomes=StoreOutcomes(shelves),
        staff=StoreStaff(shelves),
        outcome_reader=OutcomeReader(UTC, lambda: None),
        read_staff=lambda content: read_staff(content, UTC, StoreStaff(shelves).knows_team),
        schedules=StoreSchedules(shelves, UTC),
        weekly=StoreWeekly(shelves),
        envelope=lambda text: read_envelope(text, source="meta", timezone="Asia/Shanghai"),
        transcript=lambda text: (Envelope(), text),
        export=lambda assessed, form, file: write_many(assessed, form, file, catalogue("zh_CN")),
        report=lambda document, heard: report_page(document, heard, catalogue("zh_CN")),
        scratch=scratch,
        most_bytes=1 << 20,
        secure_cookies=False,
    )


def _no_book(name: str, digest: str) -> Rulebook:
    """Nothing is judged in this house."""
    raise AssertionError(name + digest)


def later(house: House, **by: int) -> None:
    """Turns the clock on."""
    house.clock[0] += timedelta(**by)


def error(answer: object) -> Mapping[str, str]:
    """The one shape that every error has."""
    body: Mapping[str, str] = answer.json()  # type: ignore[attr-defined]
    assert set(body) == {"error", "detail", "request_id"}, body
    return body
