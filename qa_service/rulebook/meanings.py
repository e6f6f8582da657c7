"""Gets a book ready to judge by meaning: its example sentences as vectors, made once by whoever has an encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from qa_service.core.meanings import SentenceVectors
from qa_service.detectors.means import Means
from qa_service.rulebook.book import Rulebook
from qa_service.rules.rule import Asks, Rule

_One = TypeVar("_One")


def sentences_of(book: Rulebook) -> tuple[str, ...]:
    """Every sentence that its rules compare meanings with, once; nothing for most books."""
    return tuple(dict.fromkeys(said for means in _of(book) for said in means.sentences))


def with_vectors(book: Rulebook, vectors: SentenceVectors) -> Rulebook:
    """The same book, its `means` with these vectors, which must hold all its sentences."""
    return replace(
        book,
        detectors=tuple(_ready(one, vectors) for one in book.detectors),
        rules=tuple(_rule(rule, vectors) for rule in book.rules),
        good=tuple(_rule(rule, vectors) for rule in book.good),
    )


def _of(book: Rulebook) -> Iterable[Means]:
    return (one for one in book.detectors if isinstance(one, Means))


def _rule(rule: Rule, vectors: SentenceVectors) -> Rule:
    if not any(isinstance(one, Means) for one in rule.asks):
        return rule
    asks: tuple[Asks, ...] = tuple(_ready(one, vectors) for one in rule.asks)
    return replace(rule, asks=asks)


def _ready(one: _One, vectors: SentenceVectors) -> _One:
    return replace(one, vectors=vectors) if isinstance(one, Means) else one
