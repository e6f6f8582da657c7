"""The transcript as a reader sees it: lines in order, with evidence marked inside the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.exports import wire

#: A word below this probability is underlined as uncertain (docs/speech.md).
UNSURE = 0.5
_RANK = {"critical": 3, "major": 2, "minor": 1, "info": 0}


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters with one look: plain, evidence of a severity, or not surely heard."""

    text: str
    severity: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance, and which moments point at it."""

    utterance: wire.WireUtterance
    pieces: tuple[Piece, ...]
    moments: tuple[int, ...]


def lines_of(document: wire.WireAssessment) -> list[Line]:
    """All utterances in the order they began."""
    marks, numbers = _marks(document)
    ordered = sorted(document.utterances, key=lambda u: (u.start_ms, u.end_ms, u.id))
    return [Line(u, _pieces(u, marks[u.id]), tuple(sorted(numbers[u.id]))) for u in ordered]


def _marks(
    document: wire.WireAssessment,
) -> tuple[dict[str, list[tuple[int, int, str]]], dict[str, set[int]]]:
    """Per utterance: quoted ranges with their severity, and the numbers of the moments that quote it."""
    number_of = {f: i for i, m in enumerate(document.moments, start=1) for f in m.findings}
    marks: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    numbers: dict[str, set[int]] = defaultdict(set)
    for finding in document.findings:
        for piece in finding.evidence:
            for quote in piece.quotes:
                marks[quote.utterance].append((quote.start, quote.end, finding.severity))
                if finding.id in number_of:
                    numbers[quote.utterance].add(number_of[finding.id])
    return marks, numbers


def _pieces(said: wire.WireUtterance, marks: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """The text cut wherever its look changes."""
    looks: list[tuple[str, bool]] = [("", False)] * len(said.text)
    for start, end, severity in marks:
        for at in range(start, min(end, len(looks))):
            if _RANK[severity] >= _RANK.get(looks[at][0], -1):
                looks[at] = (severity, False)
    for word in said.words:
        if word.confidence < UNSURE:
            for at in range(word.start, min(word.end, len(looks))):
                looks[at] = (looks[at][0], True)
    return tuple(_runs(said.text, looks))


def _runs(text: str, looks: Sequence[tuple[str, bool]]) -> list[Piece]:
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or looks[at] != looks[begin]:
            pieces.append(Piece(text[begin:at], *looks[begin]))
            begin = at
    return pieces
