"""Deletion of what is kept of calls, so that a death at any point leaves nothing half done for long.

Three steps, each safe to repeat. First the decision: the parts are marked and the key of the sound is destroyed in
one transaction, after which nobody can hear it and no hold can stop it. Then the sealed object. Last the rows, the
marks and the entry in the audit log, in one transaction. Whatever is marked and not finished is taken up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.calls import Envelope
from qa_service.core.keeping import CallPart, RetentionClass
from qa_service.stores import alerts, audit, reviews, words
from qa_service.stores.due import Due, still_due
from qa_service.stores.envelopes import from_text, to_text
from qa_service.stores.holds import one_decides
from qa_service.stores.outcomes import forget_customer
from qa_service.stores.tables import (
    call_agents,
    call_keeping,
    calls,
    evaluations,
    hold_calls,
    holds,
    idempotency,
    jobs,
    lent_sound,
    measured,
    rescore_calls,
)

#: Who decides where a class does.
MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who wants parts of calls gone, and for what: a class or a person's reason."""

    by: str
    cause: str
    keeps_figures: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A call on its way out."""

    seq: int
    call_id: str
    #: The sealed object to be deleted; empty where there is none, or it stays.
    audio_key: str
    parts: frozenset[CallPart]
    decision: Decision
    #: What was received goes, wherever it lies.
    is_bare: bool = False


def mark_due(
    connection: sa.Connection, wanted: RetentionClass, now: datetime, call_ids: Sequence[str]
) -> int:
    """Decides on those of the calls that are due by this class, here and now; answers how many."""
    one_decides(connection)
    due = still_due(connection, wanted, now, call_ids)
    mark(connection, due, Decision(MACHINE, wanted.name, wanted.keeps_figures))
    return len(due)


def mark(connection: sa.Connection, due: Iterable[Due], decision: Decision) -> None:
    """Decides: from here on the sound cannot be opened and the words cannot be written again."""
    for one in due:
        values = {
            "marked": " ".join(sorted(one.parts)),
            "keeps_figures": decision.keeps_figures,
            "marked_by": decision.by,
            "marked_for": decision.cause[:100],
        }
        known = call_keeping.update().where(call_keeping.c.call_id == one.call_id).values(**values)
        if not connection.execute(known).rowcount:
            connection.execute(call_keeping.insert().values(call_id=one.call_id, **values))
        shredded = calls.update().where(calls.c.id == one.call_id, _goes(one.parts)).values(data_key=None)
        connection.execute(shredded)
        if CallPart.SOUND in one.parts:  # what stayed in its source is ours to hear no more
            connection.execute(lent_sound.delete().where(lent_sound.c.call_id == one.call_id))


def pending(connection: sa.Connection, *, after: int = 0, limit: int = 50) -> tuple[Marked, ...]:
    """What was decided and is not finished, in order of `seq`."""
    query = _marked().where(calls.c.seq > after).order_by(calls.c.seq).limit(limit)
    return tuple(map(_marked_of, connection.execute(query)))


def pending_of(connection: sa.Connection, call_ids: Sequence[str]) -> tuple[Marked, ...]:
    """The same, of these calls."""
    query = _marked().where(calls.c.id.in_(call_ids)).order_by(calls.c.seq)
    return tuple(map(_marked_of, connection.execute(query)))


def finish(connection: sa.Connection, gone: Sequence[Marked], *, now: datetime) -> Mapping[CallPart, int]:
    """Deletes the rows of calls whose objects are gone, and writes down what was done; answers the counts.

    What another process has finished meanwhile is not counted again.
    """
    ids = [one.call_id for one in gone]
    locked = _marked().where(calls.c.id.in_(ids)).order_by(calls.c.seq).with_for_update(of=calls)
    ours = tuple(map(_marked_of, connection.execute(locked)))
    for one in ours:
        if CallPart.TEXT in one.parts:
            _delete_text(connection, one, now)
        if CallPart.REST in one.parts:
            _delete_rest(connection, one, now)
    _unmark(connection, ours)
    for decision in {one.decision: None for one in ours}:
        _write_down(connection, decision, [one for one in ours if one.decision == decision], now)
    return {part: sum(part in one.parts for one in ours) for part in CallPart}


def _marked() -> sa.Select[Any]:
    with_keeping = calls.join(call_keeping, call_keeping.c.call_id == calls.c.id)
    kept = call_keeping.c
    columns = (kept.marked, kept.keeps_figures, kept.marked_by, kept.marked_for)
    query = sa.select(calls.c.seq, calls.c.id, calls.c.audio_key, calls.c.is_text, *columns)
    return query.select_from(with_keeping).where(kept.marked != "")


def _marked_of(row: Any) -> Marked:
    parts = frozenset(map(CallPart, row.marked.split()))
    goes = (CallPart.TEXT if row.is_text else CallPart.SOUND) in parts
    decision = Decision(row.marked_by, row.marked_for, row.keeps_figures)
    return Marked(row.seq, row.id, row.audio_key if goes else "", parts, decision, goes)


def _goes(parts: frozenset[CallPart]) -> sa.ColumnElement[bool]:
    """Whether the sealed object goes with these parts: what is sealed of a transcript is words."""
    kinds = [part is CallPart.TEXT for part in (CallPart.SOUND, CallPart.TEXT) if part in parts]
    return calls.c.is_text.in_(kinds) if kinds else sa.false()


def _delete_text(connection: sa.Connection, one: Marked, now: datetime) -> None:
    connection.execute(measured.delete().where(measured.c.call_id == one.call_id))
    words.forget(connection, one.seq)
    emptied = {"document": b"", "basis": None, "standing": None}
    connection.execute(evaluations.update().where(evaluations.c.call_id == one.call_id).values(**emptied))
    # Nothing can be made of what was proposed: its document would be written from what is gone.
    connection.execute(rescore_calls.delete().where(rescore_calls.c.call_id == one.call_id))
    reviews.forget_words(connection, one.call_id)
    alerts.forget_words(connection, one.call_id)
    connection.execute(jobs.update().where(jobs.c.call_id == one.call_id).values(error_detail=""))
    connection.execute(
        call_keeping.update().where(call_keeping.c.call_id == one.call_id).values(text_gone_at=now)
    )


def _delete_rest(connection: sa.Connection, one: Marked, now: datetime) -> None:
    lifted = sa.select(holds.c.id).where(holds.c.lifted_at.is_not(None))
    connection.execute(
        hold_calls.delete().where(hold_calls.c.call_id == one.call_id, hold_calls.c.hold_id.in_(lifted))
    )
    work = sa.select(jobs.c.id).where(jobs.c.call_id == one.call_id)
    connection.execute(idempotency.delete().where(idempotency.c.object_id.in_(work)))
    customer = connection.execute(sa.select(calls.c.customer).where(calls.c.id == one.call_id)).scalar_one()
    if one.decision.keeps_figures:
        _keep_figures(connection, one.call_id, now)
    else:
        connection.execute(calls.delete().where(calls.c.id == one.call_id))
    forget_customer(connection, customer)


def _keep_figures(connection: sa.Connection, call_id: str, now: datetime) -> None:
    """Scores, findings, line and team stay; who it was and what leads back to them does not."""
    connection.execute(call_agents.delete().where(call_agents.c.call_id == call_id))
    connection.execute(jobs.delete().where(jobs.c.call_id == call_id))
    reviews.forget_agents(connection, call_id)
    alerts.forget_agents(connection, call_id)
    known = from_text(
        connection.execute(sa.select(calls.c.envelope).where(calls.c.id == call_id)).scalar_one()
    )
    plain = Envelope(direction=known.direction, line=known.line, skill_group=known.skill_group)
    connection.execute(
        calls.update()
        .where(calls.c.id == call_id)
        .values(
            external_id="", customer="", file_name="", sha256="", started_at=None, envelope=to_text(plain)
        )
    )
    connection.execute(call_keeping.update().where(call_keeping.c.call_id == call_id).values(figures_at=now))


def _unmark(connection: sa.Connection, ours: Sequence[Marked]) -> None:
    """The marks go, and with the object its name: it may have been a telephone number."""
    without = [one.call_id for one in ours if one.is_bare]
    connection.execute(calls.update().where(calls.c.id.in_(without)).values(audio_key="", file_name=""))
    every = [one.call_id for one in ours]
    connection.execute(call_keeping.update().where(call_keeping.c.call_id.in_(every)).values(marked=""))


def _write_down(connection: sa.Connection, decision: Decision, gone: Sequence[Marked], now: datetime) -> None:
    counts = {part.value: sum(part in one.parts for one in gone) for part in CallPart}
    detail = {**counts, "cause": decision.cause, "calls": [one.call_id for one in gone]}
    about = "retention" if decision.by == MACHINE else f"call:{gone[0].call_id}"
    audit.write(connection, audit.Entry(decision.by, "delete", about, detail), now=now)
