"""Puts made-up calls into a database by the thousand, as the store itself would have written them one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import Direction, Envelope, Participant, ParticipantKind
from qa_service.lab.bench.serving.made import MadeCall, call_id, made_calls
from qa_service.stores.engine import is_sqlite
from qa_service.stores.envelopes import to_text
from qa_service.stores.squeeze import squeeze
from qa_service.stores.tables import call_agents, calls, jobs
from qa_service.stores.words import indexed

_AT_ONCE = 5_000


def fill(engine: sa.Engine, first: int, last: int, tell: Callable[[int], None] = lambda _: None) -> None:
    """The calls with numbers [first, last); what a database does by itself at night is done at the end."""
    made = made_calls(first, last)
    while batch := tuple(islice(made, _AT_ONCE)):
        with engine.begin() as connection:
            _write(connection, batch)
        tell(batch[-1].number + 1)
    squeeze(engine, lambda: True, lambda: None)
    if not is_sqlite(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))


def _write(connection: sa.Connection, batch: Sequence[MadeCall]) -> None:
    connection.execute(calls.insert(), [_row(call) for call in batch])
    places = _places(connection, len(batch))
    connection.execute(call_agents.insert(), [_own(call, places[call.id]) for call in batch])
    connection.execute(jobs.insert(), [_job(call) for call in batch])
    statement = (
        "INSERT INTO call_words (rowid, words) VALUES (:seq, :words)"
        if is_sqlite(connection)
        else "INSERT INTO call_words (seq, words) VALUES (:seq, to_tsvector('simple', :words))"
    )
    said = [{"seq": places[call.id], "words": _indexed(call.said)} for call in batch]
    connection.execute(sa.text(statement), said)


def _places(connection: sa.Connection, count: int) -> dict[str, int]:
    """Where the newest calls stand, by id."""
    newest = sa.select(calls.c.id, calls.c.seq).order_by(calls.c.seq.desc()).limit(count)
    return {row.id: row.seq for row in connection.execute(newest)}


def _own(call: MadeCall, seq: int) -> dict[str, Any]:
    return {
        "call_id": call.id,
        "agent_id": call.agent,
        "seq": seq,
        "created_at": call.created_at,
        "score": call.score,
    }


@cache
def _indexed(said: tuple[str, ...]) -> str:
    return indexed(said)


def _last(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.max(calls.c.seq))).scalar_one())


def _row(call: MadeCall) -> dict[str, Any]:
    agent = Participant("p", ParticipantKind.AGENT, agent_id=call.agent)
    envelope = Envelope(
        call_id=f"ext-{call.number}",
        direction=Direction.INBOUND,
        started_at=call.created_at,
        line=call.line,
        skill_group=call.skill_group,
        participants=(agent,),
    )
    return {
        "id": call.id,
        "external_id": envelope.call_id,
        "state": call.state,
        "source": "bench",
        "team": call.team,
        "line": call.line,
        "skill_group": call.skill_group,
        "direction": "inbound",
        "started_at": call.created_at,
        "created_at": call.created_at,
        "envelope": to_text(envelope),
        "bytes": 3_840_000,
        "duration_ms": 240_000,
        "status": "scored",
        "score": call.score,
        "passed": call.score >= 80,
        "findings": 2,
        "needs_human": call.needs_human,
    }


def _job(call: MadeCall) -> dict[str, Any]:
    return {
        "id": call_id(call.number, "job"),
        "kind": "process",
        "queue": "upload",
        "state": "done" if call.state == "judged" else "failed",
        "call_id": call.id,
        "created_at": call.created_at,
        "started_at": call.created_at,
        "finished_at": call.created_at,
    }
