"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Undoes it."""
    ${downgrades if downgrades else "pass"}
