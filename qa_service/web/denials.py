"""What routes answer where a request cannot be granted: most often that nothing is there."""

from __future__ import annotations

from typing import TypeVar

from qa_service.core.errors import QaError

T = TypeVar("T")


class Denied(QaError):  # noqa: N818 - an answer, not a fault
    """A request that cannot be granted; web.statuses has the status of its code."""


def not_found() -> Denied:
    """It is not there, or not for the one who asks: nobody learns which."""
    return Denied("not_found", problem="is not there", fix="Check the address")


def there(found: T | None) -> T:
    """What was found.

    Raises:
        Denied: `not_found`.
    """
    if found is None:
        raise not_found()
    return found


def done(was_done: bool) -> None:
    """Goes on where something was there to be changed.

    Raises:
        Denied: `not_found`.
    """
    if not was_done:
        raise not_found()


def no_cursor() -> Denied:
    """`before` is not what an answer had in `next`."""
    return Denied(
        "request_invalid",
        where="before",
        problem="is no cursor",
        fix="Use `next` as it came",
        why="not_cursor",
        limit="",
    )


def people_only(problem: str) -> Denied:
    """It is for people who have signed in: not for programs, and not for guests."""
    return Denied("people_only", problem=problem, fix="Sign in as a person")


def internal() -> Denied:
    """What is said of an error that nobody expected: nothing."""
    return Denied("internal", problem="something went wrong inside", fix="Try again; tell your admin")
