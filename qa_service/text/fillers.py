"""What speakers put between the words of one wording while they think: 加我嗯微信, 我我我们, 免费那个上门."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from qa_service.text.normalize import Folded

#: Sounds that are no words; words that fill; a small word said twice or more (不不 and 没没 deny, and stay).
_FILLING = re.compile(
    r"(?P<sound>[嗯呃哦噢喔诶欸唉啊]+)|(?P<word>那个|这个|就是说|就是|然后)|(?P<again>([我你您他她它这那就给把在跟和])(?:\4)+)"
)
#: Shorter wordings are not looked for across words that fill: what is said around them is often meant.
LEAST_ACROSS_WORDS = 4


class Bare(NamedTuple):
    """A folded text without what fills it, and where its characters stand in the folded text."""

    text: str
    places: tuple[int, ...]
    #: By how many characters longer what was said is, up to each character, for words that fill alone.
    words: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The folded characters that [start, end) stands for, with what fills them."""
        return self.places[start], self.places[end - 1] + 1

    def is_broken(self, start: int, end: int) -> bool:
        """Whether something was left out inside; across words that fill only wordings of four characters and more."""
        first, last = self.origin(start, end)
        if last - first == end - start:
            return False
        return end - start >= LEAST_ACROSS_WORDS or self.words[start] == self.words[end - 1]


def bare(folded: Folded) -> Bare | None:
    """The text without what fills it; nothing where nothing does.

    >>> from qa_service.text.normalize import fold
    >>> bare(fold("您加我嗯微信")).text, bare(fold("您加我微信"))
    ('您加我微信', None)
    """
    return _bare(folded.text, frozenset(at for at, _ in folded.breaks))


@lru_cache(maxsize=512)
def _bare(folded: str, breaks: Set[int]) -> Bare | None:
    kept: list[int] = []
    words: list[int] = []
    done = left_out = 0
    for match in _FILLING.finditer(folded):
        if match["again"] and not breaks.isdisjoint(range(match.start() + 1, match.end())):
            continue  # 我理解您，您就是想退款
        kept += range(done, match.start())
        words += [left_out] * (match.start() - done)
        done = match.end() - (1 if match["again"] else 0)
        left_out += len(match[0]) if match["word"] else 0
    if not done:
        return None
    kept += range(done, len(folded))
    words += [left_out] * (len(folded) - done)
    return Bare("".join(folded[at] for at in kept), tuple(kept), tuple(words))
