"""Rows that may be there already: both databases say it alike, in dialects of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from qa_service.stores.engine import is_sqlite


def add_missing(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Adds the row unless there is one with its key; whoever adds the same at once is waited for."""
    connection.execute(_insert(connection, table).values(**row).on_conflict_do_nothing())


def put(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Writes the row in place of the one with its key, or as a new one."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    statement = _insert(connection, table).values(**row)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)
