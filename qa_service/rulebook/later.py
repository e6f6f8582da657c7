"""Checks of what works all the same: an author is refused, a published book that is read again is only warned of.

A published book never changes, and calls are judged by it for years. What a later qa-service has learnt to object to
(a pattern that finds nothing, a limit that was moved, a cell that is probably a slip) must not make it unreadable: it
goes on judging as it did. Checks without which a book cannot be built are none of these; they raise what they find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from qa_service.core.errors import RulebookError

#: Where objections go while a published book is read again. What finds them lies deep in the reading of its parts, and
#: nothing between there and here has to know who asked.
_NOTED: ContextVar[list[RulebookError] | None] = ContextVar("noted", default=None)


@contextmanager
def read_again() -> Iterator[list[RulebookError]]:
    """Inside, `object_to` adds to the list instead of refusing."""
    noted: list[RulebookError] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


@contextmanager
def told_as(seen: Callable[[RulebookError], Iterable[RulebookError]]) -> Iterator[None]:
    """What is noted inside is told as `seen` tells it: with the place in the book that leads to a table, say."""
    noted = _NOTED.get()
    before = len(noted or ())
    yield
    if noted is not None:
        noted[before:] = [told for one in noted[before:] for told in seen(one)]


def object_to(error: RulebookError) -> None:
    """Refuses what its author should mend.

    Raises:
        RulebookError: the error, but where a published book is read again.
    """
    noted = _NOTED.get()
    if noted is None:
        raise error
    noted.append(error)
