"""Re-scoring as durable work: runs, their chunks, what became of each call, and plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"

_SHORT, _ID = sa.String(10), sa.String(36)


def upgrade() -> None:
    """Four tables, and what makes judging again quick."""
    op.create_table(
        "rescores",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("state", _SHORT, nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rulebook", sa.String(64), nullable=False),
        sa.Column("rulebook_name", sa.String(100), nullable=False),
        sa.Column("rulebook_version", sa.Integer(), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("volume", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("against", sa.String(64), nullable=False),
        sa.Column("against_name", sa.String(100), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("total", sa.Integer()),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("diff", sa.LargeBinary()),
        sa.Column("error_code", sa.String(100), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
    )
    op.create_index("ix_rescores_created_at", "rescores", ["created_at"])
    op.create_index("ix_rescores_state", "rescores", ["state", "created_at"])
    op.create_table(
        "rescore_plans",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("sight", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("last_run", _ID, nullable=False),
        sa.Column("problem", sa.String(100), nullable=False),
    )
    op.create_table(
        "rescore_chunks",
        sa.Column("run_id", _ID, sa.ForeignKey("rescores.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("seqs", sa.LargeBinary(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("state", _SHORT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("ix_rescore_chunks_state", "rescore_chunks", ["run_id", "state", "number"])
    op.create_table(
        "rescore_calls",
        sa.Column("run_id", _ID, sa.ForeignKey("rescores.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("call_id", _ID, sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fate", _SHORT, nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("former_id", _ID, nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_flip", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("shift", sa.Float()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_rescore_calls_number", "rescore_calls", ["run_id", "number"])
    op.create_index("ix_rescore_calls_changed", "rescore_calls", ["run_id", "is_changed", "is_flip", "shift"])
    op.create_index("ix_rescore_calls_call", "rescore_calls", ["call_id"])
    op.add_column("measured", sa.Column("ready", sa.LargeBinary()))
    op.add_column(
        "measured", sa.Column("ready_key", sa.String(32), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("evaluations", sa.Column("standing", sa.LargeBinary()))


def downgrade() -> None:
    """Undoes it."""
    op.drop_column("evaluations", "standing")
    op.drop_column("measured", "ready_key")
    op.drop_column("measured", "ready")
    for table in ("rescore_calls", "rescore_chunks", "rescores", "rescore_plans"):
        op.drop_table(table)
