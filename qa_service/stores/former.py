"""What was made of calls before they are judged again: the machine's own evaluation, and what people said of it.

From rows alone, for many calls with a few questions; a document is read where it is older than the rows' columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.part_scores import PartScore
from qa_service.core.reviews import Place, Review, acting, verdicts
from qa_service.core.stored import Origin, StoredCall
from qa_service.core.time import Span
from qa_service.pipeline.diff import Found, Outcome
from qa_service.ports.rescoring import Former
from qa_service.stores import part_rows, reviews, routes
from qa_service.stores.evaluated import unpacked
from qa_service.stores.tables import evaluations, findings
from qa_service.stores.tables import reviews as review_rows
from qa_service.usecases.routing import decide, facts_of


def formers(connection: sa.Connection, calls: Sequence[StoredCall], rulebook: str) -> Mapping[str, Former]:
    """By the ids of calls: by the rulebook of this name, else the listed one; none where its document was deleted."""
    made = _made(connection, machines(connection, [call.id for call in calls], rulebook))
    if not made:
        return {}
    found, said = _found(connection, made), _said(connection, [row.call_id for row in made.values()])
    _, table = routes.in_force(connection)
    told = {}
    for call in calls:
        row = made.get(call.id)
        if row is None:
            continue
        places, places_of = found[row.id]
        told[call.id] = Former(
            row.id,
            row.rulebook_name,
            Outcome(row.rulebook, row.status, _parts(connection, row), places),
            verdicts(acting(said[call.id], places_of)),
            decide(table, facts_of(call)).jurisdiction,
            row.standing or b"",
        )
    return told


def machines(connection: sa.Connection, call_ids: Sequence[str], rulebook: str) -> Mapping[str, str]:
    """By the ids of calls, the machine's evaluation with which another by this rulebook would be compared."""
    kept = evaluations.c
    is_same = sa.case((kept.rulebook_name == rulebook, 1), else_=0)
    standing = (
        sa.select(kept.call_id, kept.id, kept.machine_id)
        .where(kept.call_id.in_(call_ids), kept.is_current.is_(True), kept.origin != Origin.IMPORTED.value)
        .order_by(is_same, kept.is_listed, kept.created_at, kept.id)
    )
    return {row.call_id: row.machine_id or row.id for row in connection.execute(standing)}


def _made(connection: sa.Connection, ids: Mapping[str, str]) -> Mapping[str, Any]:
    """The rows of these evaluations by the ids of their calls; without those whose document is gone."""
    kept = evaluations.c
    columns = (
        *(kept.id, kept.call_id, kept.rulebook_name, kept.rulebook, kept.status, kept.parts),
        kept.standing,
    )
    query = sa.select(*columns).where(kept.id.in_(ids.values()), sa.func.length(kept.document) > 0)
    return {row.call_id: row for row in connection.execute(query)}


def _parts(connection: sa.Connection, row: Any) -> tuple[PartScore, ...]:
    """Those of before have none in their row: what their document says is as good."""
    if known := part_rows.parts(row.parts):
        return known
    query = sa.select(evaluations.c.document).where(evaluations.c.id == row.id)
    return PartScore.of(unpacked(connection.execute(query).scalar_one()))


def _found(
    connection: sa.Connection, made: Mapping[str, Any]
) -> Mapping[str, tuple[tuple[Found, ...], tuple[Place, ...]]]:
    """What each of them found, in order of time: to be compared, and to be linked to what people said."""
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    ids = [row.id for row in made.values()]
    query = sa.select(findings).where(findings.c.evaluation_id.in_(ids))
    for row in connection.execute(query.order_by(findings.c.start_ms, findings.c.end_ms, findings.c.id)):
        rows[row.evaluation_id].append(row)
    return {name: (tuple(map(_one, rows[name])), tuple(map(reviews.place_of, rows[name]))) for name in ids}


def _one(row: Any) -> Found:
    return Found(row.id, row.rule, Span(row.start_ms, row.end_ms), row.needs_human)


def _said(connection: sa.Connection, call_ids: Iterable[str]) -> Mapping[str, Sequence[Review]]:
    said: defaultdict[str, list[Review]] = defaultdict(list)
    query = sa.select(review_rows).where(review_rows.c.call_id.in_(call_ids)).order_by(review_rows.c.seq)
    for row in connection.execute(query):
        said[row.call_id].append(reviews.review_of(row))
    return said
