"""The tables that the program speaks of are those that the migrations make."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from qa_service.stores.tables import metadata

#: Full-text indexes, which each database spells in its own way.
_OF_SEARCH = "call_words"


def _is_ours(name: str | None, kind: str, *_: Any) -> bool:
    return not (kind == "table" and (name or "").startswith((_OF_SEARCH, "alembic")))


def test_migrations_make_what_the_program_speaks_of(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})

        assert compare_metadata(context, metadata) == []
