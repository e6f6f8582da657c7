"""Full-text search that works for Chinese: single characters and pairs, as words of the databases' own index.

Both databases split text at spaces, which Chinese does not have; SQLite's trigrams find nothing for 保本.
So we write our own words: every character and every pair of neighbours, in order. What is looked for becomes a
phrase of the same words (search.py). Only masked text comes here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from qa_service.stores.engine import is_sqlite
from qa_service.text.normalize import fold

#: Stands between utterances, so that no phrase reaches from one into the next.
_BORDER = "xqx"
_PIECE = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff\U00020000-\U0003134f]")


def words(text: str) -> Iterator[str]:
    """The words of a text, as they are indexed and looked for.

    >>> list(words("保本理财A1"))
    ['保', '保本', '本', '本理', '理', '理财', '财', 'a', '1']
    """
    for part in text.split():
        found = list(_PIECE.finditer(fold(part).text.lower()))
        for at, piece in enumerate(found):
            yield piece.group()
            after = found[at + 1] if at + 1 < len(found) else None
            if after and after.start() == piece.end() and _is_han(piece.group()) and _is_han(after.group()):
                yield piece.group() + after.group()


def _is_han(piece: str) -> bool:
    return not piece.isascii()


def indexed(texts: Iterable[str]) -> str:
    """The words of a call's utterances, as one text for the databases to split at spaces."""
    return f" {_BORDER} ".join(" ".join(words(text)) for text in texts)


def index(connection: sa.Connection, seq: int, texts: Iterable[str]) -> None:
    """Writes a call's words, in place of those it had."""
    joined = indexed(texts)
    if is_sqlite(connection):
        connection.execute(sa.text("DELETE FROM call_words WHERE rowid = :seq"), {"seq": seq})
        connection.execute(
            sa.text("INSERT INTO call_words (rowid, words) VALUES (:seq, :words)"),
            {"seq": seq, "words": joined},
        )
        return
    connection.execute(
        sa.text(
            "INSERT INTO call_words (seq, words) VALUES (:seq, to_tsvector('simple', :words)) "
            "ON CONFLICT (seq) DO UPDATE SET words = excluded.words"
        ),
        {"seq": seq, "words": joined},
    )


def forget(connection: sa.Connection, seq: int) -> None:
    """Nothing that was said in this call is found any more."""
    name = "rowid" if is_sqlite(connection) else "seq"
    connection.execute(sa.text(f"DELETE FROM call_words WHERE {name} = :seq"), {"seq": seq})  # noqa: S608
