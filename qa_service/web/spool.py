"""A body that is as long as a recording, on its way into the store piece by piece: memory stays flat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

#: So much is sealed at once; what a broken line loses is less.
PIECE_BYTES = 4 << 20

#: Keeps a piece, whose first byte has this place in the whole; answers where the next begins.
Keep = Callable[[int, BinaryIO], int]


async def keep_body(request: Request, scratch: Path, start: int, keep: Keep) -> None:
    """Keeps the body of a request; what came before a line broke is kept too.

    Raises:
        HTTPException: 413 or 408 (web/limits.py), or 400 where nobody is there any more.
    """
    spool = await run_in_threadpool(_Spool, scratch, start, keep)
    try:
        async for chunk in request.stream():
            await run_in_threadpool(spool.add, chunk)
    except (ClientDisconnect, HTTPException) as error:
        await run_in_threadpool(spool.flush)
        if isinstance(error, HTTPException):
            raise
        raise HTTPException(400) from None
    else:
        await run_in_threadpool(spool.flush)
    finally:
        await run_in_threadpool(spool.close)


class _Spool:
    """Collects what comes in a file that has no name, and hands on whole pieces."""

    def __init__(self, scratch: Path, start: int, keep: Keep) -> None:
        self._file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed by `close`
        self._at, self._keep = start, keep
        self._held = 0
        self._handed_on = False

    def add(self, chunk: bytes) -> None:
        """Takes some bytes."""
        self._file.write(chunk)
        self._held += len(chunk)
        if self._held >= PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hands on what is there; an empty body is one empty piece."""
        if not self._held and self._handed_on:
            return
        self._handed_on = True
        self._file.seek(0)
        self._at = self._keep(self._at, self._file)
        self._file.seek(0)
        self._file.truncate()
        self._held = 0

    def close(self) -> None:
        """Lets the file go."""
        self._file.close()
