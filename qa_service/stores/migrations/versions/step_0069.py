"""Lists find calls by when they began, too."""

from __future__ import annotations

from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    """An index more."""
    op.create_index("ix_calls_started", "calls", ["started_at", "seq"])


def downgrade() -> None:
    """Undoes it."""
    op.drop_index("ix_calls_started", "calls")
