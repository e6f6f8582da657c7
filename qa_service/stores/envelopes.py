"""Envelopes as JSON text in a column, and back."""

from __future__ import annotations

import json
from functools import cache

from pydantic import TypeAdapter

from qa_service.core.calls import Envelope


@cache
def _adapter() -> TypeAdapter[Envelope]:
    return TypeAdapter(Envelope)


def to_text(envelope: Envelope) -> str:
    """Equal envelopes give equal text."""
    return json.dumps(_adapter().dump_python(envelope, mode="json"), ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Envelope:
    """The envelope again, equal to what it was."""
    return _adapter().validate_json(text)
