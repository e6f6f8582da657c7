"""Thousands of phrases at once: every place where one is said, in any script, width or form of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from qa_service.core.errors import RulebookError
from qa_service.text.automaton import automaton_of
from qa_service.text.fillers import bare
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.text.number_forms import NUMERALS, forms

# A comma inside a short hit usually separates two thoughts (不保，本月…); recognisers also put commas into
# longer ones, where the words themselves are evidence enough.
_TOLERATES_COMMA = 4
# 您 and 你 sound so much alike that recognisers write one for the other.
_YOU = ("您", "你")


class PhraseHit(NamedTuple):
    """Phrase number `which` at the folded characters [start, end)."""

    which: int
    start: int
    end: int
    #: Something that says nothing stands between its words (text.fillers).
    is_broken: bool = False


class PhraseScanner:
    """Finds all phrases in one pass over a folded text; its cost hardly depends on how many there are.

    A hit never crosses the end of a sentence, and a comma only if it is long, unless the phrase itself
    was written with punctuation. Latin letters and digits match whole words and whole numbers only. 您 and
    你 are the same word; numbers are found in all their forms (text.number_forms), and what fills a sentence may
    stand inside (text.fillers).
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        """Raises RulebookError for a phrase in which nothing can be heard (empty, punctuation only)."""
        which: dict[str, list[int]] = {}
        self._punctuated: set[int] = set()
        counted: set[str] = set()
        for index, phrase in enumerate(phrases):
            folded = fold(phrase)
            if not folded.text:
                raise RulebookError(
                    source="phrases",
                    where=f"[{index}]",
                    problem=f"{phrase!r} has no letter, digit or Chinese character",
                    fix="Write the words to look for",
                )
            said = forms(folded.text)
            for form in said:
                which.setdefault(as_scanned(form), []).append(index)
                if len(said) > 1 and (form[0] in NUMERALS or form[-1] in NUMERALS):
                    counted.add(as_scanned(form))
            if folded.breaks:
                self._punctuated.add(index)
        #: As they are looked for: folded, every form of their numbers, 您 as 你 (`as_scanned`).
        self.written = tuple(which)
        #: The phrases by their numbers, those that are written alike together.
        self.alike = tuple(tuple(indexes) for indexes in which.values())
        self._worded = tuple(text[0].isascii() or text[-1].isascii() for text in which)
        #: Those whose number may be a part of another one: 3天 is not in 十三天.
        self._counted = frozenset(found for found, text in enumerate(which) if text in counted)
        self._automaton = automaton_of(list(which))

    def scan(
        self,
        folded: Folded,
        sieve: Callable[[Sequence[int]], Container[int]] | None = None,
        places: Sequence[PhraseHit] | None = None,
    ) -> list[PhraseHit]:
        """All hits, overlapping ones too, ordered by start, longest first, then by phrase.

        `sieve` is told which of `alike` is at each place, before anything is made of it, and says which are not wanted.
        `places` are those of `alike`, where somebody has looked for them already.
        """
        if self._automaton is None:
            return []
        places = self._places(self._automaton, folded) if places is None else places
        unwanted = sieve([place.which for place in places]) if sieve and places else ()
        hits = []
        for found, start, end, is_broken in places:
            if found in unwanted:
                continue
            if self._worded[found] and not is_whole_word(folded, start, end):
                continue
            if found in self._counted and _is_part_of_number(folded.text, start, end):
                continue
            crossed = folded.breaks and _crosses(folded, start, end)
            hits += [
                PhraseHit(index, start, end, is_broken)
                for index in self.alike[found]
                if not crossed or index in self._punctuated
            ]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.which)) if len(hits) > 1 else hits

    def _places(self, automaton: AhoCorasick, folded: Folded) -> list[PhraseHit]:
        """Where something that is looked for is written, by its number in `alike`."""
        said = as_scanned(folded.text)
        places = [PhraseHit(*place) for place in automaton.find_matches_as_indexes(said, overlapping=True)]
        if (plain := bare(folded)) is not None:
            said = as_scanned(plain.text)
            for found, start, end in automaton.find_matches_as_indexes(said, overlapping=True):
                if plain.is_broken(start, end):
                    places.append(PhraseHit(found, *plain.origin(start, end), is_broken=True))
        return places


def as_scanned(folded: str) -> str:
    """A folded text as phrases are looked for in it."""
    return folded.replace(*_YOU)


def _crosses(folded: Folded, start: int, end: int) -> bool:
    """Whether [start, end) runs over a border that no single phrase runs over."""
    least = BreakKind.HARD if end - start >= _TOLERATES_COMMA else BreakKind.SOFT
    return folded.crosses(start, end, least)


def is_whole_word(folded: Folded, start: int, end: int) -> bool:
    """Whether [start, end) does not begin or end inside a Latin word or a number.

    >>> is_whole_word(fold("happy"), 1, 4), is_whole_word(fold("用app办"), 1, 4)
    (False, True)
    """
    return not (_continues(folded, start) or _continues(folded, end))


def _continues(folded: Folded, at: int) -> bool:
    """Whether the characters before and at `at` belong to one Latin word or one number."""
    text = folded.text
    if not 0 < at < len(text) or at in folded.stops:  # 满100。5号发货
        return False
    left, right = text[at - 1], text[at]
    if left.isdecimal() and right.isdecimal():
        return True
    if "." in (left, right):  # 100 is not in 100.5, nor is 5元 in 100.5元
        point = at if right == "." else at - 1
        return text[point - 1 : point].isdecimal() and text[point + 1 : point + 2].isdecimal()
    letters = left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    return letters and folded.ends[at - 1] == folded.starts[at]


def _is_part_of_number(text: str, start: int, end: int) -> bool:
    """Whether the number that [start, end) begins or ends with goes on outside: 百分之三 in 百分之三十.

    >>> _is_part_of_number("等十三天", 2, 4), _is_part_of_number("等了三天", 2, 4)
    (True, False)
    """
    before, after = text[start - 1 : start], text[end : end + 2]
    goes_on = after[1:] if after[:1] == "点" else after[:1]
    return (text[start] in NUMERALS and before != "" and before in NUMERALS) or (
        text[end - 1] in NUMERALS and goes_on != "" and goes_on in NUMERALS
    )


def longest(hits: Sequence[PhraseHit]) -> list[PhraseHit]:
    """Hits that do not overlap: the longest wins, then the earliest; in order of start."""
    if len(hits) < 2:
        return list(hits)
    kept: list[PhraseHit] = []
    taken = bytearray(max(hit.end for hit in hits))
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, hit.which)):
        # Those before it are as long or longer: one that overlaps it covers its first or its last character.
        if not (taken[hit.start] or taken[hit.end - 1]):
            kept.append(hit)
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    return sorted(kept, key=lambda hit: hit.start)
