"""Requests as no well-behaved client sends them: byte by byte over a socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

BOUNDARY = "grenze"


@dataclass(frozen=True)
class Answer:
    """What came back before the connection ended."""

    status: int
    head: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    """One part of a form."""
    told = f'; filename="{file_name}"' if file_name is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + END


def head(secret: str, path: str = "/api/v1/calls", **more: str) -> bytes:
    """The head of an upload; `Host` and a key are there, lengths only where `more` names them."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: here",
        f"Authorization: Bearer {secret}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in more.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunked(content: bytes, size: int = 1 << 16) -> Iterable[bytes]:
    """The pieces of a body whose length nobody says."""
    for at in range(0, len(content), size):
        piece = content[at : at + size]
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def send(url: str, pieces: Iterable[bytes], *, hang_up: bool = False) -> Answer | None:
    """Sends the pieces as far as somebody takes them; hangs up, or reads the answer."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as line:
        try:
            for piece in pieces:
                line.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end; the answer may still be there
        return None if hang_up else _answer(line)


def _answer(line: socket.socket) -> Answer | None:
    received = b""
    while not _is_whole(received):
        try:
            piece = line.recv(1 << 16)
        except ConnectionResetError:
            break
        if not piece:
            break
        received += piece
    if not received:
        return None
    top, _, body = received.partition(b"\r\n\r\n")
    return Answer(int(top.split()[1]), top.decode("latin-1"), body)


def _is_whole(received: bytes) -> bool:
    top, border, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(border and lengths) and len(body) >= int(lengths[0].split(b":")[1])
