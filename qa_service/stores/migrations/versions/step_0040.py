"""Rulebooks know on which days they judge, routed calls which did not; tries are counted together.

The end of work is foretold from how long the call is.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
import yaml
import zstandard
from alembic import op

revision = "0040"
down_revision = "0031"

#: How long calls are, beside how long they take.
_LENGTHS = (("jobs", "audio_s"), ("stages", "recent_sized"), ("stages", "recent_audio_s"))
_SIDES = {"effective_from": "from", "effective_to": "to"}


def upgrade() -> None:
    """What was published before says it in its text; a side that it leaves open stays open."""
    for name in _SIDES:
        op.add_column("rulebooks", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("call_routes", sa.Column("not_in_force", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "sign_in_tries",
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("stretch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "stretch"),
    )
    for table, name in _LENGTHS:
        op.add_column(table, sa.Column(name, sa.Float(), nullable=False, server_default=sa.text("0")))
    _fill_days()


def _fill_days() -> None:
    names = ("digest", "content")
    books = sa.table(
        "rulebooks", *(sa.column(name) for name in names), *(sa.column(n, sa.Date()) for n in _SIDES)
    )
    connection = op.get_bind()
    for digest, content in connection.execute(sa.select(*(books.c[name] for name in names))).all():
        said = _effective(content)
        values = {column: said[word] for column, word in _SIDES.items() if isinstance(said.get(word), date)}
        if values:
            connection.execute(books.update().where(books.c.digest == digest).values(**values))


def downgrade() -> None:
    """Undoes it."""
    op.drop_table("sign_in_tries")
    for table, name in _LENGTHS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
    with op.batch_alter_table("call_routes") as batch:
        batch.drop_column("not_in_force")
    with op.batch_alter_table("rulebooks") as batch:
        for name in _SIDES:
            batch.drop_column(name)


def _effective(content: bytes) -> dict[str, Any]:
    """The book's own text is the first of those that went into it; who cannot read it any more leaves it open."""
    try:
        texts = json.loads(zstandard.ZstdDecompressor().decompress(content))
        said = yaml.safe_load(next(iter(texts.values()))).get("effective")
    except (zstandard.ZstdError, ValueError, yaml.YAMLError, StopIteration, AttributeError):
        return {}
    return said if isinstance(said, dict) else {}
