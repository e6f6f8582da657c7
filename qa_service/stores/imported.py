"""Imported evaluations: rows of origin `imported`, never current and never listed, so no figure of ours holds them."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.imported import BROUGHT, ImportedEvaluation, Kept
from qa_service.core.stored import Origin
from qa_service.stores.evaluated import packed, unpacked
from qa_service.stores.ids import new_id
from qa_service.stores.retention import refuse_deleted
from qa_service.stores.tables import calls, evaluations

SCHEMA = "qa-service/imported@1"
_NAMES = uuid.UUID("6f3b6a52-0f0e-4b7e-9a53-2d8d1b0c7a11")


def is_ours() -> sa.ColumnElement[bool]:
    """Of `calls`: it was not brought along from another system; only such calls stand in figures and samples."""
    return ~calls.c.source.startswith(BROUGHT)


def keep(connection: sa.Connection, call_id: str, made: ImportedEvaluation, *, now: datetime) -> Kept:
    """Keeps it beside what the call has; the same one again changes nothing, another one takes its place.

    Raises:
        RecordingError: `call_deleted`.
    """
    refuse_deleted(connection, call_id)
    own = evaluations.c
    # Of one system and one judge there is one: the row's work is named after them.
    work = str(uuid.uuid5(_NAMES, f"{call_id}/{made.system}/{made.by}"))
    document = _document(made)
    row = connection.execute(sa.select(own.id, own.document).where(own.job_id == work)).first()
    if row is not None and row.document and unpacked(row.document) == document:
        return Kept.SAME
    values = {"score": made.score, "document": packed(document), "created_at": now}
    if row is not None:
        connection.execute(evaluations.update().where(own.id == row.id).values(**values))
        return Kept.CHANGED
    connection.execute(
        evaluations.insert().values(
            id=new_id(now),
            call_id=call_id,
            job_id=work,
            origin=Origin.IMPORTED.value,
            rulebook="",
            rulebook_name=f"imported:{made.system}:{made.by}",
            is_current=False,
            is_listed=False,
            status="imported",
            passed=None,
            **values,
        )
    )
    return Kept.NEW


def _document(made: ImportedEvaluation) -> dict[str, Any]:
    hits = [asdict(hit) | {"utterances": list(hit.utterances)} for hit in made.hits]
    return {
        "schema": SCHEMA,
        "system": made.system,
        "by": made.by.value,
        "score": made.score,
        "hits": hits,
    }
