"""Whether an upload or a fetch was a recording that was there; what an item is called that is no call of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0060"
down_revision = "0055"

_INDEX = "ix_source_items_external"


def upgrade() -> None:
    """Columns with a default: processes of the version before go on writing rows without them."""
    for table in ("uploads", "fetches"):
        column: sa.Column[bool] = sa.Column(
            "is_duplicate", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, column)
    name = sa.Column("external_id", sa.String(length=200), nullable=False, server_default=sa.text("''"))
    op.add_column("source_items", name)
    op.add_column("source_items", sa.Column("began_at", UtcTime(), nullable=True))
    op.create_index(_INDEX, "source_items", ["external_id"])


def downgrade() -> None:
    """Undoes it."""
    # Not in a batch: SQLite would make the table anew, and what hangs on its rows would go with the old one.
    op.drop_index(_INDEX, "source_items")
    for name in ("began_at", "external_id"):
        op.drop_column("source_items", name)
    for table in ("uploads", "fetches"):
        op.drop_column(table, "is_duplicate")
