"""Words into utterances, cut by voice activity and words, never by the recogniser's own segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa_service.core.speech import HeardWord, Utterance, Word, spoken_chars
from qa_service.core.time import Span, cover, intersect, merge, total_ms
from qa_service.turns.cutting import Atom, atoms, cut_long, cut_pauses


@dataclass(frozen=True, slots=True)
class Cutting:
    """When one utterance ends and the next begins; all times in milliseconds."""

    #: A speaker who is quiet this long has finished the utterance.
    pause_ms: int = 600
    #: Longer utterances are cut where a sentence ends, else at their longest pause.
    longest_ms: int = 15_000
    #: No piece of a cut utterance is shorter than this, where that can be helped.
    shortest_ms: int = 1_000
    #: How far a recogniser may misplace an edge: nearer than this, voice activity says where it is.
    snap_ms: int = 400


def assemble(
    speaker: str,
    channel: int,
    words: Sequence[HeardWord],
    voiced: Sequence[Span],
    *,
    cutting: Cutting = Cutting(),
) -> tuple[Utterance, ...]:
    """The utterances of one speaker, in order; `number` gives them their final ids.

    `words` come in the order they were said; joined, the texts of the utterances are the texts of the
    words joined. Words without a single spoken character (only punctuation) make no utterance.
    `voiced` is where this speaker's voice is active; empty where nobody measured it: then pauses are
    gaps between the words, and `speech_ms` is 0.
    """
    if not any(spoken_chars(word.text) for word in words):
        return ()
    stretches = merge(voiced, gap_ms=cutting.pause_ms - 1)
    pieces = [
        (piece, stretch)
        for run, stretch in cut_pauses(atoms(words), stretches, cutting.pause_ms)
        for piece in cut_long(run, cutting.longest_ms, cutting.shortest_ms)
    ]
    made: list[Utterance] = []
    for index, (piece, stretch) in enumerate(pieces):
        edges = _edges(index, [owner for _, owner in pieces])
        said = _utterance(piece, _span(piece, stretch, edges, cutting.snap_ms), voiced)
        made.append(replace(said, id=f"{speaker}:{index:04d}", speaker=speaker, channel=channel))
    return tuple(made)


def number(utterances: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """All utterances of a call in their total order (end, start, …), with ids from `u0001` on."""
    ordered = sorted(
        utterances, key=lambda said: (said.span.end_ms, said.span.start_ms, said.channel, said.id)
    )
    return tuple(replace(said, id=f"u{place:04d}") for place, said in enumerate(ordered, start=1))


def _edges(index: int, owners: Sequence[Span | None]) -> tuple[bool, bool]:
    """Whether a piece is the first, and the last, of its voiced stretch."""
    mine = owners[index]
    first = index == 0 or owners[index - 1] != mine
    last = index == len(owners) - 1 or owners[index + 1] != mine
    return first, last


def _span(piece: Sequence[Atom], stretch: Span | None, edges: tuple[bool, bool], snap_ms: int) -> Span:
    """When the piece was said: by its words, inside its voiced stretch, snapped to the stretch's edges."""
    said = cover(atom.span for atom in piece)
    inside = said.clip(stretch) if stretch else None
    if stretch is None or inside is None:
        return said
    first, last = edges
    early = first and inside.start_ms - stretch.start_ms <= snap_ms
    late = last and stretch.end_ms - inside.end_ms <= snap_ms
    return Span(
        stretch.start_ms if early else inside.start_ms,
        stretch.end_ms if late else inside.end_ms,
    )


def _utterance(piece: Sequence[Atom], span: Span, voiced: Sequence[Span]) -> Utterance:
    """One utterance without its names: text, words with offsets, confidence, voiced time."""
    heard = [word for atom in piece for word in atom.words]
    words: list[Word] = []
    offset = 0
    for word in heard:
        end = offset + len(word.text)
        words.append(Word(_within(word.span, span), offset, end, word.confidence))
        offset = end
    return Utterance(
        id="",
        span=span,
        speaker="",
        text="".join(word.text for word in heard),
        words=tuple(words),
        confidence=_confidence(heard),
        speech_ms=total_ms(intersect(voiced, [span])),
    )


def _within(word: Span, span: Span) -> Span:
    """The word's time inside its utterance; a word beside it becomes an instant at the nearer edge."""
    start_ms = min(max(word.start_ms, span.start_ms), span.end_ms)
    return Span(start_ms, max(start_ms, min(word.end_ms, span.end_ms)))


def _confidence(words: Sequence[HeardWord]) -> float:
    """Mean over spoken characters: a long word weighs more than a short one, punctuation nothing."""
    weights = [(spoken_chars(word.text), word.confidence) for word in words]
    mean = sum(chars * sure for chars, sure in weights) / max(1, sum(chars for chars, _ in weights))
    return min(1.0, max(0.0, mean))
