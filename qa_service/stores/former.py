"""What was made of calls before they are judged again: the machine's own evaluation, and what people said of it."""

from __future__ import annotations

import sqlalchemy as sa

from qa_service.core.reviews import acting, verdicts
from qa_service.core.stored import Origin, StoredCall
from qa_service.ports.rescoring import Former
from qa_service.stores import reviews, routes
from qa_service.stores.evaluated import unpacked
from qa_service.stores.tables import evaluations


def former(connection: sa.Connection, call: StoredCall, rulebook: str) -> Former | None:
    """By the rulebook of this name, else the listed one; None where there is none, or its document was deleted."""
    kept = evaluations.c
    standing = sa.select(kept.id, kept.machine_id, kept.rulebook_name).where(
        kept.call_id == call.id, kept.is_current.is_(True), kept.origin != Origin.IMPORTED.value
    )
    is_same = sa.case((kept.rulebook_name == rulebook, 1), else_=0)
    ordered = standing.order_by(is_same.desc(), kept.is_listed.desc(), kept.created_at.desc())
    stands = connection.execute(ordered.limit(1)).first()
    if stands is None:
        return None
    machine_id = stands.machine_id or stands.id
    made = connection.execute(
        sa.select(kept.rulebook_name, kept.rulebook, kept.document).where(kept.id == machine_id)
    ).first()
    if made is None or not made.document:
        return None
    said = acting(reviews.of_call(connection, call.id), reviews.places(connection, machine_id))
    _, table = routes.in_force(connection)
    law = routes.decided(connection, table, call).jurisdiction
    return Former(made.rulebook_name, made.rulebook, unpacked(made.document), verdicts(said), law)
