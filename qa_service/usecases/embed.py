"""embed: what was said, and what rulebooks compare it with, as vectors: each once, never while judging.

Without an encoder calls are measured as before, and rules that ask for a meaning are undecided.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

from qa_service.core.ids import digest
from qa_service.core.meanings import Meaning, Meanings, SentenceVectors
from qa_service.core.measured import MeasuredCall, Part, PartName
from qa_service.core.speech import Utterance
from qa_service.ports.hearing import Embedder
from qa_service.ports.storing import MeaningShelf
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.meanings import sentences_of, with_vectors
from qa_service.text import meaning

#: Raised when the way the part is made changes its values.
VERSION = 1


def with_meanings(call: MeasuredCall, embedder: Embedder | None) -> MeasuredCall:
    """The measured call with its part `embeddings`; the same call where there is no encoder."""
    if embedder is None:
        return call
    part = Part(PartName.EMBEDDINGS, embedder.name, digest("stretches", meaning.VERSION), VERSION)
    meant = embedded(call.utterances, embedder)
    found = ((said.id, one) for said in meant for one in said.meanings)
    others = tuple(one for one in call.parts if one.name is not PartName.EMBEDDINGS)
    return replace(call, meanings=Meanings.of(found), parts=(*others, part))


def embedded(said: Sequence[Utterance], embedder: Embedder) -> tuple[Utterance, ...]:
    """The utterances with what their sentences and clauses mean; what nobody may rely on means nothing.

    A recording hands in all of them at once, a live call each as it ends: their neighbours change nothing.
    """
    where = [meaning.meant(one.text) if not one.unreliable else () for one in said]
    texts = [one.text[start:end] for one, places in zip(said, where, strict=True) for start, end in places]
    known = _vectors(texts, embedder)
    return tuple(
        replace(one, meanings=tuple(Meaning(*place, known[one.text[slice(*place)]]) for place in places))
        for one, places in zip(said, where, strict=True)
    )


def vectors_of(sentences: Sequence[str], embedder: Embedder) -> SentenceVectors:
    """Each sentence as the encoder sees it, once."""
    known = _vectors(sentences, embedder)
    return SentenceVectors(embedder.name, tuple(known), tuple(known.values()))


def _vectors(texts: Sequence[str], embedder: Embedder) -> dict[str, bytes]:
    """What is said twice (好的好的, 您稍等) is embedded once."""
    distinct = tuple(dict.fromkeys(texts))
    rows = meaning.quantized(embedder.embed(distinct)) if distinct else []
    return dict(zip(distinct, rows, strict=True))


#: Rulebooks kept ready in one process.
_BOOKS = 32


class Interpreter:
    """Says what calls and rulebooks mean. Where there is a store, each book's sentences are embedded once for all."""

    def __init__(
        self, embedder: Callable[[], Embedder | None] = lambda: None, shelf: MeaningShelf | None = None
    ) -> None:
        self._embedder = embedder
        self._shelf = shelf
        self._ready: OrderedDict[str, Rulebook] = OrderedDict()
        self._lock = Lock()

    @property
    def encoder(self) -> str:
        """The name of the encoder; empty where there is none, and meanings are not measured."""
        embedder = self._embedder()
        return embedder.name if embedder else ""

    def call(self, call: MeasuredCall) -> MeasuredCall:
        """The measured call with its meanings; the same call where there is no encoder."""
        return with_meanings(call, self._embedder())

    def said(self, utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
        """The utterances with their meanings; the same ones where there is no encoder."""
        embedder = self._embedder()
        return embedded(utterances, embedder) if embedder else tuple(utterances)

    def book(self, book: Rulebook) -> Rulebook:
        """The book with the vectors of its sentences; as it is where it has none, or where nobody can make them."""
        if not sentences_of(book):
            return book
        with self._lock:
            if book.digest not in self._ready:
                vectors = self._vectors(book)
                if vectors is None:  # another process may make them yet
                    return book
                self._ready[book.digest] = with_vectors(book, vectors)
            self._ready.move_to_end(book.digest)
            while len(self._ready) > _BOOKS:
                self._ready.popitem(last=False)
            return self._ready[book.digest]

    def _vectors(self, book: Rulebook) -> SentenceVectors | None:
        embedder, sentences = self._embedder(), sentences_of(book)
        # Who has no encoder judges with what others kept, whichever encoder it was.
        encoder = embedder.name if embedder else ""
        kept = self._shelf.find(book.digest, encoder) if self._shelf else None
        if kept and set(sentences) <= set(kept.sentences):
            return kept
        if embedder is None:
            return None
        made = vectors_of(sentences, embedder)
        if self._shelf:
            self._shelf.keep(book.digest, made)
        return made


#: Where nobody switched an encoder on.
NO_INTERPRETER = Interpreter()
