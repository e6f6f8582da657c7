"""What stands of a judged call, as bytes: kept beside an evaluation, so that nobody opens its document to compare."""

from __future__ import annotations

import json
from typing import Any

from qa_service.core.part_scores import PartScore
from qa_service.core.time import Span
from qa_service.pipeline.diff import Found, Outcome
from qa_service.pipeline.fast.standing import Standing
from qa_service.rulebook.book import Rulebook

#: Rises whenever these bytes are written otherwise, or rules and scores come to something else for the same tags. What
#: an older version kept is nothing to go by: the call is judged as a whole once more.
VERSION = 1


def made_with(book: Rulebook) -> str:
    """The detectors of a rulebook with their versions, which rise when tags may change: part of what was made."""
    return ",".join(sorted({f"{one.name}@{one.version}" for one in book.detectors}))


def pack(standing: Standing, book: Rulebook) -> bytes:
    """As compact JSON; equal standings give equal bytes. `book` is the one that judged."""
    outcome = standing.outcome
    parts = [[one.agent_id, one.score, one.passed] for one in outcome.parts]
    found = [
        [one.id, one.rule, one.span.start_ms, one.span.end_ms, int(one.needs_human)] for one in outcome.found
    ]
    blocked = [dict(sorted((rule, int(held)) for rule, held in one.items())) for one in standing.blocked]
    document = [VERSION, made_with(book), outcome.digest, outcome.status, parts, found, blocked]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> tuple[Standing, str] | None:
    """What was packed, and with which detectors it was made; None where another version wrote it."""
    document: list[Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    if document[0] != VERSION:
        return None
    _, detectors, digest, status, parts, found, blocked = document
    standing = Standing(
        Outcome(
            digest,
            status,
            tuple(PartScore(*one) for one in parts),
            tuple(
                Found(name, rule, Span(start_ms, end_ms), bool(held))
                for name, rule, start_ms, end_ms, held in found
            ),
        ),
        tuple({rule: bool(held) for rule, held in one.items()} for one in blocked),
    )
    return standing, detectors
