"""Coaching: what an agent reads about a moment, and what went well."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.tags import Quote
from qa_service.core.texts import Sentence
from qa_service.core.time import Span


@dataclass(frozen=True, slots=True)
class CoachingNote:
    """What happened, why it matters, what to say instead; always with a quote."""

    moment: str
    finding: str
    what_happened: Sentence
    why_it_matters: Sentence
    try_instead: Sentence
    quote: Quote


@dataclass(frozen=True, slots=True)
class Strength:
    """Something the agent did well, with the exact words or the time to listen at."""

    code: str
    text: Sentence
    span: Span
    quote: Quote | None = None
