"""Following a request and the work it sets going through all processes. The adapter is tracing/, an extra.

What OpenTelemetry calls a span is `Traced` here: a span is a stretch of a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypedDict, Unpack


class Facts(TypedDict, total=False):
    """All that may be told, and all that is sent; adding one is a decision (docs/adr/0021-traces.md)."""

    method: str
    #: The template, `/api/v1/calls/{call_id}`; never the path.
    route: str
    status: int
    request_id: str
    job_id: str
    call_id: str
    queue: str
    attempts: int
    node: str
    #: How the work stood when this process was through with it.
    state: str


class Traced(Protocol):
    """Something that takes time: a request, a piece of work, a step of it."""

    @property
    def trace(self) -> str:
        """The trace it belongs to, as W3C's `traceparent`, for whoever goes on; empty where nothing is traced."""

    def name(self, name: str) -> None:
        """What it is called, where that is known only later."""

    def tell(self, **facts: Unpack[Facts]) -> None:
        """What is known by now. A value that is no plain word is left out."""

    def fail(self, code: str) -> None:
        """It came to nothing, and why: a code, never a sentence."""


class Tracer(Protocol):
    """Whoever wants to know how long what took. Nothing here waits, and nothing raises."""

    def request(self, trace: str) -> AbstractContextManager[Traced]:
        """A request; `trace` is what the caller says it belongs to, believed where it can be read."""

    def job(self, trace: str, name: str) -> AbstractContextManager[Traced]:
        """Work that this process has taken out of a queue; it belongs to whatever asked for it."""

    def step(self, within: Traced, name: str) -> AbstractContextManager[Traced]:
        """A part of something traced."""

    def close(self) -> None:
        """Sends what is left, for a second at most; what is under way ends here, as broken off."""


class Untraced:
    """Nobody wants to know: the port's default."""

    def request(self, trace: str) -> AbstractContextManager[Traced]:  # noqa: ARG002
        """Nothing."""
        return _nothing()

    def job(self, trace: str, name: str) -> AbstractContextManager[Traced]:  # noqa: ARG002
        """Nothing."""
        return _nothing()

    def step(self, within: Traced, name: str) -> AbstractContextManager[Traced]:  # noqa: ARG002
        """Nothing."""
        return _nothing()

    def close(self) -> None:
        """Nothing is left."""


class _Nothing:
    trace = ""

    def name(self, name: str) -> None:
        pass

    def tell(self, **facts: Unpack[Facts]) -> None:
        pass

    def fail(self, code: str) -> None:
        pass


@contextmanager
def _nothing() -> Iterator[Traced]:
    yield NOTHING


#: What is not traced.
NOTHING: Traced = _Nothing()
UNTRACED: Tracer = Untraced()
