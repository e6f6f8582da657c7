"""Many words at once, and long ones: the same places are found however the finder is built."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.automaton import _MOST_IN_TABLE, automaton_of
from qa_service.text.normalize import fold
from qa_service.text.phrases import PhraseScanner

_WORDS = st.lists(st.text("甲乙丙", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


@given(_WORDS, st.text("甲乙丙", max_size=30))
def test_both_builds_find_the_same(words: list[str], said: str) -> None:
    filler = "丁" * _MOST_IN_TABLE  # never said; with it, the finder is the other one
    small, large = automaton_of(words), automaton_of([*words, filler])

    assert small is not None
    assert large is not None
    assert sorted(small.find_matches_as_indexes(said, overlapping=True)) == sorted(
        large.find_matches_as_indexes(said, overlapping=True)
    )


def test_of_no_words_there_is_no_finder() -> None:
    assert automaton_of([]) is None


def test_a_phrase_of_a_whole_book_is_read_in_a_moment() -> None:
    begun = time.perf_counter()
    scanner = PhraseScanner(["这是一本书" * 80_000, "保本"])

    assert [hit.which for hit in scanner.scan(fold("这款保本"))] == [1]
    assert time.perf_counter() - begun < 5  # it took more than a minute
