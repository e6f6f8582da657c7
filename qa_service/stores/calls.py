"""Calls in the store: how they come in, and what becomes of them. How they are listed: lists.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import ParticipantKind
from qa_service.core.people import Sight
from qa_service.core.stored import CallState, NewCall, StoredCall
from qa_service.stores.envelopes import from_text, to_text
from qa_service.stores.tables import call_agents, calls


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
    made = connection.execute(
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
        place = {"call_id": call.id, "seq": made.inserted_primary_key[0], "created_at": now}  # type: ignore[index]
        connection.execute(call_agents.insert(), [{**place, "agent_id": agent} for agent in sorted(named)])


def find(connection: sa.Connection, call_id: str, sight: Sight) -> StoredCall | None:
    """The call, where it exists and may be seen."""
    row = connection.execute(sa.select(calls).where(calls.c.id == call_id, visible(sight))).first()
    return None if row is None else stored(row)


def hold(connection: sa.Connection, call_id: str, sight: Sight) -> StoredCall | None:
    """As `find`; nobody else changes the call before this transaction ends."""
    query = sa.select(calls).where(calls.c.id == call_id, visible(sight)).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else stored(row)


def named(connection: sa.Connection, external_id: str, sight: Sight) -> StoredCall | None:
    """The newest call that the telephone system calls so, where it may be seen."""
    query = sa.select(calls).where(calls.c.external_id == external_id, visible(sight))
    row = connection.execute(query.order_by(calls.c.seq.desc()).limit(1)).first() if external_id else None
    return None if row is None else stored(row)


def data_key(connection: sa.Connection, call_id: str) -> bytes | None:
    """The wrapped key of the call's sound."""
    return connection.execute(sa.select(calls.c.data_key).where(calls.c.id == call_id)).scalar()


def give_key(connection: sa.Connection, call_id: str, wrapped: bytes) -> None:
    """A key for a call that has none; one that is there stays."""
    has_none = sa.and_(calls.c.id == call_id, calls.c.data_key.is_(None))
    connection.execute(calls.update().where(has_none).values(data_key=wrapped))


def same_sound(connection: sa.Connection, sha256: str, sight: Sight) -> str | None:
    """The id of a call with the very same recording, where it may be seen."""
    query = sa.select(calls.c.id).where(calls.c.sha256 == sha256, visible(sight))
    return connection.execute(query.order_by(calls.c.seq).limit(1)).scalar()


def set_roles(
    connection: sa.Connection,
    call_id: str,
    *,
    agent_channel: int | None,
    are_swapped: bool,
    are_confirmed: bool,
) -> None:
    """What was said about who is who; what is confirmed is not doubted any more."""
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(agent_channel=agent_channel, are_swapped=are_swapped, are_roles_confirmed=are_confirmed)
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
        are_roles_confirmed=row.are_roles_confirmed,
        duration_ms=row.duration_ms,
        status=row.status,
        score=row.score,
        passed=row.passed,
        worst=row.worst,
        findings=row.findings,
        needs_human=row.needs_human,
        reason=row.reason,
    )
