"""The address that `qa-service serve` tells."""

from __future__ import annotations

import signal
import socket
import threading
from typing import Any

import pytest
import typer
import uvicorn

from qa_service.cli import serve
from tests.web.house import House


def test_an_address_answers_from_the_moment_it_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    listening = serve._listen("127.0.0.1", 0)

    def told(words: str, **_: Any) -> None:
        socket.create_connection(listening.getsockname(), timeout=30).close()
        reached.append(words)

    monkeypatch.setattr(typer, "echo", told)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: None)
    with listening:
        serve._serve(house.parts, listening, serve._Both(threading.Event(), None))
        host, port = listening.getsockname()

    (words,) = reached
    assert f"http://{host}:{port} " in words
