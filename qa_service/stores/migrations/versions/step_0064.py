"""A customer's calls are found by when they began, and the first call of any customer by an index of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"

_OF_SOMEBODY = sa.text("customer <> ''")


def upgrade() -> None:
    """One index more, and one by other columns."""
    op.drop_index("ix_calls_customer", "calls")
    op.create_index("ix_calls_customer", "calls", ["customer", "started_at", "created_at"])
    op.create_index(
        "ix_calls_known",
        "calls",
        ["created_at", "seq"],
        sqlite_where=_OF_SOMEBODY,
        postgresql_where=_OF_SOMEBODY,
    )


def downgrade() -> None:
    """Undoes it."""
    op.drop_index("ix_calls_known", "calls")
    op.drop_index("ix_calls_customer", "calls")
    op.create_index("ix_calls_customer", "calls", ["customer", "created_at"])
