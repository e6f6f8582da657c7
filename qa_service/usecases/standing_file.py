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


def made_with(book: Rulebook, max_cer: float) -> str:
    """What a standing hangs on beside the call and the book's text.

    Detectors by their versions, which rise when tags may change, and from which error rate on people decide.
    """
    return ",".join((*sorted({f"{one.name}@{one.version}" for one in book.detectors}), f"cer={max_cer}"))


def pack(standing: Standing, made: str, key: str) -> bytes:
    """As compact JSON; equal standings give equal bytes.

    `made` is what `made_with` gave of the book that judged; `key` that of the call as it was then (ready_file.key_of).
    """
    outcome = standing.outcome
    parts = [[one.agent_id, one.score, one.passed] for one in outcome.parts]
    found = [
        [one.id, one.rule, one.span.start_ms, one.span.end_ms, int(one.needs_human)] for one in outcome.found
    ]
    blocked = [dict(sorted((rule, int(held)) for rule, held in one.items())) for one in standing.blocked]
    document = [VERSION, made, key, outcome.digest, outcome.status, parts, found, blocked]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> tuple[Standing, tuple[str, str]] | None:
    """What was packed, and what it was made with and of; None where another version wrote it."""
    document: list[Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    if document[0] != VERSION:
        return None
    _, made, key, digest, status, parts, found, blocked = document
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
    return standing, (made, key)
