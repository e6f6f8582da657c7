"""The port `Outcomes`: told by other systems, about calls and customers that the teller sees."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.outcomes import KeptOutcome, Outcome, OutcomeKind, RowError, Taken
from qa_service.core.people import Asked, Sight
from qa_service.core.stored import StoredCall
from qa_service.stores import audit, calls, readers
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.tables import outcomes
from qa_service.stores.workbench import Shelves

#: Rows in one transaction.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class StoreOutcomes:
    """Keeps outcomes; the same row again changes nothing, another value for it takes the old one's place."""

    shelves: Shelves

    def keep(self, asked: Asked, rows: Sequence[tuple[int, Outcome]], *, is_dry: bool) -> Taken:
        """Keeps the rows that can be kept; a dry run says what would become of them."""
        told, engine = _Telling(asked, self.shelves, is_dry=is_dry), self.shelves.engine
        for at in range(0, len(rows), _AT_ONCE):
            with reading(engine) if is_dry else engine.begin() as connection:
                told.take(connection, rows[at : at + _AT_ONCE])
        return Taken(told.counts["new"], told.counts["changed"], told.counts["known"], tuple(told.errors))

    def of_call(self, asked: Asked, call_id: str) -> Sequence[KeptOutcome] | None:
        """What came of a call and of its customer, newest first; None where the call is not to be seen."""
        with reading(self.shelves.engine) as connection:
            call = calls.find(connection, call_id, asked.caller.sight)
            if call is None:
                return None
            about = outcomes.c.call_id == call_id
            if call.envelope.customer:
                about = sa.or_(about, outcomes.c.customer == call.envelope.customer)
            query = sa.select(outcomes).where(about).order_by(outcomes.c.at.desc(), outcomes.c.id)
            return [_kept(row) for row in connection.execute(query)]

    def earlier(self, asked: Asked, call_id: str, *, limit: int) -> Sequence[StoredCall] | None:
        """The same customer's calls before this one that one sees, newest first."""
        began = sa.func.coalesce(call_rows.c.started_at, call_rows.c.created_at)
        with reading(self.shelves.engine) as connection:
            call = calls.find(connection, call_id, asked.caller.sight)
            if call is None or not call.envelope.customer:
                return None if call is None else ()
            before = sa.select(began).where(call_rows.c.id == call_id).scalar_subquery()
            query = sa.select(call_rows).where(
                call_rows.c.customer == call.envelope.customer,
                calls.visible(asked.caller.sight),
                began < before,
            )
            rows = connection.execute(query.order_by(began.desc(), call_rows.c.seq.desc()).limit(limit))
            return readers.shown(connection, asked.caller.sight, [calls.stored(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Telling:
    """One request's rows as they are taken, and what became of them."""

    asked: Asked
    shelves: Shelves
    is_dry: bool
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)

    def take(self, connection: sa.Connection, rows: Sequence[tuple[int, Outcome]]) -> None:
        """Some rows in one transaction, with their entry in the audit log."""
        kept = Counter[str]()
        for number, told in rows:
            try:
                kept[self._keep(connection, told, *_target(connection, self.asked.caller.sight, told))] += 1
            except UsageError as error:
                self.errors.append(RowError(number, error))
        self.counts.update(kept)
        if kept and not self.is_dry:
            by, request_id = self.asked.caller.id, self.asked.request_id
            entry = audit.Entry(by, "keep_outcomes", "outcomes", dict(kept), request_id)
            audit.write(connection, entry, now=self.shelves.now())

    def _keep(self, connection: sa.Connection, told: Outcome, target: str, team: str) -> str:
        digest, now, sight = _digest(told, target), self.shelves.now(), self.asked.caller.sight
        query = sa.select(outcomes.c.value, outcomes.c.team).where(outcomes.c.digest == digest)
        row = connection.execute(query).first()
        if row is not None and row.value == told.value:
            return "known"
        by = {"value": told.value, "team": team, "told_by": self.asked.caller.id, "told_at": now}
        if row is not None:
            if told.customer and not sight.everything and row.team not in sight.teams:
                raise _of_others()
            if not self.is_dry:
                connection.execute(outcomes.update().where(outcomes.c.digest == digest).values(**by))
            return "changed"
        if not self.is_dry:
            about = {"call_id": None if told.customer else target, "customer": told.customer}
            what = {"kind": told.kind.value, "at": told.at, "source": told.source, "digest": digest}
            connection.execute(outcomes.insert().values(id=new_id(now), **about, **what, **by))
        return "new"


def forget_customer(connection: sa.Connection, customer: str) -> None:
    """With the last call of a customer goes what was told of them."""
    if not customer:
        return
    left = sa.select(call_rows.c.id).where(call_rows.c.customer == customer).limit(1)
    if connection.execute(left).first() is None:
        connection.execute(outcomes.delete().where(outcomes.c.customer == customer))


def _target(connection: sa.Connection, sight: Sight, told: Outcome) -> tuple[str, str]:
    """The call's id or the customer's token, where the teller sees such a call; and for which team they tell it.

    Raises:
        UsageError: `outcome_no_call`.
    """
    if told.customer and sight.everything:
        return told.customer, ""
    column, value = next(
        (column, value)
        for column, value in (
            (call_rows.c.id, told.call_id),
            (call_rows.c.external_id, told.external_id),
            (call_rows.c.customer, told.customer),
        )
        if value
    )
    query = sa.select(call_rows.c.id, call_rows.c.team).where(column == value, calls.visible(sight))
    found = connection.execute(query.order_by(call_rows.c.seq.desc()).limit(1)).first()
    if found is None:
        raise _no_call()
    return (told.customer, found.team) if told.customer else (found.id, "")


def _digest(told: Outcome, target: str) -> str:
    about = "customer" if told.customer else "call"
    parts = (about, target, told.kind.value, told.source, told.at.isoformat())
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _kept(row: Any) -> KeptOutcome:
    return KeptOutcome(
        row.id, OutcomeKind(row.kind), row.value, row.at, row.source, is_of_customer=bool(row.customer)
    )


def _of_others() -> UsageError:
    return UsageError(
        "outcome_of_others",
        problem="another team, or the centre, told it otherwise",
        fix="Name a source of your own, or have somebody who is not bound to teams change it",
    )


def _no_call() -> UsageError:
    return UsageError(
        "outcome_no_call",
        problem="there is no such call, or not for the one who asks",
        fix="Check the id; tell it again once the call has come in",
    )
