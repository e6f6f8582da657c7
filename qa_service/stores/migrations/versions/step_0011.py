"""Webhooks hear of the calls whose route names them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Those that are there go on hearing of all calls; processes of the version before go on adding them."""
    op.add_column(
        "webhooks", sa.Column("alerts", sa.String(length=100), nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Undoes it."""
    with op.batch_alter_table("webhooks") as batch:
        batch.drop_column("alerts")
