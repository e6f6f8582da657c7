"""Rights of a program's key wait for somebody who has them; findings know in whose part of the call they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0014"

_COLUMNS = (
    ("api_keys", "waiting", sa.Text()),
    ("api_keys", "approved_by", sa.String(length=64)),
    ("findings", "agent_id", sa.String(length=100)),
)


def upgrade() -> None:
    """Columns with a default: processes of the version before go on writing rows without them.

    Keys that are there go on opening what they open. Of older findings nobody knows here whose they are.
    """
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Undoes it; scopes that wait are taken away first, or the key would have them."""
    keys = sa.table("api_keys", *(sa.column(name) for name in ("id", "scopes", "waiting")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(keys).where(keys.c.waiting != "")).all():
        left = " ".join(sorted(set(row.scopes.split()) - set(row.waiting.split())))
        connection.execute(keys.update().where(keys.c.id == row.id).values(scopes=left))
    for table, name, _ in _COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
