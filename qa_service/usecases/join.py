"""A recording and its call detail record: which record is meant, who the agent was, what is known of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qa_service.core.items import CdrRecord
from qa_service.core.sources import Handling, JoinBy
from qa_service.core.staff import plain_id
from qa_service.ports.sources import Registers
from qa_service.usecases.source_names import Named


@dataclass(frozen=True, slots=True)
class Joined:
    """What is known about a recording, written as an envelope; `is_awaited`: its record may still come."""

    envelope: Mapping[str, Any]
    is_awaited: bool = False


def joined(registers: Registers, handling: Handling, said: Named, given: Mapping[str, Any]) -> Joined:
    """The envelope of a recording: what its record says wins over what was given with it.

    A time and an extension find the record nearest in time; two that are equally near find none, and what is
    doubtful is left out. Without a record the agent is looked up in the login table.
    """
    told = {**said.envelope(), **{name: value for name, value in given.items() if value}}
    at = _zoned(said.started_at, handling.timezone)
    record = _record(registers, handling, str(told.get("call_id", "")), _Seat(plain_id(said.extension), at))
    agent = record.agent_id if record else ""
    seat = (
        _Seat(record.extension or plain_id(said.extension), record.started_at or at)
        if record
        else _Seat(plain_id(said.extension), at)
    )
    agent = agent or _agent_at(registers, seat)
    envelope = _with_agent({**told, **(_of_record(record) if record else {})}, agent)
    if "customer" in envelope:
        envelope.pop("customer_number", None)
    return Joined(envelope, is_awaited=handling.join is not JoinBy.NOTHING and record is None)


@dataclass(frozen=True, slots=True)
class _Seat:
    """An extension at a moment."""

    extension: str
    at: datetime | None


def _record(registers: Registers, handling: Handling, call_id: str, seat: _Seat) -> CdrRecord | None:
    if handling.join is JoinBy.CALL_ID:
        return registers.by_call_id(handling.cdr, call_id) if call_id else None
    if handling.join is JoinBy.NOTHING or not seat.extension or seat.at is None:
        return None
    within = timedelta(seconds=handling.join_within_s)
    near = registers.by_extension(handling.cdr, seat.extension, seat.at - within, seat.at + within)
    return _nearest(near, seat.at)


def _nearest(records: Sequence[CdrRecord], at: datetime) -> CdrRecord | None:
    distances = [(abs(record.started_at - at), record) for record in records if record.started_at]
    closest = min((distance for distance, _ in distances), default=None)
    there = [record for distance, record in distances if distance == closest]
    return there[0] if len(there) == 1 else None


def _agent_at(registers: Registers, seat: _Seat) -> str:
    if not seat.extension or seat.at is None:
        return ""
    there = {login.agent_id for login in registers.logins(seat.extension, seat.at)}
    return there.pop() if len(there) == 1 else ""


def _of_record(record: CdrRecord) -> dict[str, Any]:
    said = {
        "call_id": record.call_id,
        "started_at": record.started_at.isoformat() if record.started_at else "",
        "customer": record.customer,
        "direction": record.direction,
        "line": record.line,
        "skill_group": record.skill_group,
    }
    return {name: value for name, value in said.items() if value}


def _with_agent(envelope: dict[str, Any], agent: str) -> dict[str, Any]:
    """Participants that were told in full stay as they are: they know more than one name."""
    told = envelope.get("participants") or []
    if not agent or len(told) > 1 or any(one.get("kind") != "agent" for one in told):
        return envelope
    known = dict(told[0]) if told else {"id": "agent", "kind": "agent"}
    return {**envelope, "participants": [{**known, "agent_id": agent}]}


def _zoned(moment: datetime | None, timezone: str) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(timezone))
