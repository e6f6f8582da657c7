"""Alerts of judged calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Calls that were judged before raise none: their findings are old."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column(
            "call_id", sa.String(length=36), sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", UtcTime(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("needs_human", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("handled_by", sa.String(length=64), nullable=False),
        sa.Column("handled_at", UtcTime(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.UniqueConstraint("call_id", "finding_id"),
    )
    op.create_index("ix_alerts_state", "alerts", ["state", "id"])
    op.create_index("ix_alerts_team", "alerts", ["team", "id"])


def downgrade() -> None:
    """Undoes it."""
    op.drop_table("alerts")
