"""Sources of recordings, what lies in them, call detail records and the login table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """New tables; nothing that was there changes."""
    op.create_table(
        "sources",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("begin_at", UtcTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("looked_at", UtcTime(), nullable=True),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("trouble", sa.String(length=100), nullable=False),
        sa.Column("watermark", UtcTime(), nullable=True),
        sa.Column("fill_since", UtcTime(), nullable=True),
        sa.Column("fill_until", UtcTime(), nullable=True),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )
    op.create_table(
        "source_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("handed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_source_items_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_items")),
        sa.UniqueConstraint("source_id", "item", name=op.f("uq_source_items_source_id_item")),
    )
    with op.batch_alter_table("source_items", schema=None) as batch_op:
        batch_op.create_index("ix_source_items_due", ["source_id", "state", "due_at"], unique=False)
        batch_op.create_index("ix_source_items_ended", ["source_id", "ended_at"], unique=False)

    op.create_table(
        "lent_sound",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_lent_sound_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_lent_sound_source_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_lent_sound")),
    )
    op.create_table(
        "cdr_records",
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("extension", sa.String(length=100), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("line", sa.String(length=100), nullable=False),
        sa.Column("skill_group", sa.String(length=100), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_cdr_records_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "call_id", name=op.f("pk_cdr_records")),
    )
    with op.batch_alter_table("cdr_records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cdr_records_extension", ["source_id", "extension", "started_at"], unique=False
        )
        batch_op.create_index("ix_cdr_records_started", ["source_id", "started_at"], unique=False)

    op.create_table(
        "logins",
        sa.Column("extension", sa.String(length=100), nullable=False),
        sa.Column("from_at", UtcTime(), nullable=False),
        sa.Column("until_at", UtcTime(), nullable=True),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("extension", "from_at", name=op.f("pk_logins")),
    )


def downgrade() -> None:
    """Forgets all of it."""
    for table in ("logins", "cdr_records", "lent_sound", "source_items", "sources"):
        op.drop_table(table)
