"""A filter as the audit log keeps it: every condition that was asked for, and nothing personal of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum

from qa_service.core.lists import Filter
from qa_service.privacy.labels import covered


def told_filter(wanted: Filter) -> Mapping[str, object]:
    """The conditions by name. Of words that were sought only that some were; in names numbers of people are covered.

    >>> told_filter(Filter(text="王芳", line="400", external_id="13800138000"))
    {'text': True, 'line': '400', 'external_id': '●●●●●●●●●●●'}
    """
    asked = ((one.name, getattr(wanted, one.name), one.default) for one in fields(wanted))
    return {name: _told(name, value) for name, value, nothing in asked if value != nothing}


def _told(name: str, value: object) -> object:
    if name == "text":
        return True
    if isinstance(value, tuple):
        return [_told(name, one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    # Of a line the landline is the centre's own (usecases/masking.py).
    return covered(value, landlines=name != "line") if isinstance(value, str) else value
