"""Lists are read along what they are asked for: where calls came from, who passed, which rulebook judged."""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0050"

_INDEXES = (
    ("ix_calls_passed", "calls", ["passed", "seq"]),
    ("ix_calls_source", "calls", ["source", "seq"]),
    ("ix_evaluations_rulebook", "evaluations", ["rulebook_name", "call_id"]),
)


def upgrade() -> None:
    """Rows stay as they are."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Undoes it."""
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
