"""Evaluations that follow people's verdicts: made beside the machine's, and current as long as a verdict counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.part_scores import PartScore
from qa_service.core.reviews import Verdict, acting, verdicts
from qa_service.core.stored import Origin
from qa_service.ports.storing import MachineWork, Revise
from qa_service.rulebook.book import Rulebook
from qa_service.stores import call_row, evaluated, part_rows, reviews
from qa_service.stores.ids import new_id
from qa_service.stores.tables import evaluations, findings

_COPIED = (
    *("call_id", "rulebook", "rulebook_name", "rulebook_version", "routing_version"),
    *("is_listed", "status", "basis"),
)


@dataclass(frozen=True, slots=True)
class Reviser:
    """What makes evaluations follow verdicts: the rulebook by name and digest, and the scorecard filled in again."""

    book: Callable[[str, str], Rulebook]
    revise: Revise


@dataclass(frozen=True, slots=True)
class Revision:
    """An evaluation of the machine's, and whether what is current follows the verdicts already."""

    machine_id: str
    wanted: Mapping[str, Verdict]
    is_so: bool


def pending(connection: sa.Connection, call_id: str) -> tuple[Revision, ...]:
    """What each current evaluation is to be made from; evaluations that a person made whole are nobody's to change."""
    said = reviews.of_call(connection, call_id)
    kept = evaluations.c
    query = sa.select(kept.id, kept.machine_id, kept.origin).where(
        kept.call_id == call_id, kept.is_current.is_(True)
    )
    found = []
    for row in connection.execute(query.order_by(kept.is_listed.desc(), kept.created_at)).all():
        if row.origin == Origin.HUMAN.value and not row.machine_id:
            continue
        machine_id = row.machine_id or row.id
        wanted = verdicts(acting(said, reviews.places(connection, machine_id)))
        found.append(Revision(machine_id, wanted, reviews.given(connection, row.id) == wanted))
    return tuple(found)


def renew(connection: sa.Connection, call_id: str, reviser: Reviser, *, now: datetime) -> bool:
    """Makes what is current follow the verdicts; answers whether anything changed. The caller holds the call."""
    changed = [one for one in pending(connection, call_id) if not one.is_so]
    for one in changed:
        _replace(connection, one, reviser, now)
    if changed:
        call_row.show(connection, call_id)
    return bool(changed)


def _replace(connection: sa.Connection, revision: Revision, reviser: Reviser, now: datetime) -> None:
    """In place of what is current: an evaluation with these verdicts, or without any, the machine's own."""
    kept, machine_id = evaluations.c, revision.machine_id
    one_of_them = sa.or_(kept.id == machine_id, kept.machine_id == machine_id)
    connection.execute(evaluations.update().where(one_of_them).values(is_current=False))
    if not revision.wanted:
        connection.execute(evaluations.update().where(kept.id == machine_id).values(is_current=True))
        return
    row = connection.execute(sa.select(evaluations).where(kept.id == machine_id)).one()
    document = reviser.revise(_work(row, reviser), revision.wanted)
    made = new_id(now)
    connection.execute(
        evaluations.insert().values(
            # Nobody's work but a person's: it stands for itself.
            id=made,
            job_id=made,
            origin=Origin.HUMAN.value,
            machine_id=machine_id,
            is_current=True,
            document=evaluated.packed(document),
            created_at=now,
            **part_rows.columns(PartScore.of(document)),
            **{name: getattr(row, name) for name in _COPIED},
        )
    )
    _copy_findings(connection, made, revision)


def _work(row: Any, reviser: Reviser) -> MachineWork:
    book = reviser.book(row.rulebook_name, row.rulebook)
    return MachineWork(evaluated.unpacked(row.document), book, (row.basis or b"").decode())


def _copy_findings(connection: sa.Connection, evaluation_id: str, revision: Revision) -> None:
    """The machine's findings with their verdicts; what has one waits for nobody."""
    rows = connection.execute(sa.select(findings).where(findings.c.evaluation_id == revision.machine_id))
    said = revision.wanted
    copies = [
        {
            **row._mapping,
            "evaluation_id": evaluation_id,
            "verdict": said[row.id].value if row.id in said else "",
            "needs_human": row.needs_human and row.id not in said,
        }
        for row in rows
    ]
    connection.execute(findings.insert(), copies)
