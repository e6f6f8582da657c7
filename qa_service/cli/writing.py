"""What the operating system refuses to write becomes one of our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa_service.core.errors import UsageError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Something is written at `path`.

    Raises:
        UsageError: `cannot_write`: read-only, full, not there, or a file where a folder should be. It stops
            all of the work: the next result could not be written either.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            "cannot_write",
            where=str(path),
            problem=f"cannot be written: {reason}",
            fix="Check the path, its rights and the space left",
            reason=reason,
        ) from error
