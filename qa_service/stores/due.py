"""Which calls a retention class would take something from.

What is held, worked on, of another class, or on its way out already is not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.keeping import CallPart, Preview, RetentionClass
from qa_service.core.stored import JobState
from qa_service.stores.holds import standing
from qa_service.stores.retention import WITH_KEEPING, own_class
from qa_service.stores.tables import call_keeping, calls, jobs, lent_sound

_AT_WORK = sa.select(jobs.c.call_id).where(jobs.c.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]))


@dataclass(frozen=True, slots=True)
class Due:
    """A call, and what is to go of it."""

    seq: int
    call_id: str
    parts: frozenset[CallPart]


def candidates(
    connection: sa.Connection, wanted: RetentionClass, now: datetime, *, after: int, limit: int
) -> Sequence[Due]:
    """The next calls in order of their `seq` that have something due."""
    query = _query(wanted, now).where(calls.c.seq > after).order_by(calls.c.seq).limit(limit)
    return tuple(map(_due, connection.execute(query)))


def still_due(
    connection: sa.Connection, wanted: RetentionClass, now: datetime, call_ids: Sequence[str]
) -> Sequence[Due]:
    """Those of them that are due in this transaction, whose rows are ours until it ends."""
    query = _query(wanted, now).where(calls.c.id.in_(call_ids)).order_by(calls.c.seq)
    return tuple(map(_due, connection.execute(query.with_for_update(of=calls))))


def preview(connection: sa.Connection, wanted: RetentionClass, until: datetime) -> Preview:
    """How much the class would take until then, were it in force."""
    gone = {part: _is_due(part, wanted, until) for part in CallPart}
    sound = sa.and_(gone[CallPart.SOUND], _HAS_SOUND)
    amount = sa.select(
        _how_many(sound),
        _how_many(gone[CallPart.TEXT]),
        _how_many(gone[CallPart.REST]),
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(sound, _IS_OURS), calls.c.bytes), else_=0)), 0),
    ).select_from(WITH_KEEPING)
    row = connection.execute(amount.where(*_may_go(wanted))).one()
    held = sa.select(sa.func.count()).select_from(WITH_KEEPING)
    is_held = held.where(_is_of(wanted), _any_due(wanted, until), calls.c.id.in_(standing()))
    return Preview(
        name=wanted.name,
        is_in_force=wanted.in_force_at is not None,
        sound=row[0],
        text=row[1],
        rest=row[2],
        held=connection.execute(is_held).scalar_one(),
        bytes=int(row[3]),
    )


def _query(wanted: RetentionClass, now: datetime) -> sa.Select[Any]:
    flags = [_is_due(part, wanted, now).label(part.value) for part in CallPart]
    query = sa.select(calls.c.seq, calls.c.id, *flags).select_from(WITH_KEEPING)
    return query.where(*_may_go(wanted), _any_due(wanted, now))


def _may_go(wanted: RetentionClass) -> Sequence[sa.ColumnElement[bool]]:
    return (_is_of(wanted), calls.c.id.not_in(standing()), calls.c.id.not_in(_AT_WORK), _MARK == "")


def _is_of(wanted: RetentionClass) -> sa.ColumnElement[bool]:
    """Whether the class is a call's own, or the default one of a call without."""
    own = own_class()
    return sa.or_(own == wanted.name, own == "") if wanted.is_default else own == wanted.name


def _any_due(wanted: RetentionClass, now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(*(_is_due(part, wanted, now) for part in CallPart))


def _is_due(part: CallPart, wanted: RetentionClass, now: datetime) -> sa.ColumnElement[bool]:
    cut = wanted.cut(part, now)
    return sa.false() if cut is None else sa.and_(calls.c.created_at < cut, _IS_THERE[part])


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


_MARK = sa.func.coalesce(call_keeping.c.marked, "")
#: What is sealed of a transcript is words: it goes with the text.
_IS_OURS = sa.and_(calls.c.audio_key != "", sa.not_(calls.c.is_text))
_HAS_SOUND = sa.or_(_IS_OURS, calls.c.id.in_(sa.select(lent_sound.c.call_id)))
_IS_THERE = {
    CallPart.SOUND: _HAS_SOUND,
    CallPart.TEXT: call_keeping.c.text_gone_at.is_(None),
    CallPart.REST: call_keeping.c.figures_at.is_(None),
}


def _due(row: Any) -> Due:
    flagged = frozenset(part for part in CallPart if getattr(row, part.value))
    return Due(row.seq, row.id, frozenset(CallPart) if CallPart.REST in flagged else flagged)
