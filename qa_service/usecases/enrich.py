"""What is measured of each utterance beside its words: loudness, pitch, tokens, and whether it can be relied on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa_service.core.measured import Layout
from qa_service.core.speech import Utterance
from qa_service.core.time import intersect
from qa_service.measures.loudness import loudness_dbfs
from qa_service.measures.pitch import pitch
from qa_service.usecases.lanes import Doubt, Lanes


def enrich(
    utterances: Sequence[Utterance],
    lanes: Lanes,
    doubts: Sequence[Doubt],
    *,
    tokens: Callable[[str], tuple[int, ...]],
) -> tuple[Utterance, ...]:
    """The same utterances with their prosody, tokens and doubts."""
    return tuple(_enriched(said, lanes, doubts, tokens) for said in utterances)


def _enriched(
    said: Utterance, lanes: Lanes, doubts: Sequence[Doubt], tokens: Callable[[str], tuple[int, ...]]
) -> Utterance:
    voiced = intersect(lanes.voiced(said.channel), [said.span])
    samples = lanes.samples[said.channel]
    found = pitch(samples, voiced)
    return replace(
        said,
        # On a mono line the loudness is the line's, not the party's (issue 2, item 4).
        loudness_dbfs=None if lanes.layout is Layout.MONO else loudness_dbfs(samples, voiced),
        pitch_hz=found.median_hz if found else None,
        tokens=tokens(said.text),
        unreliable=_doubt(said, doubts),
    )


def _doubt(said: Utterance, doubts: Sequence[Doubt]) -> str:
    """The doubt that covers most of the utterance, if it covers half of it."""
    covered: dict[str, int] = {}
    for doubt in doubts:
        if doubt.channel == said.channel:
            covered[doubt.code] = covered.get(doubt.code, 0) + doubt.span.overlap_ms(said.span)
    worst = max(covered, key=lambda code: (covered[code], code), default="")
    return worst if worst and 2 * covered[worst] >= said.span.duration_ms else ""
