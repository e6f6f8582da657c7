"""The transcript as a reader sees it: lines in order, with evidence marked inside the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.core.reviews import Verdict
from qa_service.exports import wire, wire_of_call

#: A word below this probability is underlined as uncertain (docs/speech.md).
UNSURE = 0.5
#: Characters shown around evidence in a moment, and of evidence that is longer than a sentence.
CONTEXT = 24
LONGEST_MARK = 90
ELLIPSIS = "…"
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

    utterance: wire_of_call.WireUtterance
    pieces: tuple[Piece, ...]
    moments: tuple[int, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether any of its words are evidence."""
        return any(piece.severity for piece in self.pieces)


def lines_of(document: wire.WireAssessment) -> list[Line]:
    """All utterances in the order they began."""
    marks, numbers = _marks(document)
    ordered = sorted(document.utterances, key=lambda u: (u.start_ms, u.end_ms, u.id))
    return [Line(u, _pieces(u, marks[u.id]), tuple(sorted(numbers[u.id]))) for u in ordered]


def rows_of(
    lines: Sequence[Line], document: wire.WireAssessment
) -> list[tuple[Line | None, wire_of_call.WireUnheard | None]]:
    """The transcript's rows: lines, and between them the stretches that gave no text."""
    rows: list[tuple[int, Line | None, wire_of_call.WireUnheard | None]] = [
        (line.utterance.start_ms, line, None) for line in lines
    ]
    rows += [(piece.start_ms, None, piece) for piece in document.measurements.unheard]
    return [(line, unheard) for _, line, unheard in sorted(rows, key=lambda row: row[0])]


def excerpt(line: Line) -> Line:
    """The line cut to its evidence and some words around it, so that a moment fits a screen."""
    kept = _kept(line.pieces)
    shown: list[Piece] = []
    at = 0
    for piece in line.pieces:
        for text, is_kept in _stretches(piece.text, kept[at : at + len(piece.text)]):
            if is_kept:
                shown.append(replace(piece, text=text))
            elif not shown or shown[-1].text != ELLIPSIS:
                shown.append(Piece(ELLIPSIS))
        at += len(piece.text)
    return replace(line, pieces=tuple(shown))


def _kept(pieces: Sequence[Piece]) -> list[bool]:
    """Per character: close enough to evidence to be shown; the beginning where there is none."""
    marked = [bool(piece.severity) for piece in pieces for _ in piece.text]
    kept = [False] * len(marked)
    if not any(marked):
        return [at < LONGEST_MARK for at in range(len(marked))]
    begin = 0
    for at in range(1, len(marked) + 1):
        if at == len(marked) or marked[at] != marked[begin]:
            if marked[begin]:
                last = min(at, begin + LONGEST_MARK) + (CONTEXT if at - begin <= LONGEST_MARK else 0)
                for near in range(max(0, begin - CONTEXT), min(len(kept), last)):
                    kept[near] = True
            begin = at
    return kept


def _stretches(text: str, kept: Sequence[bool]) -> Iterator[tuple[str, bool]]:
    """The text in runs that are all shown or all left out."""
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kept[at] != kept[begin]:
            yield text[begin:at], kept[begin]
            begin = at


def _marks(
    document: wire.WireAssessment,
) -> tuple[dict[str, list[tuple[int, int, str]]], dict[str, set[int]]]:
    """Per utterance: quoted ranges with their severity, and the numbers of the moments that quote it."""
    number_of = {f: i for i, m in enumerate(document.moments, start=1) for f in m.findings}
    marks: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    numbers: dict[str, set[int]] = defaultdict(set)
    for finding in document.findings:
        if finding.verdict == Verdict.DISMISSED.value:
            continue
        for piece in finding.evidence:
            for quote in piece.quotes:
                marks[quote.utterance].append((quote.start, quote.end, finding.severity))
                if finding.id in number_of:
                    numbers[quote.utterance].add(number_of[finding.id])
    return marks, numbers


def _pieces(said: wire_of_call.WireUtterance, marks: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
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
