"""What stands of a judged call, as bytes: kept beside an evaluation, so that nobody opens its document to compare."""

from __future__ import annotations

import json
from typing import Any

from qa_service.core.part_scores import PartScore
from qa_service.core.time import Span
from qa_service.pipeline.diff import Found, Outcome
from qa_service.pipeline.fast.standing import Standing

#: Rises whenever these bytes are written otherwise; those of before are then made again from the evaluation's document.
VERSION = 1


def pack(standing: Standing) -> bytes:
    """As compact JSON; equal standings give equal bytes."""
    outcome = standing.outcome
    parts = [[one.agent_id, one.score, one.passed] for one in outcome.parts]
    found = [
        [one.id, one.rule, one.span.start_ms, one.span.end_ms, int(one.needs_human)] for one in outcome.found
    ]
    blocked = [dict(sorted((rule, int(held)) for rule, held in one.items())) for one in standing.blocked]
    document = [VERSION, outcome.digest, outcome.status, parts, found, blocked]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> Standing | None:
    """What was packed; None where it was another version that wrote it."""
    document: list[Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    if document[0] != VERSION:
        return None
    _, digest, status, parts, found, blocked = document
    return Standing(
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
