"""Begins a run of re-scoring in the caller's transaction; its rulebooks are kept for as long as anything names them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.core.rescores import Rescore, RescoreState, Selection, Volume
from qa_service.core.rulebooks import BookOrigin
from qa_service.rulebook.book import Bundle
from qa_service.stores import audit, library, rescore_runs
from qa_service.stores.ids import new_id

#: Runs that go on at once; more would only wait.
_MOST_AT_WORK = 20


def add_run(
    connection: sa.Connection,
    asked: Asked,
    bundle: Bundle,
    wanted: Selection,
    volume: Volume,
    *,
    now: datetime,
    is_draft: bool = False,
    starts_at: datetime | None = None,
    against: Bundle | None = None,
) -> Rescore:
    """Begins a run in the caller's transaction, under the sight of who asked.

    Raises:
        UsageError: `too_many_rescores`.
    """
    book = bundle.book
    run = Rescore(
        id=new_id(now),
        state=RescoreState.CHOOSING,
        rulebook=book.name,
        version=book.version,
        digest=book.digest,
        selection=replace(wanted, sight=asked.caller.sight),
        volume=volume,
        created_at=now,
        created_by=asked.caller.id,
        starts_at=starts_at,
        against=against.book.digest if against else "",
        against_name=f"{against.book.name}@{against.book.version}" if against else "",
    )
    if len(rescore_runs.working(connection)) >= _MOST_AT_WORK:
        raise UsageError(
            "too_many_rescores",
            problem=f"{_MOST_AT_WORK} runs are at work",
            fix="Wait for one of them, or cancel it",
            most=_MOST_AT_WORK,
        )
    origin = BookOrigin.TRIED if is_draft else BookOrigin.SHIPPED
    library.remember(connection, bundle, origin, now=now)
    if against is not None:
        library.remember(connection, against, BookOrigin.TRIED, now=now)
    rescore_runs.add(connection, run)
    detail = {"rulebook": book.digest, "name": book.name, "version": book.version}
    entry = audit.Entry(asked.caller.id, "rescore_begin", f"rescore:{run.id}", detail, asked.request_id)
    audit.write(connection, entry, now=now)
    return run
