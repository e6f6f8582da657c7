"""Several mistakes at once: what is refused is noted, reading goes on, and all of it is refused in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType

from qa_service.core.errors import RulebookError


class _Noting:
    """What `noted()` is: no generator, for a book of ten thousand rules enters a quarter of a million."""

    __slots__ = ("_mistakes",)

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, RulebookError):
            return False
        self._mistakes.note(error)
        return True


class Mistakes:
    """Notes what is refused inside `noted()`; the end of its own `with` refuses everything as one error.

    What stands after that `with` is therefore reached only where there was no mistake.
    """

    def __init__(self) -> None:
        self.found: list[RulebookError] = []

    def __enter__(self) -> Mistakes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, RulebookError):
            self.note(error)
        if self.found and (error is None or isinstance(error, RulebookError)):
            raise together(self.found) from error

    def noted(self) -> AbstractContextManager[None]:
        """Reading goes on after this `with` also when something in it is refused."""
        return _Noting(self)

    def note(self, *errors: RulebookError) -> None:
        """These are mistakes, and whatever was noted along with them."""
        for error in errors:
            self.found += each(error)


def each(error: RulebookError) -> Iterable[RulebookError]:
    """The error and the others that came with it."""
    return (error, *error.more)


def together(errors: Sequence[RulebookError]) -> RulebookError:
    """The first error, which alone brings the others along."""
    first, *rest = errors
    for error in rest:
        error.more = ()
    first.more = tuple(rest)
    return first
