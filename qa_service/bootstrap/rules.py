"""Rulebooks and routing: the desks of their authors, and the books that judge."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qa_service.bootstrap.base import rulebook, settings
from qa_service.bootstrap.hearing import analyst, document, model_store
from qa_service.bootstrap.storing import shelves

if TYPE_CHECKING:
    from qa_service.core.routing import BookRef
    from qa_service.rulebook.book import Bundle
    from qa_service.stores.routing_desk import StoreRouting
    from qa_service.stores.rulebook_desk import StoreRulebooks
    from qa_service.usecases.try_draft import DraftTrial

#: Compiled rulebooks that a worker keeps at hand.
_BOOKS = 32


def book(ref: BookRef) -> Bundle:
    """The rulebook that a routing table names: the centre's own, a shipped pack, or the installation's.

    Raises:
        RulebookError: there is none.
    """
    from qa_service.rulebook.load import load_bundle, pack_bundle

    if ref.digest:
        return _own(ref.digest)
    return pack_bundle(ref.name) if ref.name else load_bundle(settings().rulebook)


@lru_cache(maxsize=_BOOKS)
def _own(digest: str) -> Bundle:
    from qa_service.core.errors import UsageError
    from qa_service.rulebook.load import reload
    from qa_service.stores import library
    from qa_service.stores.patience import looking

    texts = looking(shelves().engine, lambda connection: library.texts(connection, digest))
    if texts is None:
        raise UsageError("not_found", where=digest, problem="is not there", fix="Check the routing table")
    return reload(texts, digest)


def rulebooks() -> StoreRulebooks:
    """Drafts and versions of rulebooks."""
    from qa_service.stores.rulebook_desk import StoreRulebooks

    return StoreRulebooks(shelves(), own_approval=settings().own_approval)


def routing() -> StoreRouting:
    """Drafts and versions of the routing table."""
    from qa_service.assets.spec import Kind
    from qa_service.stores.routing_desk import StoreRouting

    models = frozenset(spec.name for spec in model_store().manifest.models if spec.kind is Kind.ASR)
    return StoreRouting(shelves(), models, own_approval=settings().own_approval)


def draft_trial() -> DraftTrial:
    """Judges with drafts."""
    from qa_service.usecases.try_draft import DraftTrial

    return DraftTrial(rulebooks(), lambda: analyst(rulebook()), document, settings().timezone)
