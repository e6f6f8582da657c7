"""Settings → adapters → use cases. The only file that names concrete parts together.

Heavy modules are imported where they are needed: `qa-service --help` loads no model and no codec.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.i18n.catalogue import Catalogue, catalogue
from qa_service.ports import HearingProfile, Progress, SourceProfile, silent_progress
from qa_service.settings import Settings, language, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from qa_service.alerts.courier import Courier
    from qa_service.alerts.guard import Guard
    from qa_service.assets.store import ModelStore
    from qa_service.core.calls import Envelope
    from qa_service.core.stored import StoredCall
    from qa_service.exports.report import Clip
    from qa_service.ports import AudioReader, Recording
    from qa_service.rulebook.book import Rulebook
    from qa_service.stores.scratch import Scratch
    from qa_service.stores.workbench import Shelves
    from qa_service.text.tokenize import Tokenizer
    from qa_service.usecases.analyze import Analyst, Analyzed
    from qa_service.usecases.customer import Tokens
    from qa_service.usecases.measure import Ears
    from qa_service.web.deps import Parts
    from qa_service.worker.node import Node
    from qa_service.worker.queues import JobQueue


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()


def texts() -> Catalogue:
    """Sentences in the language of this installation, also about settings that cannot be read."""
    try:
        return catalogue(settings().lang)
    except UsageError:
        return catalogue(language())


def model_store() -> ModelStore:
    """Where model files are found, fetched and verified."""
    from qa_service.assets.store import ModelStore

    chosen = settings()
    return ModelStore(chosen.models, offline=chosen.offline, hub_url=chosen.hub_url)


def audio_reader(scratch: Path | None = None) -> AudioReader:
    """Files of strangers in, samples out; decoded sound lies in `scratch`, or in the system's temporary folder."""
    from qa_service.audio.reader import PyAvReader

    return PyAvReader(scratch=scratch)


def source_profile(name: str) -> SourceProfile:
    """The profile of a source with this installation's limits."""
    from dataclasses import replace

    from qa_service.audio.profiles import load_profiles

    profiles = load_profiles(settings().profiles_file)
    if name and name not in profiles:
        raise UsageError(
            "no_such_profile",
            problem=f"there is no source profile {name!r}",
            fix=f"Known: {', '.join(sorted(profiles))}",
            name=name,
            known=", ".join(sorted(profiles)),
        )
    profile = profiles[name] if name else SourceProfile()
    return replace(
        profile,
        max_bytes=settings().max_megabytes << 20,
        max_ms=round(settings().max_hours * 3_600_000),
    )


def hearing_profile(effort: str = "") -> HearingProfile:
    """How this installation listens."""
    chosen = settings()
    return HearingProfile(
        effort=effort or chosen.effort,
        language="zh",
        script="zh_TW" if chosen.lang == "zh_TW" else "zh_CN",
        vocabulary=chosen.vocabulary,
    )


@cache
def tokenizer() -> Tokenizer:
    """Jieba with a private cache under the data folder."""
    from qa_service.text.tokenize import Tokenizer

    return Tokenizer(settings().data_dir / "cache" / "jieba", words=settings().vocabulary)


def ears(model: str = "", progress: Progress = silent_progress) -> Ears:
    """Everything that hears: voice detector, recogniser, speaker encoder, tokens. Loads models."""
    from qa_service.asr.vad import SileroVad
    from qa_service.asr.whisper import WhisperRecogniser
    from qa_service.inference.speakers import Ge2eEncoder
    from qa_service.usecases.measure import Ears

    chosen = settings()
    store = model_store()
    files = store.find(model or chosen.model, progress=progress)
    return Ears(
        voice=SileroVad(),
        recogniser=WhisperRecogniser(files, threads=chosen.threads or os.cpu_count() or 1),
        speakers=lambda: Ge2eEncoder(store.find("ge2e-speaker").folder / "ge2e-speaker.onnx"),
        tokens=tokenizer().tokens,
    )


def customer_tokens() -> Tokens | None:
    """Turns customers' numbers into tokens; nothing where this installation has no key."""
    from qa_service.assets.customer_key import CustomerKey

    path = settings().customer_key_file
    return CustomerKey(path).token if path else None


def rulebook(name_or_path: str = "") -> Rulebook:
    """A shipped pack by name, or the author's own file."""
    from qa_service.rulebook.load import load

    return load(name_or_path or settings().rulebook)


def analyst(book: Rulebook, ears_: Ears | None = None, scratch_: Path | None = None) -> Analyst:
    """The use case of `qa-service analyze`."""
    from qa_service.usecases.analyze import Analyst, LinePolicy

    chosen = settings()
    policy = LinePolicy(cer=chosen.line_cer, default_line=chosen.default_line, max_cer=chosen.max_cer)
    return Analyst(
        reader=audio_reader(scratch_),
        ears=ears_,
        rulebook=book,
        policy=policy,
        tokens=lambda text: tokenizer().tokens(text),
        customers=customer_tokens(),
    )


def clip(recording: Recording | None) -> Clip | None:
    """The sound of a call, small enough to lie inside a report."""
    if recording is None:
        return None
    from qa_service.audio.clip import media_type, playable
    from qa_service.exports.report import Clip

    try:
        return Clip(media_type(), playable(recording))
    except UsageError as error:
        if error.code != "clip_too_long":
            raise
        # The report plays what fits and says until when.
        ends_ms = int(str(error.values["limit_seconds"])) * 1_000
        return Clip(media_type(), playable(recording, span=Span(0, ends_ms)), ends_ms)


