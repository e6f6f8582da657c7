"""One process makes a call of an upload, and holds it until then, for as long as it is alive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    """A column more."""
    op.add_column("uploads", sa.Column("held_until", UtcTime, nullable=True))


def downgrade() -> None:
    """Undoes it."""
    op.drop_column("uploads", "held_until")
