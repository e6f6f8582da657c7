"""What came of judging calls again, as it is kept: of each call in a few hundred bytes, of a run what was counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import zstandard
from pydantic import TypeAdapter

from qa_service.core.part_scores import PartScore
from qa_service.core.reviews import Verdict
from qa_service.core.time import Span
from qa_service.pipeline.diff import Again, Found, Outcome, compare
from qa_service.pipeline.rescored import Diff


def pack_again(again: Again) -> bytes:
    """Both verdicts on a call. What is different is not kept: it is found again by comparing them."""
    sides = [_told(again.change.before), _told(again.change.after)]
    verdicts = {finding: verdict.value for finding, verdict in again.verdicts.items()}
    return _json([again.team, sides, list(again.alerts), verdicts])


def unpack_again(call_id: str, content: bytes) -> Again:
    """What `pack_again` kept."""
    team, (before, after), (former_alerts, alerts), said = json.loads(content)
    verdicts = {finding: Verdict(verdict) for finding, verdict in said.items()}
    return Again(call_id, team, compare(_read(before), _read(after)), (former_alerts, alerts), verdicts)


def pack_diff(diff: Diff) -> bytes:
    """What was counted over a run. It outlives the calls: whose they were is not beside their ids."""
    nameless = replace(diff, surprising=tuple(map(_nameless, diff.surprising)))
    return zstandard.ZstdCompressor(level=6).compress(_adapter().dump_json(nameless))


def unpack_diff(content: bytes) -> Diff:
    """What `pack_diff` kept."""
    return _adapter().validate_json(zstandard.ZstdDecompressor().decompress(content))


def _nameless(again: Again) -> Again:
    change = again.change
    before, after = (
        replace(side, parts=tuple(replace(part, agent_id="") for part in side.parts))
        for side in (change.before, change.after)
    )
    return replace(again, change=replace(change, before=before, after=after))


def _told(outcome: Outcome) -> Sequence[Any]:
    parts = [[one.agent_id, one.score, one.passed] for one in outcome.parts]
    found = [[one.id, one.rule, one.span.start_ms, one.span.end_ms, one.needs_human] for one in outcome.found]
    return [outcome.digest, outcome.status, parts, found]


def _read(told: Sequence[Any]) -> Outcome:
    digest, status, parts, found = told
    return Outcome(
        digest,
        status,
        tuple(PartScore(*part) for part in parts),
        tuple(Found(name, rule, Span(start, end), waits) for name, rule, start, end, waits in found),
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _adapter() -> TypeAdapter[Diff]:
    return TypeAdapter(Diff)
