"""A hold remembers whether it was placed for the whole centre: then nobody with a border of teams lifts it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Of what was placed before nobody knows: it is the centre's, and so is what an older process places."""
    column: sa.Column[bool] = sa.Column(
        "is_centre_wide", sa.Boolean(), nullable=False, server_default=sa.true()
    )
    op.add_column("holds", column)


def downgrade() -> None:
    """Undoes it."""
    # Not in a batch: SQLite would make the table anew, and what hangs on its rows would go with the old one.
    op.drop_column("holds", "is_centre_wide")
