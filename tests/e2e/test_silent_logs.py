"""A thousand secrets go in, by every door; none comes out in logs, metrics or errors, not even at DEBUG (S13)."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import httpx

from tests.e2e.serving import PATIENCE_S, serving
from tests.web.service import wait_until

_SEED = 13
#: Ends a line and colours a terminal, where it is let through.
_NASTY = "\r\n\x1b[31mFAKE qa_service\x85\u2028"


def _secrets() -> list[str]:
    random = Random(_SEED)
    return [f"zq{random.randrange(10**12):012d}" for _ in range(1_000)]


def _transcript(secrets: list[str]) -> dict[str, object]:
    return {
        "call_id": f"call-{secrets[0]}",
        "utterances": [
            {
                "id": f"u{n}",
                "role": ("agent", "customer")[n % 2],
                "start_ms": 4_000 * n,
                "end_ms": 4_000 * n + 3_000,
                "text": f"保本，没有风险，{secret}{_NASTY}",
            }
            for n, secret in enumerate(secrets)
        ],
        "envelope": {
            "line": secrets[1],
            "participants": [{"id": "p", "kind": "agent", "agent_id": secrets[2]}],
        },
    }


def _everywhere(client: httpx.Client, secrets: list[str]) -> list[httpx.Response]:
    """Secrets where a program may put them by mistake or on purpose; what is answered."""
    takes = iter(secrets)
    return [
        client.post("/api/v1/calls", files={"recording": (f"{next(takes)}{_NASTY}.wav", b"\xffno sound")}),
        client.post("/api/v1/calls", files={"recording": ("a.wav", b"RIFF\xff" + next(takes).encode())}),
        client.post("/api/v1/calls", files={"recording": ("a.wav", b"x")}, data={"meta": next(takes)}),
        client.post("/api/v1/calls/transcripts", content=f'{{"utterances": "{next(takes)}'.encode()),
        client.get("/api/v1/calls", params={"text": next(takes), "agent_id": next(takes)}),
        client.get("/api/v1/calls", params={"since": next(takes)}),
        client.get(f"/api/v1/calls/{next(takes)}"),
        client.get(f"/{next(takes)}", headers={"User-Agent": next(takes), "Referer": next(takes)}),
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {next(takes)}"}),
        client.post("/api/v1/session", json={"name": next(takes), "password": next(takes)}),
        client.post("/api/v1/session", json={"name": {"x": next(takes)}}),
    ]


def test_secrets_stay_inside(tmp_path: Path) -> None:
    secrets = _secrets()
    with serving(tmp_path, QA_LOG_LEVEL="DEBUG") as served:
        client = served.program("calls:read", "calls:upload", "jobs:manage", "metrics:read")
        job = client.post("/api/v1/calls/transcripts", json=_transcript(secrets[:900])).json()["job_id"]
        answers = _everywhere(client, secrets[900:])
        wait_until(lambda: client.get(f"/api/v1/jobs/{job}").json()["state"] == "done", seconds=PATIENCE_S)
        wait_until(lambda: not client.get("/api/v1/jobs", params={"state": "queued"}).json()["jobs"])
        metrics = client.get("/metrics").text
        client.close()
    logs = (tmp_path / "words").read_text("utf-8")

    assert not [secret for secret in secrets if secret in logs]
    assert not [secret for secret in secrets if secret in metrics]
    errors = [answer.text for answer in answers if answer.status_code >= 400]
    assert len(errors) >= 8
    assert not [secret for secret in secrets for error in errors if secret in error]
    events = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    assert {"request", "measured", "judged"} <= {event["event"] for event in events}
    assert not [line for line in logs.splitlines() if "FAKE" in line]


def test_the_id_of_a_request_stands_beside_its_work(tmp_path: Path) -> None:
    with serving(tmp_path, QA_LOG_LEVEL="INFO") as served:
        client = served.program("calls:read", "calls:upload")
        answer = client.post(
            "/api/v1/calls/transcripts", json=_transcript(["a", "b", "c"]), headers={"X-Request-Id": "mine-1"}
        )
        job = answer.json()["job_id"]
        wait_until(lambda: client.get(f"/api/v1/jobs/{job}").json()["state"] == "done", seconds=PATIENCE_S)
        client.close()
    lines = (tmp_path / "words").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]

    told = {event["event"] for event in events if event.get("request_id") == "mine-1"}
    assert told == {"request", "measured", "judged"}
