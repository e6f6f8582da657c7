"""known: what a store knows of a call's customer, looked up once before its rules are asked."""

from __future__ import annotations

from datetime import timedelta

from qa_service.core.history import History
from qa_service.core.stored import StoredCall
from qa_service.ports.history import CallHistory
from qa_service.rulebook.book import Rulebook


def known_of(history: CallHistory | None, call: StoredCall, book: Rulebook) -> History | None:
    """What the book's rules ask about the customer's other calls; nothing is looked up where none asks."""
    if history is None or not book.reach_ms:
        return None
    return history.of(call, timedelta(milliseconds=book.reach_ms))
