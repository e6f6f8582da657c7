"""How long calls are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0005"
down_revision = "0001"


def upgrade() -> None:
    """Classes, holds, and what was deleted of calls."""
    op.create_table(
        "retention_classes",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("sound_days", sa.Integer(), nullable=True),
        sa.Column("text_days", sa.Integer(), nullable=True),
        sa.Column("rest_days", sa.Integer(), nullable=True),
        sa.Column("keeps_figures", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("in_force_at", UtcTime(), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_classes")),
    )
    op.create_table(
        "call_keeping",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("retention", sa.String(length=50), nullable=False),
        sa.Column("marked", sa.String(length=30), nullable=False),
        sa.Column("keeps_figures", sa.Boolean(), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("marked_for", sa.String(length=100), nullable=False),
        sa.Column("text_gone_at", UtcTime(), nullable=True),
        sa.Column("figures_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_keeping_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_keeping")),
    )
    op.create_index("ix_call_keeping_marked", "call_keeping", ["marked"])
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_table(
        "hold_calls",
        sa.Column("hold_id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_hold_calls_call_id")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name=op.f("fk_hold_calls_hold_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hold_id", "call_id", name=op.f("pk_hold_calls")),
    )
    op.create_index("ix_hold_calls_call", "hold_calls", ["call_id"])


def downgrade() -> None:
    """Undoes it."""
    for table in ("hold_calls", "holds", "call_keeping", "retention_classes"):
        op.drop_table(table)
