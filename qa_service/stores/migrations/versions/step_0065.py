"""A draft of a rulebook holds the tables of standard answers that it names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    """One column more."""
    op.add_column("drafts", sa.Column("tables", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Undoes it."""
    op.drop_column("drafts", "tables")
