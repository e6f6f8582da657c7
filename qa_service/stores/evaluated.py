"""Reads the evaluations that calls got: their documents, and the list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
import zstandard

from qa_service.core.stored import Origin
from qa_service.stores.tables import evaluations


def current(connection: sa.Connection, call_id: str, rulebook: str = "") -> dict[str, Any] | None:
    """The document of the current evaluation by a rulebook, else of the listed one; None where it was deleted too."""
    kept = evaluations.c
    query = sa.select(kept.document).where(kept.call_id == call_id, kept.is_current.is_(True))
    if rulebook:
        query = query.where(kept.rulebook_name == rulebook)
    ordered = query.order_by(kept.is_listed.desc(), kept.created_at.desc())
    content = connection.execute(ordered.limit(1)).scalar()
    return unpacked(content) if content else None


def documents(
    connection: sa.Connection, call_id: str, *, is_current: bool = False
) -> dict[str, dict[str, Any]]:
    """The documents of our evaluations of a call by their ids, the listed one first; without deleted ones."""
    kept = evaluations.c
    # What another system made of the call (stores/imported.py) is no assessment.
    ours = (kept.call_id == call_id, kept.origin != Origin.IMPORTED.value)
    query = sa.select(kept.id, kept.document).where(*ours)
    if is_current:
        query = query.where(kept.is_current.is_(True))
    rows = connection.execute(query.order_by(kept.is_listed.desc(), kept.created_at.desc()))
    return {row.id: unpacked(row.document) for row in rows if row.document}


def history(connection: sa.Connection, call_id: str) -> tuple[dict[str, Any], ...]:
    """Every evaluation that the call ever got, newest first, without the documents."""
    kept = evaluations.c
    query = sa.select(
        kept.id,
        kept.origin,
        kept.rulebook,
        kept.rulebook_name,
        kept.rulebook_version,
        kept.routing_version,
        kept.is_current,
        kept.is_listed,
        kept.status,
        kept.score,
        kept.passed,
        kept.created_at,
        kept.machine_id,
    ).where(kept.call_id == call_id)
    is_human = sa.case((kept.origin == Origin.HUMAN.value, 1), else_=0)
    # Those of one moment: a person's was made from the machine's.
    at_once = (
        kept.is_listed.desc(),
        kept.is_current.desc(),
        is_human.desc(),
        kept.rulebook_name,
        kept.id.desc(),
    )
    ordered = query.order_by(kept.created_at.desc(), *at_once)
    return tuple(dict(row._mapping) for row in connection.execute(ordered))


def packed(document: Mapping[str, Any]) -> bytes:
    """A document as it is kept."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=6).compress(text.encode())


def unpacked(content: bytes) -> dict[str, Any]:
    """A document that is kept; in those of before verdicts there is none."""
    document: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(content))
    for finding in document.get("findings", ()):
        finding.setdefault("verdict", None)
    return document
