"""What the web application stands on."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from qa_service.bootstrap.base import customer_tokens, settings, texts, zone
from qa_service.bootstrap.collecting import source_desk
from qa_service.bootstrap.hearing import audio_reader, source_profile
from qa_service.bootstrap.reaching import guard, sign_on
from qa_service.bootstrap.rescoring import known_in_force, rescore_plans, rescores
from qa_service.bootstrap.rules import draft_publisher, draft_trial, reviews, routing, rulebooks
from qa_service.bootstrap.storing import job_queue, scratch, shelves
from qa_service.bootstrap.tracing import tracer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from qa_service.core.calls import Envelope
    from qa_service.core.rescores import Volume
    from qa_service.core.stored import StoredCall
    from qa_service.pipeline.rescored import Diff
    from qa_service.ports import SourceProfile
    from qa_service.ports.reporting import Page, ReportSound
    from qa_service.usecases.customer import Tokens
    from qa_service.usecases.playback import Player
    from qa_service.web.parts import Parts


def player() -> Player:
    """Makes recordings playable and drawable when somebody first asks."""
    from qa_service.audio.renditions import render
    from qa_service.stores.renditions import StoreRenditions
    from qa_service.usecases.playback import Player

    kept, folder = StoreRenditions(shelves(), scratch().folder), scratch().folder
    return Player(kept, audio_reader(folder), render, source_profile(""), folder)


def web_parts(*, secure_cookies: bool) -> Parts:
    """Everything that the routes of the web application call."""
    from qa_service.exports.reconciliation import reconciliation_csv
    from qa_service.exports.rescored import rescored_json
    from qa_service.stores.accounts import StoreAccounts
    from qa_service.stores.alert_desk import StoreAlerts
    from qa_service.stores.archive import StoreArchive, StoreAuditTrail
    from qa_service.stores.batches import StoreBatches
    from qa_service.stores.engine import known
    from qa_service.stores.envelopes import to_text
    from qa_service.stores.fetch_desk import StoreFetches
    from qa_service.stores.health import StoreHealth, places_of
    from qa_service.stores.impatient import hurry
    from qa_service.stores.intake import StoreIntake
    from qa_service.stores.keeping_desk import StoreKeeping
    from qa_service.stores.outcomes import StoreOutcomes
    from qa_service.stores.staff import StoreStaff
    from qa_service.stores.timetable import StoreSchedules
    from qa_service.stores.tries import StoreTries
    from qa_service.stores.upload_desk import StoreUploads
    from qa_service.stores.webhook_desk import StoreWebhooks
    from qa_service.stores.weekly import StoreWeekly
    from qa_service.stores.worklist import StoreWorkList
    from qa_service.usecases.batch_names import batch_pattern, row_by_name
    from qa_service.usecases.columns import Reading
    from qa_service.usecases.envelope import read_envelope
    from qa_service.usecases.masking import masked_document
    from qa_service.usecases.outcomes import OutcomeReader
    from qa_service.usecases.side_file import read_side_file
    from qa_service.usecases.staff import read_staff
    from qa_service.web.parts import Parts

    chosen, kept, queue = settings(), shelves(), job_queue()
    hurry(kept.engine)
    queue.open()
    tokens, intake = customer_tokens(), StoreIntake(kept, queue.start)
    look = partial(first_look, source_profile(""))
    reading = Reading(chosen.timezone, tokens)
    return Parts(
        accounts=StoreAccounts(kept),
        tries=StoreTries(kept.engine, kept.key, wall_clock),
        archive=StoreArchive(kept, masked_document),
        intake=intake,
        uploads=StoreUploads(kept, intake, scratch().folder, look),
        fetches=StoreFetches(kept, guard().check),
        playback=player(),
        batches=StoreBatches(
            kept, lambda pattern, name: row_by_name(batch_pattern(pattern), name, 0, reading)
        ),
        side_file=lambda content, is_json: read_side_file(content, reading, is_json=is_json),
        work=StoreWorkList(kept, queue.start),
        audit=StoreAuditTrail(kept),
        webhooks=StoreWebhooks(kept, guard().check),
        rulebooks=rulebooks(),
        trial=draft_trial(),
        publisher=draft_publisher(),
        routing=routing(),
        rescores=rescores(),
        plans=rescore_plans(),
        in_force=known_in_force,
        rescored=rescored_json,
        rescored_page=rescored_page,
        sources=source_desk(),
        day_table=reconciliation_csv,
        timezone=chosen.timezone,
        health=StoreHealth(
            kept,
            places_of(scratch().folder, chosen.database, chosen.store),
            chosen.min_free_megabytes << 20,
        ),
        reviews=reviews(),
        alerts=StoreAlerts(kept),
        keeping=StoreKeeping(kept),
        outcomes=StoreOutcomes(kept),
        staff=StoreStaff(kept),
        outcome_reader=OutcomeReader(zone(), lambda: tokens),
        read_staff=lambda content: read_staff(content, zone(), StoreStaff(kept).knows_team),
        schedules=StoreSchedules(kept, zone()),
        weekly=StoreWeekly(kept),
        envelope=lambda text: read_envelope(text, source="meta", timezone=chosen.timezone, tokens=tokens),
        envelope_text=to_text,
        transcript=partial(read_in, chosen.timezone, tokens),
        export=export,
        report=report,
        scratch=scratch().folder,
        most_bytes=chosen.max_megabytes << 20,
        most_requests=chosen.requests_per_minute,
        sign_on=sign_on(),
        tracer=tracer(),
        known=known,
        first_look=look,
        why=why,
        secure_cookies=secure_cookies,
    )


def first_look(profile: SourceProfile, file: Path, name: str) -> None:
    """Refuses what plainly is no recording."""
    from qa_service.audio.first_look import check_first_bytes

    check_first_bytes(file, profile, name)


def wall_clock() -> datetime:
    """What people's patience is measured with: no test turns it."""
    return datetime.now(UTC)


