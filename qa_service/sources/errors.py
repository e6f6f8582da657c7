"""What can be in the way of a source, or of one thing in it. Places and answers of servers are in no message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qa_service.core.errors import SourcingError


def away(why: str) -> SourcingError:
    """Nobody answers, or the folder is not there: everything waits."""
    return SourcingError(
        "source_away",
        problem=f"the source does not answer ({why})",
        fix="Check that it runs, is mounted, and can be reached from here",
        why=why,
    )


def refused(why: str) -> SourcingError:
    """It answers, and does not let us in."""
    return SourcingError(
        "source_refused",
        problem=f"the source does not let us in ({why})",
        fix="Check the user, the key, and what they may read",
        why=why,
    )


def gone() -> SourcingError:
    """It is not there any more."""
    return SourcingError("item_gone", problem="the recording is no longer in its source", fix="Put it back")


def changed() -> SourcingError:
    """It is another version now."""
    return SourcingError(
        "item_changed", problem="the recording changed in its source", fix="Wait until it is written"
    )


def locked() -> SourcingError:
    """It is there and cannot be opened."""
    return SourcingError(
        "item_locked",
        problem="the recording cannot be opened",
        fix="Check its rights, or wait for its writer",
    )


def too_large(most_bytes: int) -> SourcingError:
    """More than this installation takes."""
    megabytes = most_bytes >> 20
    return SourcingError(
        "item_too_large",
        problem=f"holds more than {megabytes} MB",
        fix="Raise QA_MAX_MEGABYTES, or leave it out",
        limit_megabytes=megabytes,
    )


@contextmanager
def as_ours() -> Iterator[None]:
    """What opening and reading a file can end in, as our errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise gone() from error
    except PermissionError as error:
        raise locked() from error
    except OSError as error:
        raise away(type(error).__name__) from error


@contextmanager
def listing() -> Iterator[None]:
    """A folder that is not there or not open is the whole source's trouble, not one recording's."""
    try:
        yield
    except SourcingError as error:
        if error.code == "item_gone":
            raise away("no folder") from error
        if error.code == "item_locked":
            raise refused("folder") from error
        raise