def now() -> datetime:
    """The time, with its zone."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def database_url() -> str:
    """The database's address as both SQLAlchemy and DBOS take it."""
    from sqlalchemy.engine import make_url

    url = make_url(settings().database)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


@cache
def shelves() -> Shelves:
    """The database with its tables as this version needs them, the sound, and the key to it."""
    from qa_service.stores.engine import answering, make_engine
    from qa_service.stores.keys import master_key
    from qa_service.stores.migrate import migrate
    from qa_service.stores.sound import sound_store
    from qa_service.stores.workbench import Shelves
    from qa_service.worker.queues import set_up

    chosen = settings()
    engine = make_engine(chosen.database)
    with answering():
        migrate(engine)
        set_up(database_url())
    key, _ = master_key(chosen.master_key)
    return Shelves(engine, sound_store(chosen.store), key, now)


@cache
def scratch() -> Scratch:
    """A folder for plain sound that is this process's own; what killed ones left there is removed."""
    import atexit

    from qa_service.stores.scratch import Scratch

    made = Scratch(settings().data_dir / "scratch")
    atexit.register(made.clear)
    return made


@cache
def job_queue() -> JobQueue:
    """Puts work into the queues."""
    from qa_service.worker.queues import JobQueue

    return JobQueue(database_url())


def node() -> Node:
    """A worker process; models load with the first call."""
    import time

    from qa_service.stores.roster import StoreRoster
    from qa_service.stores.workbench import StoreWorkbench
    from qa_service.usecases.masking import masked_texts
    from qa_service.usecases.process import Processor
    from qa_service.worker.node import Node, node_name

    kept, name = shelves(), node_name()
    bench = StoreWorkbench(kept, name, scratch().folder)
    processor = Processor(
        bench=bench,
        analyst=cache(lambda: analyst(rulebook(), ears(), scratch().folder)),
        reader=cache(lambda: analyst(rulebook())),
        document=document,
        masked=lambda analyzed: masked_texts(analyzed.assessment.utterances),
        clock=time.monotonic,
        sentence=texts().error,
        hearing=hearing_profile(),
        source=source_profile(""),
    )
    roster = StoreRoster(kept.engine, name, job_queue().start, now)
    return Node(name, database_url(), processor, roster, job_queue(), scratch())


def guard() -> Guard:
    """The door to addresses outside, open also to places that an administrator named."""
    from qa_service.alerts.address import read_named
    from qa_service.alerts.guard import Guard

    return Guard(tuple(map(read_named, settings().allowed_addresses)))


def courier() -> Courier:
    """Brings webhooks what they wait for."""
    from qa_service.alerts.courier import Courier
    from qa_service.alerts.messages import Writer
    from qa_service.alerts.webhook import Sender
    from qa_service.stores.outbox import StoreOutbox

    kept = shelves()
    sender = Sender(guard(), Writer(texts(), settings().base_url), now)
    return Courier(StoreOutbox(kept.engine, kept.key, now), sender.send)


def document(analyzed: Analyzed) -> Mapping[str, object]:
    """The published document of an assessment, in the language of this installation."""
    from qa_service.exports.document import wire_assessment

    return wire_assessment(analyzed, texts())


def web_parts(*, secure_cookies: bool) -> Parts:
    """Everything that the routes of the web application call."""
    from qa_service.stores.accounts import StoreAccounts
    from qa_service.stores.archive import StoreArchive, StoreAuditTrail
    from qa_service.stores.health import StoreHealth
    from qa_service.stores.intake import StoreIntake
    from qa_service.stores.webhook_desk import StoreWebhooks
    from qa_service.stores.worklist import StoreWorkList
    from qa_service.usecases.envelope import read_envelope
    from qa_service.usecases.masking import masked_document
    from qa_service.web.deps import Parts

    chosen, kept, queue = settings(), shelves(), job_queue()
    queue.open()
    tokens = customer_tokens()
    return Parts(
        accounts=StoreAccounts(kept),
        archive=StoreArchive(kept, masked_document),
        intake=StoreIntake(kept, queue.start),
        work=StoreWorkList(kept, queue.start),
        audit=StoreAuditTrail(kept),
        webhooks=StoreWebhooks(kept, guard().check),
        health=StoreHealth(kept, scratch().folder),
        envelope=lambda text: read_envelope(text, source="meta", timezone=chosen.timezone, tokens=tokens),
        transcript=_transcript,
        export=export,
        scratch=scratch().folder,
        most_bytes=chosen.max_megabytes << 20,
        secure_cookies=secure_cookies,
    )


def _transcript(text: str) -> tuple[Envelope, str]:
    """The envelope of a transcript's JSON, and the words without it."""
    import json
    from dataclasses import replace

    from qa_service.usecases.transcript import read_transcript

    read = read_transcript(
        text,
        source="transcript",
        timezone=settings().timezone,
        tokens=tokenizer().tokens,
        customers=customer_tokens(),
    )
    written = {name: value for name, value in json.loads(text).items() if name != "envelope"}
    envelope = read.envelope
    named = envelope if envelope.call_id else replace(envelope, call_id=str(written.get("call_id", "")))
    return named, json.dumps(written, ensure_ascii=False)


def export(assessed: Iterable[tuple[StoredCall, Any]], form: str, file: Path) -> None:
    """Many calls into one file, in the language of this installation."""
    from qa_service.exports.many import write_many

    write_many(assessed, form, file, texts())
