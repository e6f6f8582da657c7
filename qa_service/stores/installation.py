"""Which master key this installation has: the database keeps something that only that key opens.

A process with another key would seal new recordings so that nobody else can open them, and call old ones damaged. It
does not start. A key is made only for a database that has none yet.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.stores.engine import is_sqlite
from qa_service.stores.keys import MasterKey, master_key
from qa_service.stores.tables import calls, seals

_NAME = "master"
_SEALED, _BELONGS_TO = b"qa-service", "installation"
#: Processes that start at once, on PostgreSQL; on SQLite a writer is alone.
_LOCK = 7_146_233


def agreed_key(engine: sa.Engine, file: Path) -> MasterKey:
    """The key in the file, which is this installation's; made where nothing was sealed yet.

    Raises:
        UsageError: `master_key_missing`: there is no file, and the installation has a key. `wrong_master_key`: it
            has another. `master_key_file`: others may read the file, or it holds something else.
    """
    with engine.begin() as connection:
        if not is_sqlite(connection):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        proof = _proof(connection)
        if proof is not None and not file.exists():
            raise _missing(file)
        key, _ = master_key(file)
        if proof is not None:
            _check(key, file, *proof)
        if not _is_known(connection):
            sealed = key.wrap(_SEALED, _BELONGS_TO)
            connection.execute(seals.insert().values(name=_NAME, sealed=sealed))
    return key


def _proof(connection: sa.Connection) -> tuple[bytes, str] | None:
    """Something that the installation's key sealed, and what it belongs to; None where nothing is sealed yet.

    Before the database knew its key, the keys of recordings were all there was to tell it by.
    """
    sealed = connection.execute(sa.select(seals.c.sealed).where(seals.c.name == _NAME)).scalar()
    if sealed is not None:
        return sealed, _BELONGS_TO
    newest = (
        sa.select(calls.c.data_key, calls.c.id)
        .where(calls.c.data_key.is_not(None))
        .order_by(calls.c.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return None if row is None else (row.data_key, row.id)


def _is_known(connection: sa.Connection) -> bool:
    return connection.execute(sa.select(seals.c.name).where(seals.c.name == _NAME)).first() is not None


def _check(key: MasterKey, file: Path, sealed: bytes, belongs_to: str) -> None:
    try:
        key.unwrap(sealed, belongs_to)
    except UsageError as error:
        error.where = str(file)
        raise


def _missing(file: Path) -> UsageError:
    return UsageError(
        "master_key_missing",
        where=str(file),
        problem="the master key of this installation is not here",
        fix="Copy the key file here from another machine or its backup, or name it with QA_MASTER_KEY_FILE",
    )
