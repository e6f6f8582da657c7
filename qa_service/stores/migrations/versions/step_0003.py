"""Rulebooks with their sources, drafts, routing tables, and several evaluations of a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import zstandard
from alembic import op

from qa_service.stores.engine import UtcTime, is_sqlite

revision = "0003"
down_revision = "0002"

_AT_ONCE = 500


def upgrade() -> None:
    """The tables of rules; evaluations learn which rulebook they are by."""
    # Nothing was ever written into the first table of rulebooks.
    op.drop_table("rulebooks")
    _rulebooks()
    _drafts()
    _routing()
    _evaluations()
    _name_rulebooks()


def downgrade() -> None:
    """Undoes it; evaluations that are not the listed ones have no place in the old tables."""
    op.execute(sa.text("DELETE FROM evaluations WHERE NOT is_listed"))
    with _findings_kept(), op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.drop_constraint("uq_evaluations_job_id_rulebook_name", type_="unique")
        batch_op.create_unique_constraint("uq_evaluations_job_id", ["job_id"])
        for name in ("rulebook_name", "rulebook_version", "routing_version", "is_listed"):
            batch_op.drop_column(name)
    for name in ("call_routes", "routing_tables", "drafts", "rulebooks"):
        op.drop_table(name)
    op.create_table(
        "rulebooks",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rulebooks")),
    )


def _rulebooks() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rulebooks")),
    )
    op.create_index("ix_rulebooks_name", "rulebooks", ["name", "version"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("written_at", UtcTime(), nullable=False),
        sa.Column("tried", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_drafts")),
    )


def _routing() -> None:
    op.create_table(
        "routing_tables",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_routing_tables")),
    )
    op.create_table(
        "call_routes",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=100), nullable=False),
        sa.Column("jurisdiction", sa.String(length=100), nullable=False),
        sa.Column("retention", sa.String(length=100), nullable=False),
        sa.Column("alerts", sa.String(length=100), nullable=False),
        sa.Column("routed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_routes_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_routes")),
    )
    op.create_index("ix_call_routes_route", "call_routes", ["version", "route"])


def _evaluations() -> None:
    with _findings_kept(), op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rulebook_name", sa.String(100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rulebook_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("routing_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("is_listed", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.drop_constraint("uq_evaluations_job_id", type_="unique")
        batch_op.create_unique_constraint("uq_evaluations_job_id_rulebook_name", ["job_id", "rulebook_name"])


@contextmanager
def _findings_kept() -> Iterator[None]:
    """SQLite makes the table anew; dropping the old one deletes what hangs on its rows, which is kept meanwhile."""
    if not is_sqlite(op.get_bind()):
        yield
        return
    op.execute("CREATE TEMPORARY TABLE kept_findings AS SELECT * FROM findings")
    yield
    op.execute("DELETE FROM findings")
    op.execute("INSERT INTO findings SELECT * FROM kept_findings")
    op.execute("DROP TABLE kept_findings")


def _name_rulebooks() -> None:
    """Names and versions stand in the documents so far."""
    here = op.get_bind()
    kept = sa.table(
        "evaluations",
        *map(sa.column, ("id", "document", "rulebook_name", "rulebook_version")),
    )
    last, unpack = "", zstandard.ZstdDecompressor().decompress
    while True:
        query = sa.select(kept.c.id, kept.c.document).where(kept.c.id > last).order_by(kept.c.id)
        rows = here.execute(query.limit(_AT_ONCE)).all()
        for row in rows:
            named = json.loads(unpack(row.document))["rulebook"]
            here.execute(
                kept.update()
                .where(kept.c.id == row.id)
                .values(rulebook_name=named["name"], rulebook_version=named["version"])
            )
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id
