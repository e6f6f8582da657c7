"""Whether an upload or a fetch was a recording that was there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0050"


def upgrade() -> None:
    """Columns with a default: processes of the version before go on writing rows without them."""
    for table in ("uploads", "fetches"):
        column: sa.Column[bool] = sa.Column(
            "is_duplicate", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, column)


def downgrade() -> None:
    """Undoes it."""
    # Not in a batch: SQLite would make the table anew, and what hangs on its rows would go with the old one.
    for table in ("uploads", "fetches"):
        op.drop_column(table, "is_duplicate")
