"""A measured call as a file, `*.measured.zst`: judged again without sound, recogniser or tokeniser.

The bytes are zstd over JSON, `{"schema": "qa-service/measured@1", "call": …}`. A later version reads this
one through an upcaster; the golden file in tests/usecases keeps that promise.
"""

from __future__ import annotations

import json
from functools import cache

import zstandard
from pydantic import TypeAdapter, ValidationError

from qa_service.core.errors import EnvelopeError
from qa_service.core.measured import MeasuredCall

SCHEMA = "qa-service/measured@1"
SUFFIX = ".measured.zst"
#: A ten-hour call is about 20 MB of JSON; what unpacks to more is not one of ours.
MAX_JSON_BYTES = 256 << 20


def pack(call: MeasuredCall) -> bytes:
    """The call as the bytes of a `*.measured.zst` file; equal calls give equal bytes."""
    document = {"schema": SCHEMA, "call": _adapter().dump_python(call, mode="json")}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return zstandard.ZstdCompressor(level=9).compress(text.encode())


def unpack(data: bytes, *, source: str) -> MeasuredCall:
    """The call in the bytes of a `*.measured.zst` file.

    Raises:
        EnvelopeError: `measured_unreadable` when they are not one, `measured_version` when a newer
            qa-service wrote them.
    """
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            text = reader.read(MAX_JSON_BYTES + 1)
        document = _document(text) if len(text) <= MAX_JSON_BYTES else None
    except (zstandard.ZstdError, ValueError, RecursionError) as error:
        raise _unreadable(source) from error
    if not isinstance(document, dict) or "schema" not in document:
        raise _unreadable(source)
    if document["schema"] != SCHEMA:
        raise EnvelopeError(
            "measured_version",
            where=source,
            problem=f"was written as {document['schema']}, this version reads {SCHEMA}",
            fix="Use the qa-service that wrote it, or a newer one",
            written=str(document["schema"]),
            readable=SCHEMA,
        )
    try:
        return _adapter().validate_python(document.get("call"))
    except ValidationError as error:
        raise _unreadable(source) from error


def _document(text: bytes) -> object:
    """The JSON of a file; half characters (a lone surrogate) are refused, because nobody could write them out."""
    document = json.loads(text, parse_constant=_refuse)
    if b"\\ud" in text.lower():
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _refuse(constant: str) -> None:
    """NaN and Infinity are no JSON, and would not be in what comes of them."""
    raise ValueError(constant)


@cache
def _adapter() -> TypeAdapter[MeasuredCall]:
    return TypeAdapter(MeasuredCall)


def _unreadable(source: str) -> EnvelopeError:
    return EnvelopeError(
        "measured_unreadable",
        where=source,
        problem="is not a measured call",
        fix="Give a file that `analyze --save` wrote, or analyse the recording again",
    )
