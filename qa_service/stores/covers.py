"""What comes with a recording, as JSON text in a column, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter

from qa_service.core.uploads import Cover


@cache
def _adapter() -> TypeAdapter[Cover]:
    return TypeAdapter(Cover)


def to_text(cover: Cover) -> str:
    """Equal covers give equal text."""
    return json.dumps(_adapter().dump_python(cover, mode="json"), ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Cover:
    """The cover again, equal to what it was."""
    return _adapter().validate_json(text)


def digest(cover: Cover, more: str) -> str:
    """What is asked for under an idempotency key: the cover without the key, and what it is about."""
    text = to_text(replace(cover, idempotency_key="")) + "\x1f" + more
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
