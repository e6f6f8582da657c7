"""What was made of a call: its measurements, and every evaluation it ever got. Fenced: a zombie writes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.measured import MeasuredCall
from qa_service.core.stored import CallState, Job, Origin
from qa_service.ports.storing import Judged, KeptMeasures
from qa_service.stores import call_row, library, part_rows, words
from qa_service.stores.evaluated import packed
from qa_service.stores.ids import new_id
from qa_service.stores.jobs import hold
from qa_service.stores.retention import refuse_deleted
from qa_service.stores.tables import call_agents, calls, evaluations, findings, measured
from qa_service.usecases.measured_file import pack, unpack


def keep_measured(connection: sa.Connection, job: Job, kept: KeptMeasures, *, now: datetime) -> None:
    """Keeps the measurements in place of older ones of this version.

    Raises:
        Fenced: somebody else has taken the work over.
        RecordingError: `call_deleted`.
    """
    hold(connection, job)
    refuse_deleted(connection, job.call_id)
    put_measured(connection, job.call_id, kept, now=now)


def put_measured(connection: sa.Connection, call_id: str, kept: KeptMeasures, *, now: datetime) -> None:
    """The same for whoever holds the call."""
    connection.execute(measured.delete().where(measured.c.call_id == call_id))
    connection.execute(
        measured.insert().values(
            call_id=call_id,
            version=1,
            made_by=_made_by(kept.call),
            content=pack(kept.call),
            timings=json.dumps(dict(kept.timings_ms)),
            created_at=now,
        )
    )


def measured_call(connection: sa.Connection, call_id: str) -> KeptMeasures | None:
    """The stored measurements, where there are any."""
    columns = (measured.c.content, measured.c.timings, measured.c.created_at)
    query = sa.select(*columns).where(measured.c.call_id == call_id)
    row = connection.execute(query.order_by(measured.c.version.desc()).limit(1)).first()
    return None if row is None else kept_measures(row, call_id)


def kept_measures(row: Any, call_id: str) -> KeptMeasures:
    """The measurements of a row of `measured`.

    Raises:
        EnvelopeError: they are damaged, or were written by a newer version.
    """
    call, timings_ms = unpack(row.content, source=call_id), json.loads(row.timings)
    return KeptMeasures(call, timings_ms, measured_name(row.created_at))


def measured_name(kept_at: datetime) -> str:
    """What measurements are called that were kept then: those of a call are replaced, never changed."""
    return kept_at.isoformat()


def put_ready(connection: sa.Connection, call_id: str, ready: tuple[str, bytes] | None) -> None:
    """Keeps the call as it was made ready, unless it is kept so."""
    if ready is None:
        return
    key, content = ready
    same = measured.update().where(measured.c.call_id == call_id, measured.c.ready_key != key)
    connection.execute(same.values(ready=content, ready_key=key))


@dataclass(frozen=True, slots=True)
class Work:
    """What a set of evaluations was made for."""

    job: Job
    origin: Origin
    #: The routing table that chose the rulebooks.
    routing_version: int = 0


def keep_evaluations(connection: sa.Connection, work: Work, made: Sequence[Judged], *, now: datetime) -> str:
    """Keeps evaluations beside all earlier ones and makes them the current ones. Answers the id of the first.

    A second result of the same work answers the first one's id and changes nothing.

    Raises:
        Fenced: somebody else has taken the work over.
        RecordingError: `call_deleted`.
    """
    job = work.job
    hold(connection, job)
    refuse_deleted(connection, job.call_id)
    kept = evaluations.c
    known = sa.select(kept.id).where(kept.job_id == job.id).order_by(kept.is_listed.desc()).limit(1)
    if (before := connection.execute(known).scalar()) is not None:
        return str(before)
    connection.execute(
        evaluations.update()
        # Those that follow verdicts are made anew (stores/revisions.py); what a person made whole stays.
        .where(kept.call_id == job.call_id, sa.or_(kept.origin != Origin.HUMAN.value, kept.machine_id != ""))
        .values(is_current=False)
    )
    place = Place(job.call_id, job.id, work.origin, work.routing_version)
    ids = [add(connection, replace(place, is_listed=one is made[0]), one, now=now) for one in made]
    settle(connection, job.call_id, made, now=now)
    call_row.show(connection, job.call_id)
    return ids[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an evaluation stands: of which call, made by which work, and whether the call's list shows it."""

    call_id: str
    #: No two evaluations by one rulebook are made by the same.
    job_id: str
    origin: Origin
    routing_version: int = 0
    is_listed: bool = True


def add(connection: sa.Connection, place: Place, made: Judged, *, now: datetime) -> str:
    """Keeps one evaluation, with its findings, as a current one. The caller holds the call. Answers its id."""
    evaluation_id, book = new_id(now), made.rulebook.book
    library.remember(connection, made.rulebook, now=now)
    connection.execute(
        evaluations.insert().values(
            id=evaluation_id,
            call_id=place.call_id,
            job_id=place.job_id,
            origin=place.origin.value,
            rulebook=book.digest,
            rulebook_name=book.name,
            rulebook_version=book.version,
            routing_version=place.routing_version,
            is_current=True,
            is_listed=place.is_listed,
            status=made.status,
            **part_rows.columns(made.parts),
            document=packed(made.document),
            basis=made.basis.encode(),
            standing=made.standing or None,
            created_at=now,
        )
    )
    put_ready(connection, place.call_id, made.ready)
    _keep_findings(connection, evaluation_id, place.call_id, made)
    return evaluation_id


def _keep_findings(connection: sa.Connection, evaluation_id: str, call_id: str, made: Judged) -> None:
    whose = {one["id"]: one["agent_id"] or "" for one in made.document.get("findings", ())}
    rows = {
        finding.id: {
            "evaluation_id": evaluation_id,
            "id": finding.id,
            "call_id": call_id,
            "rule": finding.rule,
            "severity": int(finding.severity),
            "stage": finding.stage.value,
            "role": finding.role.value,
            "start_ms": finding.span.start_ms,
            "end_ms": finding.span.end_ms,
            "confidence": finding.confidence,
            "needs_human": finding.needs_human,
            "agent_id": whose.get(finding.id, ""),
        }
        for finding in made.findings
    }
    if rows:
        connection.execute(findings.insert(), list(rows.values()))


def settle(connection: sa.Connection, call_id: str, made: Sequence[Judged], *, now: datetime) -> None:
    """Where the call stands, whose it is, and the words under which search finds it. The caller holds the call."""
    first = made[0]
    scored = first.status != "not_scorable"
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(
            state=(CallState.JUDGED if scored else CallState.NOT_SCORABLE).value,
            duration_ms=first.duration_ms,
            reason=first.reason,
        )
    )
    seq = connection.execute(sa.select(calls.c.seq).where(calls.c.id == call_id)).scalar_one()
    words.index(connection, seq, first.texts)
    _name_agents(connection, call_id, seq, [agent for one in made for agent in one.agents], now)


def _name_agents(
    connection: sa.Connection, call_id: str, seq: int, agents: Sequence[str], now: datetime
) -> None:
    known = sa.select(call_agents.c.agent_id).where(call_agents.c.call_id == call_id)
    fresh = sorted({agent for agent in agents if agent} - set(connection.execute(known).scalars()))
    if fresh:
        named = {"call_id": call_id, "seq": seq, "created_at": now}
        rows = [{**named, "agent_id": agent} for agent in fresh]
        connection.execute(call_agents.insert(), rows)


def _made_by(call: MeasuredCall) -> str:
    return "+".join(f"{part.name.value}:{part.version}" for part in call.parts)[:64]
