"""Work knows the trace of the request that asked for it, and so does what is still on its way in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TABLES = ("jobs", "uploads", "fetches")


def upgrade() -> None:
    """A column with a default: processes of the version before go on writing rows without it."""
    for table in _TABLES:
        op.add_column(
            table, sa.Column("trace", sa.String(length=64), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    """Undoes it."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("trace")
