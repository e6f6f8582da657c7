"""What went wrong while decoding, as the report says it: where, and how much cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_service.audio.job import PER_MS, Decoded, Loss
from qa_service.core.measured import Problem
from qa_service.core.time import Span

#: A codec's delay and padding, and rounding in headers: less than this is not a missing end.
CLAIM_TOLERANCE_MS = 300
#: The same as a share of the claim: variable-rate headers are estimates.
CLAIM_TOLERANCE = 0.005
#: More losses than this are told as one.
MAX_LOSSES = 50


def problems_of(decoded: Sequence[Decoded]) -> tuple[Problem, ...]:
    """All problems of a recording, in order of time; `detail` names the leg where there are two."""
    legs = [f"leg {index + 1}" if len(decoded) > 1 else "" for index in range(len(decoded))]
    found = [
        problem
        for leg, part in zip(legs, decoded, strict=True)
        for problem in (*_losses(part, leg), *_missing_end(part, leg), *_choices(part, leg))
    ]
    return tuple(sorted(found, key=lambda problem: (problem.span, problem.code)))


def _losses(part: Decoded, leg: str) -> Iterator[Problem]:
    losses: Sequence[Loss] = part.losses
    if len(losses) > MAX_LOSSES:
        lost_ms = sum(loss.lost_ms for loss in losses)
        losses = (Loss(losses[0].start_ms, losses[-1].end_ms, "damaged", lost_ms),)
    end_ms = part.samples // PER_MS
    for loss in losses:
        span = Span(min(loss.start_ms, end_ms), min(loss.end_ms, end_ms))
        yield Problem(loss.kind, span, lost_ms=loss.lost_ms, detail=leg)


def _missing_end(part: Decoded, leg: str) -> Iterator[Problem]:
    end_ms = part.samples // PER_MS
    missing_ms = (part.claimed_ms or 0) - end_ms
    at_end = Span(end_ms, end_ms)
    if part.open_ended:  # what it claims is read off its last page, and that is the one which is missing
        yield Problem("truncated", at_end, detail=leg)
    elif missing_ms > max(CLAIM_TOLERANCE_MS, CLAIM_TOLERANCE * (part.claimed_ms or 0)):
        yield Problem("truncated", at_end, lost_ms=missing_ms, detail=leg)
    elif part.broken_packets and not part.losses:
        yield Problem("damaged", Span(0, end_ms), detail=leg)


def _choices(part: Decoded, leg: str) -> Iterator[Problem]:
    whole = Span(0, part.samples // PER_MS)
    if part.channels < part.source_channels:
        yield Problem("leg_mixed_down", whole, detail=leg)
    if part.other_tracks:
        yield Problem("other_tracks_ignored", whole, detail=leg)
