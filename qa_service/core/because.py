"""Why somebody does what is written down with its reason: open text, holds, deletion, publishing."""

from __future__ import annotations

from qa_service.core.errors import UsageError

#: 投诉 says something; blanks, dots and a single character do not.
LEAST = 2


def because(text: str) -> str:
    """The reason without what stands around it.

    >>> because(" 客户投诉  ")
    '客户投诉'

    Raises:
        UsageError: `reason_empty`: it says nothing.
    """
    if sum(char.isalnum() for char in text) < LEAST:
        raise UsageError(
            "reason_empty", problem="the reason says nothing", fix="Write why, in two characters at least"
        )
    return text.strip()
