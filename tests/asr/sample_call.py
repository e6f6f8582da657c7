"""The shipped good call: its sound and what its truth file says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qa_service.core.time import Span
from qa_service.ports import Samples, SourceProfile, Stretch

SAMPLE = Path(__file__).parents[2] / "sample_audio" / "good-call.wav"


@cache
def rows() -> Samples:
    """Both channels."""
    from qa_service.audio.reader import PyAvReader

    return PyAvReader().read([SAMPLE], SourceProfile()).samples


def agent() -> Samples:
    own: Samples = rows()[0]
    return own


@cache
def utterances() -> tuple[dict[str, Any], ...]:
    truth = yaml.safe_load(SAMPLE.with_suffix(".truth.yaml").read_text(encoding="utf-8"))
    return tuple(truth["utterances"])


def truth_spans(role: str) -> list[Span]:
    return [Span(u["start_ms"], u["end_ms"]) for u in utterances() if u["role"] == role]


def spoken(count: int) -> Iterator[Stretch]:
    """The first utterances as stretches, a little padded."""
    for said in utterances()[:count]:
        channel = 0 if said["role"] == "agent" else 1
        span = Span(said["start_ms"] - 150, said["end_ms"] + 150)
        yield Stretch(channel, span, rows()[channel][span.start_ms * 16 : span.end_ms * 16])
