"""The body of a request as it comes: no more than is allowed, and not slower than any line is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from qa_service.web.room import Place

#: A body of which nothing comes for this long is given up.
PATIENCE_S = 30.0
#: And one that comes, but more slowly than this, on average and without the first time of patience: a bad line of a
#: telephone has three times as much. What came of an upload in pieces counts, and its sender goes on from there.
LEAST_BYTES_S = 4 << 10


@dataclass(slots=True)
class Body:
    """The body of one request."""

    receive: Receive
    most: int
    patience_s: float
    place: Place
    clock: Callable[[], float] = time.monotonic
    counted: int = 0
    waited_s: float = 0.0
    is_complete: bool = False

    async def next(self) -> Message:
        """The next piece.

        Raises:
            HTTPException: 413 when there is too much of it, 408 when it does not come, or far too slowly.
        """
        if self.is_complete:
            return await self.receive()
        message = await self._waited_for()
        self.counted += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        if self.counted > self.most:
            raise HTTPException(413, headers={"Connection": "close"})
        if not self.is_complete and self.waited_s > self._earned_s:
            raise _too_slow()
        return message

    async def _waited_for(self) -> Message:
        """Only the time that we wait for the sender counts."""
        # Whoever sends slowly keeps nobody from being served.
        self.place.leave()
        begun = self.clock()
        try:
            return await asyncio.wait_for(self.receive(), self.patience_s)
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self.waited_s += self.clock() - begun
            self.place.take()

    @property
    def _earned_s(self) -> float:
        """How long so much may take."""
        return self.patience_s + self.counted / LEAST_BYTES_S


def _too_slow() -> HTTPException:
    return HTTPException(408, headers={"Connection": "close"})
