"""What people say about findings, and evaluations that follow it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import COUNTED

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    """A table, and columns with a default: processes of the version before go on writing rows without them."""
    op.create_table(
        "reviews",
        sa.Column("seq", COUNTED, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(length=36), nullable=False, unique=True),
        sa.Column(
            "call_id", sa.String(length=36), sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("chain", sa.String(length=36), nullable=False),
    )
    op.create_index("ix_reviews_call", "reviews", ["call_id", "seq"])
    op.add_column("evaluations", sa.Column("basis", sa.LargeBinary(), nullable=True))
    for table, name, length in (("evaluations", "machine_id", 36), ("findings", "verdict", 10)):
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default=sa.text("''"))
        op.add_column(table, column)


def downgrade() -> None:
    """Undoes it; what the machine said is current again where people's verdicts had made another evaluation of it."""
    op.execute(
        "UPDATE evaluations SET is_current = true WHERE id IN"
        " (SELECT machine_id FROM evaluations WHERE machine_id <> '' AND is_current)"
    )
    op.execute(
        "DELETE FROM findings WHERE evaluation_id IN (SELECT id FROM evaluations WHERE machine_id <> '')"
    )
    op.execute("DELETE FROM evaluations WHERE machine_id <> ''")
    for table, name in (("findings", "verdict"), ("evaluations", "machine_id"), ("evaluations", "basis")):
        op.drop_column(table, name)  # in place: a table made anew would take the rows that hang on it along
    op.drop_table("reviews")
