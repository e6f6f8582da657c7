"""Runs of re-scoring, as rows: begun, found, listed, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from qa_service.core.people import Sight
from qa_service.core.rescores import Choice, Fate, Pace, Rescore, RescoreState, Selection, Volume
from qa_service.stores.tables import rescore_calls, rescore_chunks, rescores

#: A run's chunk, as the column says it.
QUEUED, RUNNING, DONE = "queued", "running", "done"
#: How fast a run goes is told by what was done in this time.
_LATELY = timedelta(minutes=1)
_NO_DIFF = tuple(column for column in rescores.c if column.name != "diff")


def add(connection: sa.Connection, run: Rescore) -> None:
    """Keeps a run whose calls are still to be chosen."""
    connection.execute(
        rescores.insert().values(
            id=run.id,
            state=run.state.value,
            rulebook=run.digest,
            rulebook_name=run.rulebook,
            rulebook_version=run.version,
            selection=_selections().dump_json(run.selection).decode(),
            volume=_volumes().dump_json(run.volume).decode(),
            created_at=run.created_at,
            created_by=run.created_by,
            starts_at=run.starts_at,
            against=run.against,
            against_name=run.against_name,
        )
    )


def find(connection: sa.Connection, run_id: str) -> Rescore | None:
    """The run with this id."""
    row = connection.execute(sa.select(*_NO_DIFF).where(rescores.c.id == run_id)).first()
    return None if row is None else _run(row, done(connection, run_id))


def hold(connection: sa.Connection, run_id: str) -> Rescore | None:
    """As `find`; nobody else changes the run before this transaction ends."""
    connection.execute(sa.select(rescores.c.id).where(rescores.c.id == run_id).with_for_update())
    return find(connection, run_id)


def newest(connection: sa.Connection, *, limit: int, before: datetime | None = None) -> Sequence[Rescore]:
    """Runs, the newest first."""
    query = sa.select(*_NO_DIFF).order_by(rescores.c.created_at.desc(), rescores.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(rescores.c.created_at < before)
    return [_run(row, done(connection, row.id)) for row in connection.execute(query).all()]


def working(connection: sa.Connection, now: datetime | None = None) -> Sequence[Rescore]:
    """Runs for which processes have something to do, the oldest first; how much is done is not counted.

    With a time, those alone that begin by then.
    """
    at_work = [state.value for state in RescoreState if state.works]
    query = sa.select(*_NO_DIFF).where(rescores.c.state.in_(at_work), rescores.c.is_paused.is_(False))
    if now is not None:
        query = query.where(sa.or_(rescores.c.starts_at.is_(None), rescores.c.starts_at <= now))
    ordered = query.order_by(rescores.c.created_at, rescores.c.id)
    return [_run(row, 0) for row in connection.execute(ordered).all()]


def done(connection: sa.Connection, run_id: str) -> int:
    """How many calls of the phase that goes on are done."""
    total = sa.func.coalesce(sa.func.sum(rescore_chunks.c.calls), 0)
    query = sa.select(total).where(rescore_chunks.c.run_id == run_id, rescore_chunks.c.state == DONE)
    return int(connection.execute(query).scalar_one())


def pace(connection: sa.Connection, run: Rescore, *, now: datetime) -> Pace:
    """How fast it goes."""
    if not run.state.works or run.began_at is None:
        return Pace()
    during = min(_LATELY, now - run.began_at)
    total = sa.func.coalesce(sa.func.sum(rescore_chunks.c.calls), 0)
    lately = sa.select(total).where(
        rescore_chunks.c.run_id == run.id,
        rescore_chunks.c.state == DONE,
        rescore_chunks.c.ended_at >= now - during,
    )
    return Pace.of(run, int(connection.execute(lately).scalar_one()), during)


def fates(connection: sa.Connection, run_id: str) -> Mapping[Fate, int]:
    """How many calls came to what."""
    query = sa.select(rescore_calls.c.fate, sa.func.count()).where(rescore_calls.c.run_id == run_id)
    return {Fate(fate): count for fate, count in connection.execute(query.group_by(rescore_calls.c.fate))}


def diff(connection: sa.Connection, run_id: str) -> bytes | None:
    """What was counted; None before all is compared."""
    return connection.execute(sa.select(rescores.c.diff).where(rescores.c.id == run_id)).scalar()


def change(connection: sa.Connection, run_id: str, **values: Any) -> None:
    """Writes down what a person or the end of a phase changes; whoever had a turn of the run's own loses it."""
    state = values.get("state")
    told = {**values, "state": state.value} if isinstance(state, RescoreState) else values
    moved = {"fence": rescores.c.fence + 1, "node": ""}
    connection.execute(rescores.update().where(rescores.c.id == run_id).values(**told, **moved))


def forget_calls(connection: sa.Connection, run_id: str) -> None:
    """Nothing will become of what was proposed."""
    for table in (rescore_calls, rescore_chunks):
        connection.execute(table.delete().where(table.c.run_id == run_id))


def forget_old(connection: sa.Connection, before: datetime) -> int:
    """Drops what was proposed for single calls in runs that were over by then; run and difference stay. How many."""
    over = [state.value for state in RescoreState if state.is_over]
    has_calls = sa.exists().where(rescore_chunks.c.run_id == rescores.c.id)
    old = sa.select(rescores.c.id).where(rescores.c.state.in_(over), rescores.c.ended_at < before, has_calls)
    found = connection.execute(old).scalars().all()
    for run_id in found:
        forget_calls(connection, run_id)
    return len(found)


def covers(sight: Sight, other: Sight) -> bool:
    """Whether somebody sees every call that somebody else sees.

    >>> covers(Sight(teams=("a", "b")), Sight(teams=("b",))), covers(Sight(teams=("a",)), Sight(everything=True))
    (True, False)
    """
    if sight.everything:
        return True
    return not other.everything and not sight.agent_id and set(other.teams) <= set(sight.teams)


def choice_text(choice: Choice) -> str:
    """As the column keeps it."""
    return _choices().dump_json(choice).decode()


def _run(row: Any, done_calls: int) -> Rescore:
    return Rescore(
        id=row.id,
        state=RescoreState(row.state),
        rulebook=row.rulebook_name,
        version=row.rulebook_version,
        digest=row.rulebook,
        selection=_selections().validate_json(row.selection),
        volume=_volumes().validate_json(row.volume),
        created_at=row.created_at,
        created_by=row.created_by,
        starts_at=row.starts_at,
        against=row.against,
        against_name=row.against_name,
        is_paused=row.is_paused,
        total=row.total,
        done=done_calls,
        candidates=row.candidates,
        began_at=row.began_at,
        ended_at=row.ended_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
        choice=_choices().validate_json(row.choice) if row.choice else Choice(),
        error_code=row.error_code,
    )


@cache
def _selections() -> TypeAdapter[Selection]:
    return TypeAdapter(Selection)


@cache
def _volumes() -> TypeAdapter[Volume]:
    return TypeAdapter(Volume)


@cache
def _choices() -> TypeAdapter[Choice]:
    return TypeAdapter(Choice)
