"""The table of utterances: how each was said, for whoever counts with it. What was said is not in it."""

from __future__ import annotations

from collections.abc import Iterator

from qa_service.core.stored import StoredCall
from qa_service.exports.assessed import Document
from qa_service.exports.masking import Mask
from qa_service.exports.table import Column, Kind, Row, Table, seconds


def _rows(call: StoredCall, document: Document | None, mask: Mask) -> Iterator[Row]:  # noqa: ARG001
    for said in document["utterances"] if document else ():
        yield {
            "call_id": call.id,
            "utterance": said["id"],
            "role": said["role"],
            "channel": said["channel"],
            "start_s": seconds(said["start_ms"]),
            "end_s": seconds(said["end_ms"]),
            "speech_s": seconds(said["speech_ms"]) or None,
            "chars": len(said["text"]),
            "chars_per_minute": said["chars_per_minute"],
            "loudness_dbfs": said["loudness_dbfs"],
            "pitch_hz": said["pitch_hz"],
            "confidence": said["confidence"],
        }


UTTERANCES = Table(
    "utterances",
    (
        Column("call_id"),
        Column("utterance"),
        Column("role", words="role"),
        Column("channel", Kind.WHOLE),
        Column("start_s", Kind.NUMBER),
        Column("end_s", Kind.NUMBER),
        Column("speech_s", Kind.NUMBER),
        Column("chars", Kind.WHOLE),
        Column("chars_per_minute", Kind.NUMBER),
        Column("loudness_dbfs", Kind.NUMBER),
        Column("pitch_hz", Kind.NUMBER),
        Column("confidence", Kind.NUMBER),
    ),
    _rows,
)
