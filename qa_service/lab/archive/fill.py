"""Puts made-up calls into a store as the service would have: measured, judged, with their rows and documents.

Judging takes all cores; one process writes, in the order in which the calls began.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.calls import Direction, Envelope, Participant, ParticipantKind
from qa_service.core.stored import CallState, NewCall, Origin, StoredCall
from qa_service.lab.archive.made import MadeCall, made_call
from qa_service.lab.bench.ruling.calls import scripts
from qa_service.lab.truth import Truth
from qa_service.ports.storing import Judged, KeptMeasures
from qa_service.rulebook.book import Bundle
from qa_service.stores import call_row, calls, library, results
from qa_service.stores.engine import reading
from qa_service.stores.envelopes import from_text, to_text
from qa_service.stores.ids import new_id
from qa_service.stores.tables import calls as rows
from qa_service.stores.workbench import Shelves
from qa_service.usecases.judgement import Judgement
from qa_service.usecases.masking import masked_texts
from qa_service.usecases.transcript import read_transcript

_AT_ONCE = 50
#: Where they came from, as their rows say it.
SOURCE = "made"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many calls, by which rulebook they are judged, and where the sample dialogues lie."""

    calls: int
    rulebook: str
    samples: Path
    #: Of each call; 75 are about 1,500 characters, as an ordinary call of five minutes has.
    lines: int = 30


@dataclass(frozen=True, slots=True)
class _Ready:
    call: NewCall
    began: datetime
    kept: KeptMeasures
    #: Without its rulebook: that of all of them is sent once.
    judged: Judged


def fill(shelves: Shelves, wanted: Wanted, tell: Callable[[int], None] = lambda _: None) -> None:
    """Adds the calls; `tell` hears how many are there."""
    bundle = bootstrap.bundle_in_force(wanted.rulebook)
    done = 0
    for batch in _ready(wanted):
        with shelves.engine.begin() as connection:
            library.remember(connection, bundle, now=shelves.now())
            for one in batch:
                _keep(connection, one, bundle)
        done += len(batch)
        tell(done)


def there(shelves: Shelves) -> int:
    """How many made-up calls the store holds."""
    count = sa.select(sa.func.count()).select_from(rows).where(rows.c.source == SOURCE)
    with reading(shelves.engine) as connection:
        return int(connection.execute(count).scalar_one())


def _keep(connection: sa.Connection, one: _Ready, bundle: Bundle) -> None:
    call_id, judged = one.call.id, replace(one.judged, rulebook=bundle)
    calls.add(connection, one.call, now=one.began, data_key=None)
    results.put_measured(connection, call_id, one.kept, now=one.began)
    place = results.Place(call_id, new_id(one.began), Origin.FULL)
    results.add(connection, place, judged, now=one.began)
    results.settle(connection, call_id, [judged], now=one.began)
    call_row.show(connection, call_id)


def _ready(wanted: Wanted) -> Iterator[Sequence[_Ready]]:
    starts = range(0, wanted.calls, _AT_ONCE)
    context = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        yield from pool.map(_made, ((wanted, start) for start in starts))


def _made(asked: tuple[Wanted, int]) -> Sequence[_Ready]:
    wanted, start = asked
    numbers = range(start, min(start + _AT_ONCE, wanted.calls))
    return [
        _judged(wanted, made_call(_truths(wanted.samples), number, wanted.calls, wanted.lines))
        for number in numbers
    ]


def _judged(wanted: Wanted, made: MadeCall) -> _Ready:
    read = read_transcript(
        made.transcript, source=f"made-{made.number}", timezone="UTC", tokens=bootstrap.tokenizer().tokens
    )
    agent = Participant("p", ParticipantKind.AGENT, agent_id=made.agent)
    envelope = Envelope(
        call_id=f"made-{made.number}",
        line=made.line,
        direction=Direction.INBOUND,
        started_at=made.began,
        participants=(agent,),
    )
    # As the store reads it: what is kept of a call hangs on it to the letter.
    envelope = from_text(to_text(envelope))
    call_id = new_id(made.began)
    call = NewCall(call_id, SOURCE, envelope, made.team, is_text=True)
    kept = KeptMeasures(replace(read.measured, call_id=call_id), {}, results.measured_name(made.began))
    stored = StoredCall(
        call_id, CallState.JUDGED, SOURCE, envelope, made.team, "", "", 0, "", None, made.began, is_text=True
    )
    judged = _judgement().of(_bundle(wanted.rulebook), kept, stored, "")
    return _Ready(call, made.began, kept, replace(judged, rulebook=None))  # type: ignore[arg-type]


@cache
def _truths(samples: Path) -> tuple[Truth, ...]:
    return scripts(samples)


@cache
def _bundle(name: str) -> Bundle:
    return bootstrap.rulebook_bundle(name)


@cache
def _judgement() -> Judgement:
    analyst = bootstrap.analyst(bootstrap.rulebook())
    return Judgement(
        lambda: analyst, bootstrap.document, lambda made: masked_texts(made.assessment.utterances)
    )
