"""Runs the steps on a connection that the caller hands in (stores.migrate)."""

from __future__ import annotations

from alembic import context

from qa_service.stores.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    include_object=lambda _, name, kind, __, ___: kind != "table" or name in metadata.tables,
)
context.run_migrations()
