"""Where the example sentences of rulebooks are kept as vectors, by digest and encoder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    """An empty table: vectors are made when a rulebook first judges."""
    op.create_table(
        "rulebook_meanings",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoder", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "encoder"),
    )


def downgrade() -> None:
    """Undoes it."""
    op.drop_table("rulebook_meanings")
