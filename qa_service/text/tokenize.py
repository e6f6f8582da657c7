"""Words of Chinese text. Slow (jieba): used once, in *measure*, never when judging again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import jieba

from qa_service.core.errors import UsageError
from qa_service.text.lexicon import by_first, frequencies

_GROUP_AND_OTHERS = 0o077


class _Words(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's dictionary, taken apart only where a text needs it.

    jieba looks up nothing but pieces of the text; all of them, and all beginnings of words that it keeps beside them,
    begin with a character of it. Half a million entries would take a second of every process.
    """

    def __init__(self) -> None:
        super().__init__()
        self.FREQ: dict[str, Any] = {}
        self._lines: dict[str, str] = {}
        self._met: set[str] = set()
        self._one_at_a_time = threading.Lock()

    @staticmethod
    def gen_pfdict(f: IO[bytes]) -> tuple[dict[str, str], int]:
        """The lines by their first character, and the sum of all frequencies; this is what jieba's cache keeps."""
        with f:
            text = f.read().decode()
        return by_first(text.strip()), sum(map(int, text.split()[1::3]))

    def initialize(self, dictionary: str | None = None) -> None:
        super().initialize(dictionary)
        if not self._lines:
            self._lines, self.FREQ = self.FREQ, {}

    def meet(self, text: str) -> None:
        """Takes apart what begins with the characters of a text; comes before everything that looks something up."""
        if self._met.issuperset(text):
            return
        with self._one_at_a_time:
            for first in set(text) - self._met:
                self.FREQ.update(_taken_apart(self._lines.get(first, "")))
                self._met.add(first)


def _taken_apart(lines: str) -> dict[str, int]:
    """The frequencies of the words, and 0 for what only begins one."""
    known = frequencies(lines)
    for word in tuple(known):
        for end in range(1, len(word)):
            known.setdefault(word[:end], 0)
    return known


class Tokenizer:
    """Cuts text into words, with a dictionary of its own and a cache that nobody else can write.

    jieba trusts its cache file blindly and keeps it in the shared temporary folder by default; here the
    folder is handed in and must belong to the service alone.
    """

    def __init__(self, cache_folder: Path, *, words: Iterable[str] = ()) -> None:
        """Loads the dictionary (a third of a second, later a hundredth). `words` are never cut apart.

        Raises:
            UsageError: others may read or write the cache folder.
        """
        cache_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if cache_folder.stat().st_mode & _GROUP_AND_OTHERS:
            raise UsageError(
                "cache_not_private",
                where=str(cache_folder),
                problem="the word cache could be changed by other users",
                fix="Set its mode to 0700",
            )
        jieba.default_logger.setLevel(logging.WARNING)
        self._jieba = _Words()
        self._jieba.tmp_dir = str(cache_folder)
        self._jieba.cache_file = "lines.cache"
        self._jieba.initialize()
        for word in words:
            self._jieba.meet(word)
            self._jieba.add_word(word)

    def tokens(self, text: str) -> tuple[int, ...]:
        """Where words begin, as character offsets in `text`; a word ends where the next begins."""
        self._jieba.meet(text)
        return tuple(start for _, start, _ in self._jieba.tokenize(text))
