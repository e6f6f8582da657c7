"""Finds what somebody did, and who did a thing, without reading the whole audit log."""

from __future__ import annotations

from alembic import op

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    """Two indexes more."""
    op.create_index("ix_audit_who", "audit", ["who", "seq"])
    op.create_index("ix_audit_action", "audit", ["action", "seq"])


def downgrade() -> None:
    """Undoes it."""
    op.drop_index("ix_audit_action", "audit")
    op.drop_index("ix_audit_who", "audit")
