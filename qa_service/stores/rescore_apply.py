"""One call of an approved run: the new evaluation takes the place of the one that it was compared with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import RecordingError
from qa_service.core.ids import digest
from qa_service.core.rescores import Fate, Rescore
from qa_service.core.stored import CallState, Origin
from qa_service.ports.rescore_work import Applied
from qa_service.ports.storing import Judged
from qa_service.stores import audit, call_row, results, revisions
from qa_service.stores.former import machines
from qa_service.stores.retention import refuse_deleted
from qa_service.stores.revisions import Reviser
from qa_service.stores.tables import calls, evaluations, rescore_calls
from qa_service.usecases.judge_again import GONE
from qa_service.usecases.rescore_step import JUDGED_MEANWHILE


def apply(connection: sa.Connection, run: Rescore, one: Applied, reviser: Reviser, *, now: datetime) -> None:
    """Done twice, the second time does nothing. The caller holds the step.

    What people said of findings is applied to the new ones (ADR 22). Nobody is alerted: the call is long over.
    """
    at = rescore_calls.c
    same = (at.run_id == run.id, at.call_id == one.call_id, at.fate == Fate.PROPOSED.value)
    if connection.execute(sa.select(at.call_id).where(*same)).first() is None:
        return
    reason = one.reason or _in_the_way(connection, run, one)
    if not reason and one.judged is not None:
        _put(connection, run, one, one.judged, now)
        revisions.renew(connection, one.call_id, reviser, now=now)
        _note(connection, run, one, now)
    fate = Fate.CHANGED if reason else Fate.APPLIED
    connection.execute(rescore_calls.update().where(*same).values(fate=fate.value, reason=reason))


def _in_the_way(connection: sa.Connection, run: Rescore, one: Applied) -> str:
    """Why the call is not what it was when it was compared; empty where it is. It is ours until we are done."""
    try:
        refuse_deleted(connection, one.call_id)
    except RecordingError:
        return GONE
    known = machines(connection, [one.call_id], run.rulebook)
    return "" if known.get(one.call_id) == one.former_id else JUDGED_MEANWHILE


def _put(connection: sa.Connection, run: Rescore, one: Applied, judged: Judged, now: datetime) -> None:
    kept = evaluations.c
    former: Any = connection.execute(
        sa.select(kept.is_listed, kept.routing_version).where(kept.id == one.former_id)
    ).one()
    its_own = sa.or_(kept.id == one.former_id, kept.machine_id == one.former_id)
    connection.execute(evaluations.update().where(its_own).values(is_current=False))
    place = results.Place(
        one.call_id,
        # A run evaluates a call once, whoever dies in between.
        digest(run.id, one.call_id, length=36),
        Origin.RESCORE,
        former.routing_version,
        former.is_listed,
    )
    results.add(connection, place, judged, now=now)
    if former.is_listed:
        state = CallState.NOT_SCORABLE if judged.status == "not_scorable" else CallState.JUDGED
        row = calls.update().where(calls.c.id == one.call_id)
        connection.execute(row.values(state=state.value, reason=judged.reason))
    call_row.show(connection, one.call_id)


def _note(connection: sa.Connection, run: Rescore, one: Applied, now: datetime) -> None:
    listed = call_row.listed(connection, one.call_id)
    detail = {"rescore": run.id, "former": one.former_id, "score": listed.score, "passed": listed.passed}
    audit.write(connection, audit.Entry("machine", "rescore", f"call:{one.call_id}", detail), now=now)
