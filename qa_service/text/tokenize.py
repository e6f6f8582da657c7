"""Words of Chinese text. Slow (jieba): used once, in *measure*, never when judging again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import jieba

from qa_service.core.errors import UsageError

_GROUP_AND_OTHERS = 0o077


class Tokenizer:
    """Cuts text into words, with a dictionary of its own and a cache that nobody else can write.

    jieba trusts its cache file blindly and keeps it in the shared temporary folder by default; here the
    folder is handed in and must belong to the service alone.
    """

    def __init__(self, cache_folder: Path, *, words: Iterable[str] = ()) -> None:
        """Loads the dictionary (about a second, later a tenth of it). `words` are never cut apart.

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
        self._jieba = jieba.Tokenizer()
        self._jieba.tmp_dir = str(cache_folder)
        self._jieba.cache_file = "words.cache"
        self._jieba.initialize()
        for word in words:
            self._jieba.add_word(word)

    def tokens(self, text: str) -> tuple[int, ...]:
        """Where words begin, as character offsets in `text`; a word ends where the next begins."""
        return tuple(start for _, start, _ in self._jieba.tokenize(text))
