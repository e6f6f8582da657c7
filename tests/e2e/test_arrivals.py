"""Recordings that do not come in one request, on the service as it is started: fetched, in pieces, many together."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.alerts.receiver import Receiver, running
from tests.e2e.serving import PATIENCE_S, allowed, serving
from tests.web.service import wait_until

pytestmark = pytest.mark.slow
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 40


def test_the_worker_fetches_what_a_dialler_hands_over(tmp_path: Path) -> None:
    with (
        running(Receiver(answer=SOUND)) as recorder,
        serving(tmp_path, QA_ALLOWED_ADDRESSES=allowed(recorder.port), QA_LOG_LEVEL="DEBUG") as served,
    ):
        client = served.program("calls:read", "calls:upload", "calls:hear")
        at = client.post("/api/v1/calls/from-url", json=_link(recorder)).headers["location"]
        wait_until(lambda: _is_over(client, at), seconds=PATIENCE_S)
        told = client.get(at).json()
        heard = client.get(f"/api/v1/calls/{told['call_id']}/audio").content
        client.close()

    assert (told["state"], heard) == ("done", SOUND)
    logs = (tmp_path / "words").read_text("utf-8")
    assert told["id"] in logs
    assert "geheim" not in logs


def _link(recorder: Receiver) -> dict[str, str]:
    return {"url": f"http://127.0.0.1:{recorder.port}/rec/1.wav?sig=geheim"}


def _is_over(client: httpx.Client, at: str) -> bool:
    return bool(client.get(at).json()["state"] != "open")
