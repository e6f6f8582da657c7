"""The table of calls: one row per call and agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qa_service.core.stored import StoredCall
from qa_service.exports.assessed import Document, Part, duration_ms, is_judged, parts_of
from qa_service.exports.masking import Mask
from qa_service.exports.table import Cell, Column, Kind, Row, Table, seconds

_SEVERITIES = ("critical", "major", "minor", "info")


def _rows(call: StoredCall, document: Document | None, mask: Mask) -> Iterator[Row]:
    for part in parts_of(call, document):
        yield {
            **_call(call, document),
            "agent": part.agent,
            "leg": part.number,
            "leg_s": seconds(part.lasts_ms),
            **_outcome(call, document, mask),
            **_score(part),
            **_counts(part, document),
            **_judges(document),
        }


def _call(call: StoredCall, document: Document | None) -> Row:
    about = call.envelope
    return {
        "call_id": call.id,
        "external_id": about.call_id or None,
        "started_at": about.started_at.isoformat() if about.started_at else None,
        "line": about.line or None,
        "skill_group": about.skill_group or None,
        "direction": about.direction.value or None,
        "duration_s": seconds(duration_ms(call, document)),
        "talk_ratio": document["measurements"]["talk_ratio"] if document else None,
    }


def _outcome(call: StoredCall, document: Document | None, mask: Mask) -> Row:
    """Where the call stands and why; without a document the store's own state and code."""
    if document is None:
        return {"status": call.state.value, "status_reason": call.reason or None}
    because = "；".join(reason["text"] for reason in document["status_because"])
    return {"status": document["status"], "status_reason": mask(because) or None}


def _score(part: Part) -> Row:
    scores = part.evaluation or {}
    return {key: scores.get(key) for key in ("score", "lowest_score", "passed")}


def _counts(part: Part, document: Document | None) -> Row:
    """What was found, by severity. Of a call that nobody judged that is unknown, not nothing."""
    if not is_judged(document):
        return dict.fromkeys((*_SEVERITIES, "needs_human"))
    counted: dict[str, Cell] = dict(Counter(finding["severity"] for finding in part.standing))
    people = sum(finding["needs_human"] for finding in part.standing)
    return {**{severity: counted.get(severity, 0) for severity in _SEVERITIES}, "needs_human": people}


def _judges(document: Document | None) -> Row:
    """Which rulebook judged, and which recogniser heard."""
    if document is None:
        return dict.fromkeys(("rulebook", "rulebook_version", "rulebook_digest", "model", "cer"))
    rulebook, heard = document["rulebook"], document["models"]["asr"]
    return {
        "rulebook": rulebook["name"],
        "rulebook_version": rulebook["version"],
        "rulebook_digest": rulebook["digest"],
        "model": heard["name"],
        "cer": heard["cer"],
    }


CALLS = Table(
    "calls",
    (
        Column("call_id"),
        Column("external_id"),
        Column("started_at"),
        Column("line"),
        Column("skill_group"),
        Column("direction", words="direction"),
        Column("agent"),
        Column("leg", Kind.WHOLE),
        Column("duration_s", Kind.NUMBER),
        Column("leg_s", Kind.NUMBER),
        Column("talk_ratio", Kind.NUMBER),
        Column("score", Kind.NUMBER),
        Column("lowest_score", Kind.NUMBER),
        Column("passed", Kind.FLAG),
        Column("status", words="export_status"),
        Column("status_reason"),
        *(Column(severity, Kind.WHOLE) for severity in _SEVERITIES),
        Column("needs_human", Kind.WHOLE),
        Column("rulebook"),
        Column("rulebook_version", Kind.WHOLE),
        Column("rulebook_digest"),
        Column("model"),
        Column("cer", Kind.NUMBER),
    ),
    _rows,
)
