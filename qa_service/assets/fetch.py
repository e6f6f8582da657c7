"""One file over HTTP: resumed where it broke off, hashed while it streams, never larger than expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from qa_service.assets.sources import SourceError

_BLOCK_BYTES = 1 << 20
#: A connection that keeps breaking is taken up again as long as it brings something each time.
_MAX_BREAKS = 20
#: Larger than any model listed; only for files whose size nobody told us.
MAX_BYTES = 16 << 30


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch, and how much of it there may be."""

    url: str
    #: The unfinished file; beside it stands what is needed to resume.
    part: Path
    #: 0 = not known.
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that arrived whole."""

    sha256: str
    bytes: int
    #: Headers of the answer and of the redirects before it, lower case, first one wins.
    headers: dict[str, str]


OnBytes = Callable[[int, int], None]
#: What httpx raises when no connection came about at all, as against one that broke.
NOBODY_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def fetch(client: httpx.Client, request: Request, on_bytes: OnBytes) -> Fetched:
    """Fetches into `request.part`; `on_bytes` is told done and total (0 = unknown).

    Raises:
        SourceError: `status`, `broken_off`, `not_what_was_asked`, `too_big`.
        httpx.TransportError: one of NOBODY_THERE.
    """
    request.part.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_MAX_BREAKS):
        had_bytes = _size(request.part)
        try:
            return _once(client, request, on_bytes)
        except NOBODY_THERE:
            raise
        except httpx.TransportError as error:
            if _size(request.part) <= had_bytes:
                raise SourceError("broken_off", _said(error)) from error
    raise SourceError("broken_off", f"{_MAX_BREAKS} times")


def _once(client: httpx.Client, request: Request, on_bytes: OnBytes) -> Fetched:
    with _asked(client, request) as answer:
        _refuse_downgrade(answer)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and _size(request.part):
            # What we have is as long as the file there, or longer: it is of no use to go on from here.
            forget(request.part)
            return _once(client, request, on_bytes)
        start = _start(answer, request)
        total_bytes = request.bytes or start + int(answer.headers.get("content-length", 0))
        taken = _hash_of_start(request.part, start)
        with request.part.open("ab") as file:
            file.truncate(start)
            _remember(request.part, answer)
            done = start
            # As it arrives: gathered into larger blocks, the last of them would be lost when it breaks.
            for block in answer.iter_raw():
                done += len(block)
                if done > (request.bytes or MAX_BYTES):
                    forget(request.part)
                    raise SourceError("too_big", f"more than {request.bytes or MAX_BYTES:,} bytes")
                file.write(block)
                taken.update(block)
                on_bytes(done, total_bytes)
        return Fetched(taken.hexdigest(), done, _headers(answer))


@contextmanager
def _asked(client: httpx.Client, request: Request) -> Iterator[httpx.Response]:
    headers = {"accept-encoding": "identity", **_resume_headers(request.part)}
    with client.stream("GET", request.url, headers=headers) as answer:
        yield answer


def _start(answer: httpx.Response, request: Request) -> int:
    """From which byte on the answer goes.

    A server that knows no ranges, or whose file has changed since (If-Range), answers 200: from the start.
    """
    if answer.status_code == httpx.codes.PARTIAL_CONTENT:
        start = _size(request.part)
        if not answer.headers.get("content-range", "").startswith(f"bytes {start}-"):
            forget(request.part)
            raise SourceError("not_what_was_asked", "another range than asked for")
        return start
    if answer.status_code == httpx.codes.OK:
        return 0
    raise SourceError("status", f"HTTP {answer.status_code}")


def _refuse_downgrade(answer: httpx.Response) -> None:
    asked = answer.history[0].url if answer.history else answer.url
    if asked.scheme == "https" and answer.url.scheme != "https":
        raise SourceError("not_what_was_asked", "redirected from https to http")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise SourceError("not_what_was_asked", "compressed although asked not to")


def _resume_headers(part: Path) -> dict[str, str]:
    have_bytes = _size(part)
    try:
        validator = str(json.loads(_notes(part).read_text(encoding="utf-8"))["validator"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not have_bytes or not validator:
        return {}
    return {"range": f"bytes={have_bytes}-", "if-range": validator}


def _remember(part: Path, answer: httpx.Response) -> None:
    """Keeps what If-Range needs; a weak ETag promises nothing about bytes and is not kept."""
    etag = answer.headers.get("etag", "")
    validator = etag if etag and not etag.startswith("W/") else answer.headers.get("last-modified", "")
    _notes(part).write_text(json.dumps({"validator": validator}), encoding="utf-8")


def forget(part: Path) -> None:
    """Throws an unfinished file away, with what was kept to resume it."""
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".resume")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _hash_of_start(part: Path, bytes_: int) -> hashlib._Hash:
    taken = hashlib.sha256()
    if not bytes_:
        return taken
    with part.open("rb") as file:
        while block := file.read(min(_BLOCK_BYTES, bytes_)):
            taken.update(block)
            bytes_ -= len(block)
    return taken


def _headers(answer: httpx.Response) -> dict[str, str]:
    joined: dict[str, str] = {}
    for step in (*answer.history, answer):
        for key, value in step.headers.items():
            joined.setdefault(key.lower(), value)
    return joined


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
