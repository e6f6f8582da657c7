"""Work remembers how far it has come, and since when: what is said about it never goes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Columns with a default: processes of the version before go on writing rows without them."""
    op.add_column("jobs", sa.Column("reached", sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column("jobs", sa.Column("reached_at", UtcTime(), nullable=True))


def downgrade() -> None:
    """Undoes it."""
    with op.batch_alter_table("jobs") as batch:
        batch.drop_column("reached_at")
        batch.drop_column("reached")
