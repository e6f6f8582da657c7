"""How words, lists, times and shares are written in the sentences about rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_service.i18n.catalogue import Catalogue

_MS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
#: Characters of one phrase, sentence or pattern that are shown.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Quoting:
    """Writes lists of words, at most `most` of each and then how many more there are."""

    texts: Catalogue
    most: int = 100
    longest: int = _LONGEST

    def word(self, word: str) -> str:
        """One, in quotation marks, on one line."""
        shown = "".join(char if char.isprintable() else "?" for char in word)
        short = shown if len(shown) <= self.longest else shown[: self.longest] + "……"
        return self.texts.say("says.quote", word=short)

    def words(self, words: Sequence[str]) -> str:
        """All of them, or the first."""
        return self._cut([self.word(word) for word in words], self.texts.say("says.between_quotes"))

    def items(self, items: Sequence[str]) -> str:
        """The same, not quoted."""
        return self._cut(items, self.texts.say("says.comma"))

    def codes(self, family: str, codes: Iterable[str]) -> str:
        """Codes in words, `says.<family>.<code>`; a code that has none as it is written."""
        named = ((code, f"says.{family}.{code}") for code in codes)
        return self.items([self.texts.say(key) if self.texts.knows(key) else code for code, key in named])

    def _cut(self, shown: Sequence[str], between: str) -> str:
        joined, more = between.join(shown[: self.most]), len(shown) - self.most
        return self.texts.say("says.and_more", words=joined, count=more) if more > 0 else joined


def duration(ms: int) -> str:
    """A time as authors write it.

    >>> duration(800), duration(8_000), duration(90_000), duration(120_000), duration(604_800_000)
    ('800ms', '8s', '90s', '2m', '7d')
    """
    unit_ms, unit = next((held for held in _MS if ms and ms % held[0] == 0), (1, "ms"))
    return f"{ms // unit_ms}{unit}" if ms else "0s"


def percent(share: float) -> float:
    """A share as per cent, without the noise of floats."""
    return round(100 * share, 1)
