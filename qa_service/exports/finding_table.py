"""The table of findings: one row per rule that fired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_service.core.stored import StoredCall
from qa_service.exports.assessed import Document, Part, parts_of
from qa_service.exports.masking import Mask, masked_quote
from qa_service.exports.table import Column, Kind, Row, Table, seconds

#: Between the quotes of one finding, and between sentences; the same in every language.
_BETWEEN = "；"


def _rows(call: StoredCall, document: Document | None, mask: Mask) -> Iterator[Row]:
    if document is None:
        return
    said = {utterance["id"]: utterance["text"] for utterance in document["utterances"]}
    for part in parts_of(call, document):
        for finding in part.findings:
            yield {**_place(call, part, finding), **_judgement(finding), **_words(finding, said, mask)}


def _place(call: StoredCall, part: Part, finding: Document) -> Row:
    started = call.envelope.started_at
    return {
        "finding": finding["id"],
        "call_id": call.id,
        "external_id": call.envelope.call_id or None,
        "started_at": started.isoformat() if started else None,
        "agent": part.agent,
        "leg": part.number,
        "start_s": seconds(finding["start_ms"]),
        "end_s": seconds(finding["end_ms"]),
    }


def _judgement(finding: Document) -> Row:
    keys = ("rule", "title", "severity", "stage", "criterion", "role", "confidence")
    asked = {"is_for_person": finding["needs_human"], "verdict": finding.get("verdict")}
    return {**{key: finding[key] for key in keys}, **asked}


def _words(finding: Document, said: Mapping[str, str], mask: Mask) -> Row:
    """What was said, and why it counts; everything in which words of the call may stand."""
    quotes = [masked_quote(quote, said, mask) for piece in finding["evidence"] for quote in piece["quotes"]]
    return {
        "quote": _BETWEEN.join(dict.fromkeys(quotes)) or None,
        "reason": mask(finding["because"]["text"]) or None,
        "doubts": _BETWEEN.join(mask(doubt["text"]) for doubt in finding["doubts"]) or None,
    }


FINDINGS = Table(
    "findings",
    (
        Column("finding"),
        Column("call_id"),
        Column("external_id"),
        Column("started_at"),
        Column("agent"),
        Column("leg", Kind.WHOLE),
        Column("rule"),
        Column("title"),
        Column("severity", words="severity"),
        Column("stage", words="stage_of_rule"),
        Column("criterion"),
        Column("role", words="role"),
        Column("start_s", Kind.NUMBER),
        Column("end_s", Kind.NUMBER),
        Column("quote"),
        Column("confidence", Kind.NUMBER),
        Column("is_for_person", Kind.FLAG),
        Column("verdict", words="verdict"),
        Column("reason"),
        Column("doubts"),
    ),
    _rows,
)
