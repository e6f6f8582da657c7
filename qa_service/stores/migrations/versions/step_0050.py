"""A call remembers that a person has said who is who: then nobody doubts the channels any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0040"


def upgrade() -> None:
    """Of what was said before, only swapped roles are known to come from a person."""
    column: sa.Column[bool] = sa.Column(
        "are_roles_confirmed", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("calls", column)
    calls = sa.table(
        "calls", sa.column("are_swapped", sa.Boolean()), sa.column("are_roles_confirmed", sa.Boolean())
    )
    op.execute(calls.update().where(calls.c.are_swapped).values(are_roles_confirmed=True))


def downgrade() -> None:
    """Undoes it."""
    # Not in a batch: SQLite would make the table anew, and what hangs on its rows would go with the old one.
    op.drop_column("calls", "are_roles_confirmed")
