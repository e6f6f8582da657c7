"""What was made of a call: its measurements, and every evaluation it ever got. Fenced: a zombie writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard

from qa_service.core.findings import Finding
from qa_service.core.measured import MeasuredCall
from qa_service.core.stored import CallState, Job, Origin
from qa_service.ports.storing import Judged, KeptMeasures
from qa_service.stores import words
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
    connection.execute(measured.delete().where(measured.c.call_id == job.call_id))
    connection.execute(
        measured.insert().values(
            call_id=job.call_id,
            version=1,
            made_by=_made_by(kept.call),
            content=pack(kept.call),
            timings=json.dumps(dict(kept.timings_ms)),
            created_at=now,
        )
    )


def measured_call(connection: sa.Connection, call_id: str) -> KeptMeasures | None:
    """The stored measurements, where there are any."""
    query = sa.select(measured.c.content, measured.c.timings).where(measured.c.call_id == call_id)
    row = connection.execute(query.order_by(measured.c.version.desc()).limit(1)).first()
    return None if row is None else KeptMeasures(unpack(row.content, source=call_id), json.loads(row.timings))


def keep_evaluation(
    connection: sa.Connection, job: Job, made: Judged, origin: Origin, *, now: datetime
) -> str:
    """Keeps an evaluation beside all earlier ones and makes it the current one. Answers its id.

    A second result of the same work answers the first one's id and changes nothing.

    Raises:
        Fenced: somebody else has taken the work over.
        RecordingError: `call_deleted`.
    """
    hold(connection, job)
    refuse_deleted(connection, job.call_id)
    known = connection.execute(sa.select(evaluations.c.id).where(evaluations.c.job_id == job.id)).scalar()
    if known is not None:
        return str(known)
    evaluation_id = new_id(now)
    connection.execute(
        evaluations.update()
        .where(evaluations.c.call_id == job.call_id, evaluations.c.origin != Origin.HUMAN.value)
        .values(is_current=False)
    )
    connection.execute(
        evaluations.insert().values(
            id=evaluation_id,
            call_id=job.call_id,
            job_id=job.id,
            origin=origin.value,
            rulebook=made.rulebook,
            is_current=True,
            status=made.status,
            score=made.score,
            passed=made.passed,
            document=_packed(made.document),
            created_at=now,
        )
    )
    _keep_findings(connection, evaluation_id, job.call_id, made.findings)
    _show(connection, job.call_id, made, now)
    return evaluation_id


def _keep_findings(
    connection: sa.Connection, evaluation_id: str, call_id: str, found: Sequence[Finding]
) -> None:
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
        }
        for finding in found
    }
    if rows:
        connection.execute(findings.insert(), list(rows.values()))


def _show(connection: sa.Connection, call_id: str, made: Judged, now: datetime) -> None:
    """What lists and search show of the call."""
    worst = max((finding.severity for finding in made.findings), default=None)
    scored = made.status != "not_scorable"
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(
            state=(CallState.JUDGED if scored else CallState.NOT_SCORABLE).value,
            duration_ms=made.duration_ms,
            status=made.status,
            score=made.score,
            passed=made.passed,
            worst="" if worst is None else worst.word,
            findings=len(made.findings),
            needs_human=sum(finding.needs_human for finding in made.findings),
            reason=made.reason,
        )
    )
    seq = connection.execute(sa.select(calls.c.seq).where(calls.c.id == call_id)).scalar_one()
    words.index(connection, seq, made.texts)
    known = set(
        connection.execute(
            sa.select(call_agents.c.agent_id).where(call_agents.c.call_id == call_id)
        ).scalars()
    )
    fresh = [
        {"call_id": call_id, "agent_id": a, "created_at": now} for a in made.agents if a and a not in known
    ]
    if fresh:
        connection.execute(call_agents.insert(), fresh)


def current(connection: sa.Connection, call_id: str) -> dict[str, Any] | None:
    """The document of the current evaluation, unless it was deleted."""
    query = sa.select(evaluations.c.document).where(
        evaluations.c.call_id == call_id, evaluations.c.is_current.is_(True)
    )
    content = connection.execute(query.order_by(evaluations.c.created_at.desc()).limit(1)).scalar()
    return _unpacked(content) if content else None


def history(connection: sa.Connection, call_id: str) -> tuple[dict[str, Any], ...]:
    """Every evaluation that the call ever got, newest first, without the documents."""
    kept = evaluations.c
    query = sa.select(
        kept.id,
        kept.origin,
        kept.rulebook,
        kept.is_current,
        kept.status,
        kept.score,
        kept.passed,
        kept.created_at,
    ).where(kept.call_id == call_id)
    rows = connection.execute(query.order_by(kept.created_at.desc(), kept.id.desc())).all()
    return tuple(dict(row._mapping) for row in rows)


def _made_by(call: MeasuredCall) -> str:
    return "+".join(f"{part.name.value}:{part.version}" for part in call.parts)[:64]


def _packed(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=6).compress(text.encode())


def _unpacked(content: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(content))
    return document
