"""Lists are read in their order, however many calls there are: an index for each way along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0005"

_FOR_PEOPLE = sa.text("needs_human > 0")
#: Name → table and columns.
_NEW = {
    "ix_calls_team": ("calls", ["team", "seq"]),
    "ix_calls_state": ("calls", ["state", "seq"]),
    "ix_calls_line": ("calls", ["line", "seq"]),
    "ix_calls_skill_group": ("calls", ["skill_group", "seq"]),
    "ix_jobs_queue": ("jobs", ["queue", "state"]),
    "ix_jobs_created": ("jobs", ["created_at", "id"]),
    "ix_jobs_state_created": ("jobs", ["state", "created_at", "id"]),
    "ix_idempotency_created_at": ("idempotency", ["created_at"]),
}
_OLD = {
    "ix_calls_team_created": ("calls", ["team", "created_at", "seq"]),
    "ix_calls_state_created": ("calls", ["state", "created_at", "seq"]),
}


def upgrade() -> None:
    """Makes them; an agent's calls are told their place in the order."""
    for name, (table, columns) in _NEW.items():
        op.create_index(name, table, columns)
    op.create_index(
        "ix_calls_for_people", "calls", ["seq"], sqlite_where=_FOR_PEOPLE, postgresql_where=_FOR_PEOPLE
    )
    for name, (table, _) in _OLD.items():
        op.drop_index(name, table)
    op.drop_index("ix_call_agents_agent", "call_agents")
    op.add_column("call_agents", sa.Column("seq", sa.BigInteger()))
    op.execute(
        "UPDATE call_agents SET seq = (SELECT calls.seq FROM calls WHERE calls.id = call_agents.call_id)"
    )
    with op.batch_alter_table("call_agents") as batch:
        batch.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
    op.create_index("ix_call_agents_agent", "call_agents", ["agent_id", "seq"])


def downgrade() -> None:
    """Undoes it."""
    op.drop_index("ix_call_agents_agent", "call_agents")
    with op.batch_alter_table("call_agents") as batch:
        batch.drop_column("seq")
    op.create_index("ix_call_agents_agent", "call_agents", ["agent_id", "created_at"])
    for name, (table, columns) in _OLD.items():
        op.create_index(name, table, columns)
    op.drop_index("ix_calls_for_people", "calls")
    for name, (table, _) in _NEW.items():
        op.drop_index(name, table)
