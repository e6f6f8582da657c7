"""Reads example lines: who says what, and where it matters when, how loud and how high.

A line is `[start-end] role: text {loudness dB} {pitch Hz}`; all but the text may be left out. Without a role the agent
speaks; without times lines follow each other at 240 characters a minute with half a second between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.core.speech import Role, spoken_chars
from qa_service.core.time import Span

_LINE = re.compile(
    r"^(?:\[(?P<start>\d+(?:\.\d+)?)-(?P<end>\d+(?:\.\d+)?)\]\s*)?"
    r"(?:(?P<role>坐席|客服|客户|客戶|系统|系統|agent|customer|system)\s*[:：]\s*)?"
    r"(?P<text>.*?)(?:\s*\{(?P<db>-?\d+(?:\.\d+)?)\s*dB\})?(?:\s*\{(?P<hz>\d+(?:\.\d+)?)\s*Hz\})?$",
    re.DOTALL,
)
_ROLES = {
    "坐席": Role.AGENT, "客服": Role.AGENT, "agent": Role.AGENT,
    "客户": Role.CUSTOMER, "客戶": Role.CUSTOMER, "customer": Role.CUSTOMER,
    "系统": Role.SYSTEM, "系統": Role.SYSTEM, "system": Role.SYSTEM,
}  # fmt: skip
#: An unhurried pace (glossary: 220–260 is the norm most often quoted) and a short breath.
_MS_PER_CHAR = 250
_BREATH_MS = 500


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """One line of an example on the clock of its little call."""

    role: Role
    span: Span
    text: str
    loudness_dbfs: float | None = None
    pitch_hz: float | None = None


def read_lines(lines: Iterable[str]) -> tuple[ExampleLine, ...]:
    """The lines of one example, in the order they are written.

    Raises:
        ValueError: a line ends before it begins.
    """
    at_ms = 0
    read: list[ExampleLine] = []
    for line in lines:
        match = _LINE.match(line.strip())
        if match is None:
            raise ValueError("is not a line")
        span = _span(match, at_ms)
        loudness, pitch = (float(match[name]) if match[name] else None for name in ("db", "hz"))
        role = _ROLES[match["role"] or "坐席"]
        read.append(ExampleLine(role, span, match["text"].strip(), loudness, pitch))
        at_ms = span.end_ms + _BREATH_MS
    return tuple(read)


def _span(match: re.Match[str], at_ms: int) -> Span:
    if match["start"]:
        return Span(round(float(match["start"]) * 1000), round(float(match["end"]) * 1000))
    return Span(at_ms, at_ms + max(1, spoken_chars(match["text"])) * _MS_PER_CHAR)
