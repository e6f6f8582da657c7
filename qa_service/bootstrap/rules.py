"""Rulebooks and routing: the desks of their authors, and the books that judge."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from qa_service.bootstrap.base import rulebook, rulebook_bundle, settings, texts, tokenizer
from qa_service.bootstrap.hearing import analyst, document, interpreter, model_store, revised
from qa_service.bootstrap.storing import shelves

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa_service.core.routing import BookRef
    from qa_service.rulebook.book import Bundle, Rulebook
    from qa_service.stores.review_desk import StoreReviews
    from qa_service.stores.routing_desk import StoreRouting
    from qa_service.stores.rulebook_desk import StoreRulebooks
    from qa_service.stores.workbench import Shelves
    from qa_service.usecases.publish_draft import DraftPublisher
    from qa_service.usecases.try_draft import DraftTrial

#: A rulebook's name, with its version or without; anything else is a file.
_NAME = re.compile(r"[a-z0-9-]+(?:@[0-9]{1,9})?")
#: Compiled rulebooks that a worker keeps at hand.
_BOOKS = 32


def books(kept: Shelves) -> Callable[[BookRef], Bundle]:
    """The rulebooks that a routing table names: the centre's own, a shipped pack, or the installation's.

    What it answers raises RulebookError where there is no such pack, or no such file.
    """
    from qa_service.rulebook.load import load_bundle, pack_bundle, reload
    from qa_service.stores import library
    from qa_service.stores.patience import looking

    @lru_cache(maxsize=_BOOKS)
    def own(digest: str) -> Bundle:
        return reload(looking(kept.engine, lambda connection: library.texts(connection, digest)), digest)

    def book(ref: BookRef) -> Bundle:
        if ref.digest:
            return own(ref.digest)
        return pack_bundle(ref.name) if ref.name else load_bundle(settings().rulebook)

    return book


def rulebook_in_force(name: str) -> Rulebook:
    """The centre's own rulebook of this name as it judges now; where there is none, a shipped pack or a file."""
    return bundle_in_force(name).book


def bundle_in_force(name: str) -> Bundle:
    """The same with every text that went into it."""
    return own_in_force(name) or rulebook_bundle(name)


def own_in_force(name: str) -> Bundle | None:
    """The centre's own rulebook of this name as it judges now, where it has one."""
    from qa_service.core.routing import BookRef
    from qa_service.stores import library
    from qa_service.stores.patience import looking

    if not _NAME.fullmatch(name):
        return None
    kept = shelves()
    digest = looking(kept.engine, lambda connection: library.in_force(connection, name))
    return books(kept)(BookRef(name, digest)) if digest else None


def reviews() -> StoreReviews:
    """What people say about findings, and the evaluations that follow it."""
    from qa_service.core.routing import BookRef
    from qa_service.stores.review_desk import StoreReviews
    from qa_service.stores.revisions import Reviser

    kept = shelves()
    book = books(kept)
    return StoreReviews(kept, Reviser(lambda name, digest: book(BookRef(name, digest)).book, revised))


def rulebooks() -> StoreRulebooks:
    """Drafts and versions of rulebooks."""
    from qa_service.stores.rulebook_desk import StoreRulebooks

    return StoreRulebooks(shelves(), own_approval=settings().own_approval)


def routing() -> StoreRouting:
    """Drafts and versions of the routing table."""
    from qa_service.assets.spec import Kind
    from qa_service.stores.routing_desk import StoreRouting

    models = frozenset(spec.name for spec in model_store().manifest.models if spec.kind is Kind.ASR)
    return StoreRouting(shelves(), models, lambda: rulebook().name, own_approval=settings().own_approval)


def draft_trial() -> DraftTrial:
    """Judges with drafts."""
    from qa_service.stores.history import StoreHistory
    from qa_service.usecases.try_draft import DraftTrial

    known, meanings = StoreHistory(shelves().engine), interpreter()
    own = lambda: analyst(rulebook(), interpreter_=meanings)  # noqa: E731
    return DraftTrial(rulebooks(), own, document, settings().timezone, known)


def draft_publisher() -> DraftPublisher:
    """Publishes drafts after a trial of their examples; the dictionary is loaded for the first one."""
    from qa_service.stores.meanings import StoreMeanings
    from qa_service.usecases.publish_draft import DraftPublisher

    kept = shelves()
    meanings = interpreter(StoreMeanings(kept.engine, kept.now))
    return DraftPublisher(rulebooks(), reviews(), lambda text: tokenizer().tokens(text), meanings, texts())
