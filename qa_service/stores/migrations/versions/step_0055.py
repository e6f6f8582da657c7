"""Score and pass of each agent's part: a call that was transferred is as good as its worst part."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0055"
down_revision = "0050"

_CALLS = sa.table("calls", *map(sa.column, ("id", "score", "passed")))
_AGENTS = sa.table("call_agents", *map(sa.column, ("call_id", "agent_id", "score", "passed")))
_EVALUATIONS = sa.table(
    "evaluations",
    *map(
        sa.column,
        ("id", "call_id", "document", "parts", "score", "passed", "is_current", "is_listed", "created_at"),
    ),
)
#: Documents are read so many calls at a time.
_AT_ONCE = 200


def upgrade() -> None:
    """Of a call with one agent the parts are what the call says; of others they stand in the documents."""
    op.add_column(
        "evaluations", sa.Column("parts", sa.Text(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("call_agents", sa.Column("score", sa.Float()))
    op.add_column("call_agents", sa.Column("passed", sa.Boolean()))
    connection = op.get_bind()
    _book_to_the_only_agent(connection)
    shared = sa.select(_AGENTS.c.call_id).group_by(_AGENTS.c.call_id).having(sa.func.count() > 1)
    ids = connection.execute(shared.order_by(_AGENTS.c.call_id)).scalars().all()
    for at in range(0, len(ids), _AT_ONCE):
        _read_documents(connection, ids[at : at + _AT_ONCE])


def downgrade() -> None:
    """Undoes it; the scores of transferred calls stay those of their worst part."""
    op.drop_column("call_agents", "passed")
    op.drop_column("call_agents", "score")
    op.drop_column("evaluations", "parts")


def _book_to_the_only_agent(connection: sa.Connection) -> None:
    other = _AGENTS.alias()
    alone = sa.select(sa.func.count()).select_from(other).where(other.c.call_id == _AGENTS.c.call_id)
    same = _CALLS.c.id == _AGENTS.c.call_id
    connection.execute(
        _AGENTS.update()
        .where(alone.scalar_subquery() == 1)
        .values(
            score=sa.select(_CALLS.c.score).where(same).scalar_subquery(),
            passed=sa.select(_CALLS.c.passed).where(same).scalar_subquery(),
        )
    )


def _read_documents(connection: sa.Connection, call_ids: Sequence[str]) -> None:
    kept = _EVALUATIONS.c
    query = (
        sa.select(_EVALUATIONS).where(kept.call_id.in_(call_ids)).order_by(kept.is_listed, kept.created_at)
    )
    for row in connection.execute(query).all():
        if not row.document:
            continue
        document = json.loads(zstandard.ZstdDecompressor().decompress(row.document))
        parts = [
            [one["agent_id"] or "", one["score"], one["passed"]] for one in document.get("evaluations") or ()
        ]
        whole = {
            "score": min((score for _, score, _ in parts if score is not None), default=None),
            "passed": _all({passed for _, _, passed in parts}),
        }
        told = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        connection.execute(_EVALUATIONS.update().where(kept.id == row.id).values(parts=told, **whole))
        if row.is_current and row.is_listed:
            connection.execute(_CALLS.update().where(_CALLS.c.id == row.call_id).values(**whole))
            _book(connection, row.call_id, parts)


def _book(connection: sa.Connection, call_id: str, parts: list[list[object]]) -> None:
    for agent, score, passed in parts:
        own = _AGENTS.update().where(_AGENTS.c.call_id == call_id, _AGENTS.c.agent_id == agent)
        connection.execute(own.values(score=score, passed=passed))


def _all(said: set[object]) -> bool | None:
    return False if False in said else None if None in said or not said else True
