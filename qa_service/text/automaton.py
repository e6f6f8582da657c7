"""Finds many words at once (Aho-Corasick); how it is built depends on how much there is to find."""

from __future__ import annotations

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

#: The library's own choice for up to 100 words, a table of all steps, is a little faster to run; but building it takes
#: time with the square of the words' length, half a minute for one word of 40,000 characters.
_MOST_IN_TABLE = 2_000


def automaton_of(words: Sequence[str]) -> AhoCorasick | None:
    """What finds every place of every word, overlapping ones too; nothing where there is no word."""
    if not words:
        return None
    is_small = sum(map(len, words)) <= _MOST_IN_TABLE
    how = None if is_small else Implementation.ContiguousNFA
    return AhoCorasick(words, matchkind=MatchKind.Standard, implementation=how)
