"""Where calls are kept and work waits: the database, the sound, the queues."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import settings

if TYPE_CHECKING:
    from qa_service.stores.measured_calls import StoredMeasures
    from qa_service.stores.scratch import Scratch
    from qa_service.stores.workbench import Shelves
    from qa_service.worker.queues import JobQueue


def database_url() -> str:
    """The database's address as both SQLAlchemy and DBOS take it."""
    from sqlalchemy.engine import make_url

    url = make_url(settings().database)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


@cache
def shelves() -> Shelves:
    """The database with its tables as this version needs them, the sound, and the key to it."""
    from qa_service.bootstrap.collecting import outside
    from qa_service.stores.engine import answering, make_engine
    from qa_service.stores.installation import agreed_key
    from qa_service.stores.migrate import migrate
    from qa_service.stores.sound import sound_store
    from qa_service.stores.workbench import Shelves
    from qa_service.worker.queues import set_up

    chosen = settings()
    engine = make_engine(chosen.database)
    with answering():
        migrate(engine)
        set_up(database_url())
        key = agreed_key(engine, chosen.master_key)
    return Shelves(engine, sound_store(chosen.store, os.environ), key, base.now, outside)


def stored_measures() -> StoredMeasures:
    """What was measured of many calls."""
    from qa_service.stores.measured_calls import StoredMeasures

    return StoredMeasures(shelves())


@cache
def scratch() -> Scratch:
    """A folder for plain sound that is this process's own; what killed ones left there is removed."""
    import atexit

    from qa_service.stores.scratch import Scratch

    made = Scratch(settings().data_dir / "scratch")
    atexit.register(made.clear)
    return made


@cache
def job_queue() -> JobQueue:
    """Puts work into the queues; what it asks by itself does not wait for a server that is silent."""
    from qa_service.stores.engine import is_sqlite, make_engine
    from qa_service.stores.impatient import BEAT_S, hurry
    from qa_service.worker.queues import JobQueue

    engine = make_engine(settings().database)
    if is_sqlite(engine):  # DBOS opens files in its own way
        return JobQueue(database_url())
    hurry(engine, BEAT_S)
    return JobQueue(database_url(), engine)
