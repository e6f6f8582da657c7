"""How likely a stretch of Chinese is by the words that it can be made of, in jieba's dictionary.

What a recogniser misheard is seldom made of words: 投数到哪 is less likely than
投诉到哪, and 免费使用 more than 免费试用.
The frequencies are those of the dictionary, each word by itself; nothing is trained.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from math import inf, log

#: Longer words are rare, and made of shorter ones.
_LONGEST = 5
#: The sum of the frequencies in the dictionary of jieba 0.42.1; to add them up takes longer than all the rest.
WHOLE = 60_101_967
_WHOLE = log(WHOLE)
#: What is in no dictionary is as likely as a word that was seen half a time.
_UNSEEN = log(0.5) - _WHOLE


def by_first(dictionary: str) -> dict[str, str]:
    """The lines of a dictionary by their first character."""
    lines: dict[str, str] = {}
    # One match for each run of lines that begin alike: a fifth of the time of a step for each line.
    for run in re.finditer(r"^(.).*(?:\n\1.*)*", dictionary, re.MULTILINE):
        lines[run[1]] = f"{lines[run[1]]}\n{run[0]}" if run[1] in lines else run[0]
    return lines


def frequencies(lines: str) -> dict[str, int]:
    """The words of some lines of a dictionary, and how often each was seen."""
    pairs = [line.split(" ", 2) for line in lines.split("\n") if line]
    return {word: int(frequency) for word, frequency, _ in pairs}


class Lexicon:
    """The dictionary, taken apart where a text needs it: half a million words would take a second."""

    def __init__(self, dictionary: str) -> None:
        """Takes the text of a dictionary: a word and its frequency a line."""
        self._lines = by_first(dictionary)
        self._known: dict[str, dict[str, float]] = {}

    def likelihood(self, text: str) -> float:
        """The logarithm of how likely the likeliest words are that a folded text can be made of."""
        best = [0.0, *[-inf] * len(text)]
        for start, first in enumerate(text):
            so_far, known = best[start], self._beginning(first)
            best[start + 1] = max(best[start + 1], so_far + known.get(first, _UNSEEN))
            for end in range(start + 2, min(start + _LONGEST, len(text)) + 1):
                how_likely = known.get(text[start:end])
                if how_likely is not None and so_far + how_likely > best[end]:
                    best[end] = so_far + how_likely
        return best[-1]

    def _beginning(self, first: str) -> dict[str, float]:
        if first not in self._known:
            seen = frequencies(self._lines.get(first, ""))
            self._known[first] = {
                word: log(times) - _WHOLE for word, times in seen.items() if times and len(word) <= _LONGEST
            }
        return self._known[first]


@cache
def lexicon() -> Lexicon:
    """Jieba's own dictionary, read when it is first asked for."""
    import jieba  # a tenth of a second, and only rules for sounds need it

    with jieba.get_dict_file() as file:
        return Lexicon(file.read().decode())


@lru_cache(maxsize=4_096)
def likelihood(folded_text: str) -> float:
    """The logarithm of how likely a folded text is; 0 for none.

    >>> likelihood("投诉到哪") > likelihood("投数到哪"), likelihood("免费使用") > likelihood("免费试用")
    (True, True)
    """
    return lexicon().likelihood(folded_text)
