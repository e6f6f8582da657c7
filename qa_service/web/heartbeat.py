"""A task that is due every twentieth of a second, and notes how late it was: a blocked event loop answers nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from qa_service.web.metrics import LATE

_EVERY_S = 0.05


@asynccontextmanager
async def beating(_: FastAPI) -> AsyncIterator[None]:
    """While the app runs."""
    task = asyncio.create_task(_beat(), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _beat() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _EVERY_S
        await asyncio.sleep(_EVERY_S)
        LATE.observe(max(0.0, loop.time() - due))
