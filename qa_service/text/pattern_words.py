"""The words that a regular expression is written with: what may be misheard of what it looks for."""

from __future__ import annotations

import re

#: One of several characters is no word; nor is what stands after a backslash.
_NO_WORD = re.compile(r"\[[^\]]*\]|\\.|\(\?[a-zA-Z]*:?|\{[^}]*\}")
_WORD = re.compile("[\u3400-\u9fff]{2,}")


def words_of_pattern(pattern: str) -> tuple[str, ...]:
    """Runs of two Chinese characters and more, each once, in the order in which they are written.

    >>> words_of_pattern("(?:投诉|告)到哪[里儿]?都没用")
    ('投诉', '到哪', '都没用')
    """
    return tuple(dict.fromkeys(_WORD.findall(_NO_WORD.sub(" ", pattern))))
