"""Brings a database to the tables that this version needs, also while other nodes start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from qa_service.core.errors import UsageError
from qa_service.stores.engine import is_sqlite

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_146_232


def migrate(engine: sa.Engine) -> None:
    """Runs every step that is missing, in one transaction; nodes that start together wait for each other.

    Raises:
        UsageError: `database_newer`, when a newer qa-service has been here.
    """
    with engine.begin() as connection:
        if not is_sqlite(connection):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        config = configuration(connection)
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        command.upgrade(config, "head")


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration on this connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: sa.Connection, steps: ScriptDirectory) -> None:
    known = {step.revision for step in steps.walk_revisions()}
    there = MigrationContext.configure(connection).get_current_heads()
    if any(step not in known for step in there):
        raise UsageError(
            "database_newer",
            where="QA_DATABASE_URL",
            problem="the database belongs to a newer qa-service",
            fix="Start that version, or restore a backup made before the upgrade",
        )
