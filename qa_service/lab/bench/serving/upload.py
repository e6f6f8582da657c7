"""A large file comes in: how much memory it takes, and how long beside a plain copy on the same disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_service.lab.bench.serving.server import Server

_PIECE = bytes(range(256)) * 4_096
_BORDER = "bench-bench-bench"


@dataclass(frozen=True, slots=True)
class Uploading:
    """One upload. Memory is that of the web process, over what it held before."""

    megabytes: int
    grew_mb: float
    wall_s: float
    copy_s: float
    status: int


def bench_upload(server: Server, megabytes: int, folder: Path) -> Uploading:
    """The file is copied, then uploaded as a form; a small one first, so that nothing is loaded for the first time."""
    _send(server, 1)
    copy_s = _copy_s(folder, megabytes)
    before = server.resident_mb()
    with server.watched() as peak:
        begun = time.perf_counter()
        status = _send(server, megabytes)
        wall_s = time.perf_counter() - begun
        grew_mb = peak() - before
    return Uploading(megabytes, grew_mb, wall_s, copy_s, status)


def _send(server: Server, megabytes: int) -> int:
    headers = {"Content-Type": f"multipart/form-data; boundary={_BORDER}"}
    with server.client() as client:
        return client.post("/api/v1/calls", content=_form(megabytes), headers=headers).status_code


def _form(megabytes: int) -> Iterator[bytes]:
    """The body, made while it is sent; its first bytes differ from all others', as recordings do."""
    head = 'Content-Disposition: form-data; name="recording"; filename="large.wav"'
    yield f"--{_BORDER}\r\n{head}\r\nContent-Type: audio/wav\r\n\r\n{time.time_ns()}".encode()
    for _ in range(megabytes * 1_000_000 // len(_PIECE)):
        yield _PIECE
    yield f"\r\n--{_BORDER}--\r\n".encode()


def _copy_s(folder: Path, megabytes: int) -> float:
    """What the disk alone takes."""
    source, target = folder / "plain", folder / "copy"
    with source.open("wb") as opened:
        for _ in range(megabytes * 1_000_000 // len(_PIECE)):
            opened.write(_PIECE)
    begun = time.perf_counter()
    shutil.copyfile(source, target)
    took = time.perf_counter() - begun
    source.unlink()
    target.unlink()
    return took
