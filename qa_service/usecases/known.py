"""known: what a store knows of a call's customer, looked up once before its rules are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from qa_service.core.history import History, Talk, Told
from qa_service.core.speech import Role
from qa_service.core.stored import StoredCall
from qa_service.ports.history import CallHistory
from qa_service.rulebook.book import Rulebook
from qa_service.text.told import answers_told


def known_of(history: CallHistory | None, call: StoredCall, book: Rulebook) -> History | None:
    """What the book's rules ask about the customer's other calls; nothing is looked up where none asks."""
    if history is None or not book.reach_ms:
        return None
    known = history.of(call, timedelta(milliseconds=book.reach_ms))
    if not book.told_reach_ms:
        return known
    talks = history.talks(call, timedelta(milliseconds=book.told_reach_ms))
    told = tuple(one for talk in talks.talks for one in _told(talk))
    return replace(known, told=told, untold=talks.unread)


def _told(talk: Talk) -> Iterator[Told]:
    """What was answered in one call, the last first."""
    said = ((role is Role.AGENT, text) for role, text in talk.said if role in (Role.AGENT, Role.CUSTOMER))
    for one in reversed(tuple(answers_told(said))):
        yield Told(talk.began, one.question, one.kind.value, one.value.low, one.value.high)
