"""Where words may be cut: at pauses, and in what is too long at the end of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.core.speech import HeardWord, spoken_chars
from qa_service.core.time import Span, cover

_SENTENCE_ENDS = frozenset("。！？!?；;…")
_CLAUSE_ENDS = frozenset("，,、：:")
_OPENERS = frozenset("“‘「『（(《〈【[")
#: Around a sentence end only these may still follow: closing quotes and spaces.
_TRAILERS = "”’」』）)》〉】] \t\n\u3000"


@dataclass(frozen=True, slots=True)
class Atom:
    """Words that may not be cut apart: one that is spoken, and the punctuation that belongs to it."""

    words: tuple[HeardWord, ...]
    span: Span

    @property
    def ends(self) -> int:
        """2 where a sentence ends here, 1 where a clause does, else 0."""
        last = "".join(word.text for word in self.words).rstrip(_TRAILERS)[-1:]
        return 2 if last in _SENTENCE_ENDS else 1 if last in _CLAUSE_ENDS else 0


def atoms(words: Sequence[HeardWord]) -> tuple[Atom, ...]:
    """Words grouped so that punctuation stays with its word: openers with the next, the rest before.

    At least one of `words` is spoken.
    """
    groups: list[list[HeardWord]] = []
    leading: list[HeardWord] = []
    for word in words:
        if spoken_chars(word.text):
            groups.append([*leading, word])
            leading = []
        elif leading or not groups or word.text.strip()[-1:] in _OPENERS:
            leading.append(word)
        else:
            groups[-1].append(word)
    groups[-1] += leading
    return tuple(Atom(tuple(group), _spoken_span(group)) for group in groups)


def _spoken_span(group: Sequence[HeardWord]) -> Span:
    """Punctuation takes no time, whatever time a recogniser gives it."""
    return cover(word.span for word in group if spoken_chars(word.text))


def cut_pauses(
    said: Sequence[Atom], stretches: Sequence[Span], pause_ms: int
) -> Iterator[tuple[tuple[Atom, ...], Span | None]]:
    """Runs of atoms without a pause inside, each with the voiced stretch it lies in.

    Voice activity decides where it is known, for word times are the less exact of the two.
    """
    homes = _homes(said, stretches)
    begin = 0
    for index in range(1, len(said) + 1):
        if index < len(said) and not _parted(said, homes, index, pause_ms):
            continue
        yield tuple(said[begin:index]), stretches[homes[begin]] if stretches else None
        begin = index


def _parted(said: Sequence[Atom], homes: Sequence[int], index: int, pause_ms: int) -> bool:
    """Whether a pause lies before the atom at `index`."""
    if homes:
        return homes[index] != homes[index - 1]
    return said[index].span.start_ms - said[index - 1].span.end_ms >= pause_ms


def _homes(said: Sequence[Atom], stretches: Sequence[Span]) -> list[int]:
    """For each atom the stretch it is in or nearest to; never an earlier one than the atom before."""
    homes: list[int] = []
    at = 0
    for atom in said if stretches else ():
        while at + 1 < len(stretches) and _nearer(atom.span, stretches[at + 1], stretches[at]):
            at += 1
        homes.append(at)
    return homes


def _nearer(span: Span, candidate: Span, current: Span) -> bool:
    """Whether `span` belongs to `candidate` rather than to `current`: by overlap, then by distance."""
    if span.overlap_ms(candidate) or span.overlap_ms(current):
        return span.overlap_ms(candidate) > span.overlap_ms(current)
    return _distance_ms(span, candidate) < _distance_ms(span, current)


def _distance_ms(span: Span, other: Span) -> int:
    """Milliseconds between two spans that do not overlap."""
    return max(other.start_ms - span.end_ms, span.start_ms - other.end_ms, 0)


def cut_long(run: tuple[Atom, ...], longest_ms: int, shortest_ms: int) -> Iterator[tuple[Atom, ...]]:
    """The run in pieces of at most `longest_ms`, as far as its words allow; linear in its length."""
    rest = run
    while len(rest) > 1 and cover(atom.span for atom in (rest[0], rest[-1])).duration_ms > longest_ms:
        at = _cut_at(rest, longest_ms, shortest_ms)
        yield rest[:at]
        rest = rest[at:]
    yield rest


def _cut_at(run: Sequence[Atom], longest_ms: int, shortest_ms: int) -> int:
    """The best place for the first cut: a sentence end, else the longest pause, else as late as can be."""
    fits = 1
    while fits + 1 < len(run) and run[fits].span.end_ms - run[0].span.start_ms <= longest_ms:
        fits += 1
    # Not in the first third, or a talkative agent would be cut into crumbs; not a crumb before the end.
    roomy = [
        at
        for at in range(1, fits + 1)
        if run[at - 1].span.end_ms - run[0].span.start_ms >= max(shortest_ms, longest_ms // 3)
        and run[-1].span.end_ms - run[at].span.start_ms >= shortest_ms
    ]
    return max(roomy or [fits], key=lambda at: (run[at - 1].ends, _pause_ms(run, at), at))


def _pause_ms(run: Sequence[Atom], at: int) -> int:
    """Quiet before the atom at `at`, by the words' own times."""
    return max(0, run[at].span.start_ms - run[at - 1].span.end_ms)
