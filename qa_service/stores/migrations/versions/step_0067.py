"""Whose word an outcome of a customer is: another team that the customer called too does not change it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """A column more; what was told before is the centre's."""
    op.add_column(
        "outcomes", sa.Column("team", sa.String(length=100), nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Undoes it."""
    op.drop_column("outcomes", "team")
