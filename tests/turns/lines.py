"""Calls from a few lines: `A 您好` on the agent's side, `C 喂` on the customer's."""

from __future__ import annotations

from qa_service.core.speech import Utterance
from qa_service.core.time import Span
from qa_service.turns.assemble import number

CHAR_MS = 200
GAP_MS = 800


def call(*said: str, mono: bool = False) -> tuple[Utterance, ...]:
    """One line after the other; `A` is s0 on channel 0, `C` is s1 on channel 1 (0 where mono)."""
    made, now_ms = [], 1_000
    for place, line in enumerate(said):
        who, text = line.split(" ", 1)
        speaker, span = "AC".index(who), Span(now_ms, now_ms + CHAR_MS * len(text))
        made.append(
            Utterance(
                str(place),
                span,
                f"s{speaker}",
                text,
                channel=0 if mono else speaker,
                speech_ms=span.duration_ms,
            )
        )
        now_ms = span.end_ms + GAP_MS
    return number(made)
