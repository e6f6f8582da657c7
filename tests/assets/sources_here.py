"""A model hub on 127.0.0.1 that can break off, lie and count; a manifest and a model small enough to read."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol

from qa_service.assets.store import ModelStore


class OpenStore(Protocol):
    def __call__(self, text: str = "", *, hub_url: str = "", offline: bool = False) -> ModelStore: ...


REVISION = "abc123"
#: Not compressible to nothing, and larger than one read of the fetcher.
WEIGHTS = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(80_000))
FILES = {
    "model.bin": WEIGHTS,
    "config.json": b'{"suppress_ids": []}',
    "tokenizer.json": b'{"model": {}}',
    "vocabulary.txt": "你\n好\n".encode(),
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class FakeHub:
    """What the server holds, how it misbehaves, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    address: str = ""
    #: Break the connection after so many bytes of a body, this many times.
    break_after: int = 0
    breaks_left: int = 0
    knows_ranges: bool = True
    etag: str = '"v1"'
    #: Extra headers on every answer.
    headers: dict[str, str] = field(default_factory=dict)
    #: (path, Range header) of every request.
    asked: list[tuple[str, str]] = field(default_factory=list)

    def asked_for(self, name: str) -> list[str]:
        return [given for path, given in self.asked if path.endswith(f"/{name}")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        hub = self.server.hub
        asked = self.headers.get("Range", "")
        hub.asked.append((self.path, asked))
        found = re.fullmatch(rf"/me/tiny/resolve/{REVISION}/(.+)", self.path)
        body = hub.files.get(found[1]) if found else None
        if body is None:
            self._head(404, 0)
            return
        fits = self.headers.get("If-Range", "") == hub.etag
        start = int(asked[6:-1]) if asked and hub.knows_ranges and fits else 0
        if start and start >= len(body):
            self._head(416, 0)
            return
        ranges = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"} if start else {}
        self._head(206 if start else 200, len(body) - start, {"ETag": hub.etag, **ranges, **hub.headers})
        self._write(body[start:])

    def _head(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _write(self, body: bytes) -> None:
        hub = self.server.hub
        if hub.breaks_left and len(body) > hub.break_after:
            hub.breaks_left -= 1
            body = body[: hub.break_after]
            self.close_connection = True
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what these tests are about."""


def manifest_text(
    *, pinned: bool = True, sources: str = f'["hf:me/tiny@{REVISION}"]', extra: str = ""
) -> str:
    lines = [
        'schema = 1\ndefault = "tiny"\n[[model]]\nname = "tiny"\nkind = "asr"\nlicence = "MIT"',
        f'revision = "{REVISION}"\nsources = {sources}\n{extra}',
    ]
    for name, data in FILES.items():
        known = f'\nsha256 = "{sha256(data)}"\nbytes = {len(data)}' if pinned else ""
        lines.append(f'[[model.file]]\npath = "{name}"{known}')
    return "\n".join(lines)


@contextmanager
def running_hub() -> Iterator[FakeHub]:
    hub = FakeHub()
    server = _Server(hub)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """A real wheel, as a packager would publish it."""
    base = name.replace("-", "_")
    info = f"{base}-{version}.dist-info"
    path = folder / f"{base}-{version}-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    about = {
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        record = ""
        for inner, data in {**files, **about}.items():
            archive.writestr(inner, data)
            taken = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{inner},sha256={taken},{len(data)}\n"
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return path
