"""The tables that the program speaks of are those that the migrations make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import migrate
from qa_service.stores.tables import metadata
from tests.databases import DATABASES, empty_database

#: Full-text indexes, which each database spells in its own way.
_OF_SEARCH = "call_words"


def _is_ours(name: str | None, kind: str, *_: Any) -> bool:
    return not (kind == "table" and (name or "").startswith((_OF_SEARCH, "alembic")))


@pytest.mark.parametrize("kind", DATABASES)
def test_migrations_make_what_the_program_speaks_of(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path
) -> None:
    engine = make_engine(empty_database(request, kind, tmp_path))
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})

        assert compare_metadata(context, metadata) == []
    engine.dispose()
