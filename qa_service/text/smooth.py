"""A text without the sounds that people make while they think: 三到嗯五个工作日 is 三到五个工作日."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from qa_service.text.normalize import Folded, fold

#: Only between two characters that are said, and none of a sentence's end (啊, 吧): alone, 嗯 is an answer.
_SOUND = re.compile(
    r"(?<=[\u3400-\u9fff0-9A-Za-z])(?<![嗯呃诶欸唉誒])[嗯呃诶欸唉誒]+(?=[\u3400-\u9fff0-9A-Za-z])"
)
#: What may well follow an answer that is a sound: 是嗯可以.
_ANSWERS = re.compile(r"(?:^|[^\u3400-\u9fff])[对對是好行]$")


@dataclass(frozen=True, slots=True)
class Smooth(Folded):
    """A folded text without its sounds; `origin` still leads to the text as it was heard."""

    #: Where each character of `original`, which has no sounds, stands in what was heard.
    places: tuple[int, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The characters that were heard for the folded ones [start, end), with the sounds inside."""
        first, last = self.starts[start], self.ends[end - 1]
        return self.places[first], self.places[last - 1] + 1


@lru_cache(maxsize=2_048)
def smooth(text: str) -> Folded:
    """The folded text without sounds; what `fold` says where there are none.

    >>> smooth("三到嗯五个工作日").text, smooth("三到嗯五个工作日").origin(0, 4), smooth("嗯，好的").text
    ('三到五个工作日', (0, 5), '嗯好的')
    """
    sounds = [match.span() for match in _SOUND.finditer(text)]
    out = [(start, end) for start, end in sounds if not _ANSWERS.search(text[max(0, start - 2) : start])]
    if not out:
        return fold(text)
    gone = {at for span in out for at in range(*span)}
    places = tuple(at for at in range(len(text)) if at not in gone)
    plain = fold("".join(text[at] for at in places))
    return Smooth(plain.original, plain.text, plain.starts, plain.ends, plain.breaks, plain.stops, places)
