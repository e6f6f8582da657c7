"""The installation knows its master key; a process says why it draws no work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A table, and a column with a default: processes of the version before go on writing rows without it."""
    op.create_table(
        "seals",
        sa.Column("name", sa.String(length=20), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.add_column(
        "nodes", sa.Column("trouble", sa.String(length=100), nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Undoes it."""
    op.drop_table("seals")
    with op.batch_alter_table("nodes") as batch:
        batch.drop_column("trouble")
