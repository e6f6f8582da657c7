"""Calls in the store: how they come in, what becomes of them, and how they are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import ParticipantKind
from qa_service.core.lists import Filter, Page
from qa_service.core.people import Sight
from qa_service.core.stored import CallState, NewCall, StoredCall
from qa_service.stores.envelopes import from_text, to_text
from qa_service.stores.tables import call_agents, calls
from qa_service.stores.words import matching

#: One page of a list; more is asked for with the cursor.
MOST_ROWS = 200


def visible(sight: Sight) -> sa.ColumnElement[bool]:
    """What somebody sees, as a condition on `calls`."""
    if sight.everything:
        return sa.true()
    if sight.agent_id:
        own = sa.select(call_agents.c.call_id).where(call_agents.c.agent_id == sight.agent_id)
        return calls.c.id.in_(own)
    return calls.c.team.in_(sight.teams) if sight.teams else sa.false()


def add(connection: sa.Connection, call: NewCall, *, now: datetime, data_key: bytes | None) -> None:
    """Takes a call in; it waits for its work."""
    envelope = call.envelope
    connection.execute(
        calls.insert().values(
            id=call.id,
            external_id=envelope.call_id,
            state=CallState.WAITING.value,
            source=call.source,
            team=call.team,
            line=envelope.line,
            skill_group=envelope.skill_group,
            direction=envelope.direction.value,
            customer=envelope.customer,
            started_at=envelope.started_at,
            created_at=now,
            sha256=call.sha256,
            file_name=call.file_name,
            bytes=call.bytes,
            audio_key=call.audio_key,
            data_key=data_key,
            agent_channel=call.agent_channel,
            is_text=call.is_text,
            envelope=to_text(envelope),
        )
    )
    named = {p.agent_id for p in envelope.participants if p.kind is ParticipantKind.AGENT and p.agent_id}
    if named:
        rows = [{"call_id": call.id, "agent_id": agent, "created_at": now} for agent in sorted(named)]
        connection.execute(call_agents.insert(), rows)


def find(connection: sa.Connection, call_id: str, sight: Sight) -> StoredCall | None:
    """The call, where it exists and may be seen."""
    row = connection.execute(sa.select(calls).where(calls.c.id == call_id, visible(sight))).first()
    return None if row is None else stored(row)


def data_key(connection: sa.Connection, call_id: str) -> bytes | None:
    """The wrapped key of the call's sound."""
    return connection.execute(sa.select(calls.c.data_key).where(calls.c.id == call_id)).scalar()


def page(
    connection: sa.Connection, sight: Sight, wanted: Filter, *, limit: int = 50, before: int | None = None
) -> Page:
    """One page, newest first; `before` is the cursor of the page before."""
    limit = min(limit, MOST_ROWS)
    query = sa.select(calls).where(visible(sight), *_conditions(connection, wanted))
    if before is not None:
        query = query.where(calls.c.seq < before)
    rows = connection.execute(query.order_by(calls.c.seq.desc()).limit(limit + 1)).all()
    cursor = rows[limit - 1].seq if len(rows) > limit else None
    return Page(tuple(map(stored, rows[:limit])), cursor)


def selected(connection: sa.Connection, sight: Sight, wanted: Filter) -> sa.Select[Any]:
    """The ids of all calls that a list with this filter would show, as a query."""
    return sa.select(calls.c.id).where(visible(sight), *_conditions(connection, wanted))


def _conditions(connection: sa.Connection, wanted: Filter) -> Sequence[sa.ColumnElement[bool]]:
    given: list[sa.ColumnElement[bool]] = []
    for column, value in (
        (calls.c.line, wanted.line),
        (calls.c.skill_group, wanted.skill_group),
        (calls.c.external_id, wanted.external_id),
    ):
        if value:
            given.append(column == value)
    if wanted.states:
        given.append(calls.c.state.in_([state.value for state in wanted.states]))
    if wanted.agent_id:
        own = sa.select(call_agents.c.call_id).where(call_agents.c.agent_id == wanted.agent_id)
        given.append(calls.c.id.in_(own))
    if wanted.text:
        given.append(calls.c.seq.in_(matching(connection, wanted.text)))
    return [*given, *_ranges(wanted)]


def _ranges(wanted: Filter) -> Sequence[sa.ColumnElement[bool]]:
    given: list[sa.ColumnElement[bool]] = []
    if wanted.since:
        given.append(calls.c.created_at >= wanted.since)
    if wanted.until:
        given.append(calls.c.created_at < wanted.until)
    if wanted.below is not None:
        given.append(calls.c.score < wanted.below)
    if wanted.needs_human:
        given.append(calls.c.needs_human > 0)
    return given


def same_sound(connection: sa.Connection, sha256: str, sight: Sight) -> str | None:
    """The id of a call with the very same recording, where it may be seen."""
    query = sa.select(calls.c.id).where(calls.c.sha256 == sha256, visible(sight))
    return connection.execute(query.order_by(calls.c.seq).limit(1)).scalar()


def set_roles(
    connection: sa.Connection, call_id: str, *, agent_channel: int | None, are_swapped: bool
) -> None:
    """What a person said about who is who."""
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(agent_channel=agent_channel, are_swapped=are_swapped)
    )


def set_state(connection: sa.Connection, call_id: str, state: CallState, *, reason: str = "") -> None:
    """Where the call stands now."""
    connection.execute(calls.update().where(calls.c.id == call_id).values(state=state.value, reason=reason))


def stored(row: Any) -> StoredCall:
    """A row of the table as a value."""
    return StoredCall(
        id=row.id,
        state=CallState(row.state),
        source=row.source,
        envelope=from_text(row.envelope),
        team=row.team,
        sha256=row.sha256,
        file_name=row.file_name,
        bytes=row.bytes,
        audio_key=row.audio_key,
        agent_channel=row.agent_channel,
        created_at=row.created_at,
        is_text=row.is_text,
        are_swapped=row.are_swapped,
        duration_ms=row.duration_ms,
        status=row.status,
        score=row.score,
        passed=row.passed,
        worst=row.worst,
        findings=row.findings,
        needs_human=row.needs_human,
        reason=row.reason,
    )
