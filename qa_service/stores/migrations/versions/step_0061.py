"""Lists are read along what they are asked for, and of an alert everything that was done about it is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import COUNTED

revision = "0061"
down_revision = "0060"

_INDEXES = (
    ("ix_calls_passed", "calls", ["passed", "seq"]),
    ("ix_calls_source", "calls", ["source", "seq"]),
    ("ix_evaluations_rulebook", "evaluations", ["rulebook_name", "call_id"]),
)


def upgrade() -> None:
    """Of what was done about alerts before, the last step alone is known."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.create_table(
        "alert_steps",
        sa.Column("seq", COUNTED, primary_key=True, autoincrement=True),
        sa.Column(
            "alert_id", sa.String(length=36), sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
    )
    op.create_index("ix_alert_steps_alert", "alert_steps", ["alert_id", "seq"])
    op.execute(
        "INSERT INTO alert_steps (alert_id, state, done_by, done_at, note)"
        " SELECT id, state, handled_by, handled_at, note FROM alerts"
        " WHERE handled_at IS NOT NULL ORDER BY handled_at, id"
    )


def downgrade() -> None:
    """Undoes it; the last step of each alert stands in its row."""
    op.drop_table("alert_steps")
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