def read_in(timezone: str, customers: Tokens | None, text: str) -> tuple[Envelope, str]:
    """The envelope of a transcript's JSON, and the words without it."""
    import json
    from dataclasses import replace

    from qa_service.usecases.transcript import read_transcript

    read = read_transcript(
        text,
        source="transcript",
        timezone=timezone,
        # Words are cut when the call is worked on: the dictionary takes seconds to load, and this process is to answer.
        tokens=lambda _: (0,),
        customers=customers,
    )
    written = {name: value for name, value in json.loads(text).items() if name != "envelope"}
    kept = {said.id: said.text for said in read.measured.utterances}  # without codes of cards
    written["utterances"] = [{**one, "text": kept[one["id"]]} for one in written["utterances"]]
    envelope = read.envelope
    named = envelope if envelope.call_id else replace(envelope, call_id=str(written.get("call_id", "")))
    return named, json.dumps(written, ensure_ascii=False)


def why(code: str) -> str:
    """Why work ended, as a sentence in the language of this installation."""
    from qa_service.usecases.ends import why_it_ended

    return texts().error(why_it_ended(code)) if code else ""


def export(assessed: Iterable[tuple[StoredCall, Any]], form: str, file: Path) -> None:
    """Many calls into one file, in the language of this installation."""
    from qa_service.exports.many import write_many

    write_many(assessed, form, file, texts())


def rescored_page(told: Mapping[str, Any], diff: Diff, volume: Volume) -> Page:
    """What a rulebook changes, in the language of this installation."""
    from qa_service.exports.rescored_page import rescored_page as page

    return page(told, diff, volume, texts())


def report(document: Mapping[str, Any], heard: ReportSound | None) -> Page:
    """One call's report, in the language of this installation."""
    from qa_service.exports.kept_report import report_page

    return report_page(document, heard, texts())
