"""The service as it runs, and a collector: one trace from the upload to the end, and nothing personal in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa_service.tracing.facts import ATTRIBUTES, WHY
from tests.e2e.serving import PATIENCE_S, Serving, serving
from tests.tracing.collector import Collector, Span, collecting
from tests.web.service import wait_until

_SAID, _NUMBER, _NAME, _FILE = "保本没有风险zq1", "13800138000", "王小明zq2", "客户zq3.wav"
_ADMIN, _TEAM, _LINE, _CALL = "li.wei.zq4", "华东组zq5", "热线zq6", "外部号zq7"
#: As others write a trace: with words of their own.
_HEADERS = {
    "X-Request-Id": "mine-1",
    "tracestate": f"vendor={_NUMBER}",
    "baggage": f"user={_NUMBER}",
    "User-Agent": f"agent-{_NUMBER}",
    "Referer": f"https://example.com/{_NUMBER}",
}
_PERSONAL = (_SAID, _NUMBER, _NAME, _FILE, _ADMIN, _TEAM, _LINE, _CALL, "zq")
_TRANSCRIPT = {
    "call_id": _CALL,
    "utterances": [
        {"id": "a", "role": "agent", "start_ms": 0, "end_ms": 4_000, "text": f"您好，{_NAME}，{_SAID}"},
        {"id": "b", "role": "customer", "start_ms": 5_000, "end_ms": 9_000, "text": f"我的号码是{_NUMBER}"},
    ],
    "envelope": {"line": _LINE, "participants": [{"id": "p", "kind": "agent", "agent_id": _NAME}]},
}


@dataclass(frozen=True)
class Told:
    """What the collector was told by a service that has ended."""

    collector: Collector
    receipt: dict[str, Any]
    #: The work on what is no sound, and why it failed.
    failed: dict[str, Any]
    #: Of the answers to `_everywhere`.
    statuses: list[int]

    def of_trace(self, one: Span) -> dict[str, Span]:
        return {span.name: span for span in self.collector.spans if span.trace_id == one.trace_id}


def _judged(client: httpx.Client) -> dict[str, Any]:
    """A transcript comes in, and has been judged."""
    answer = client.post("/api/v1/calls/transcripts", json=_TRANSCRIPT, headers=_HEADERS)
    receipt: dict[str, Any] = answer.raise_for_status().json()
    job = f"/api/v1/jobs/{receipt['job_id']}"
    wait_until(lambda: client.get(job).json()["state"] == "done", seconds=PATIENCE_S)
    return receipt


def _failed(client: httpx.Client) -> dict[str, Any]:
    """Something that is no sound comes in under somebody's name, and has failed."""
    sent = client.post("/api/v1/calls", files={"recording": (_FILE, b"RIFF\xff" + _SAID.encode())})
    job = f"/api/v1/jobs/{sent.raise_for_status().json()['job_id']}"
    wait_until(lambda: client.get(job).json()["state"] == "failed", seconds=PATIENCE_S)
    told: dict[str, Any] = client.get(job).json()
    return told


def _everywhere(served: Serving, client: httpx.Client, call_id: str) -> list[int]:
    """Personal data by every door that a request has, right and wrong."""
    nobody = httpx.Client(base_url=served.url, trust_env=False, headers={"Origin": served.url})
    answers = [
        client.post("/api/v1/calls", files={"recording": (_FILE, b"x")}, data={"meta": _NUMBER}),
        client.post("/api/v1/calls/transcripts", content=f'{{"utterances": "{_SAID}'.encode()),
        client.get("/api/v1/calls", params={"text": _SAID, "agent_id": _NAME}),
        client.get("/api/v1/calls", params={"since": _NUMBER}),
        client.get(f"/api/v1/calls/{_NUMBER}"),
        client.get(f"/api/v1/calls/{call_id}"),
        client.get(f"/{_FILE}?name={_NAME}"),
        client.request("zq" + _NUMBER, "/api/v1/me"),
        client.get("/api/v1/me", headers=[(b"traceparent", f"00-{_NUMBER}-{_NAME}".encode())]),
        client.get("/api/v1/me", headers=[(b"X-Request-Id", _NAME.encode())]),
        nobody.post("/api/v1/session", json={"name": _ADMIN, "password": _NUMBER}),
        nobody.post("/api/v1/session", json={"name": {_NAME: _NUMBER}}),
    ]
    nobody.close()
    return [answer.status_code for answer in answers]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with collecting() as collector:
        # What others would send there by themselves, if they were let.
        theirs = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "FASTAPI_OTEL_AUTO_CONFIGURE": "true"}
        with serving(tmp_path_factory.mktemp("traced"), **collector.settings, **theirs) as served:
            client = served.program("calls:read", "calls:upload", "jobs:manage")
            receipt = _judged(client)
            failed = _failed(client)
            statuses = _everywhere(served, client, receipt["call_id"])
            client.close()
        yield Told(collector, receipt, failed, statuses)


def test_an_upload_and_its_assessment_are_one_trace(told: Told) -> None:
    job = told.collector.named("job process")[0]
    trace = told.of_trace(job)
    upload = trace["POST /api/v1/calls/transcripts"]

    assert set(trace) == {"POST /api/v1/calls/transcripts", "job process", "measure", "judge"}
    assert upload.parent_id == ""
    assert [trace[step].parent_id for step in ("measure", "judge")] == [job.span_id] * 2
    assert job.parent_id == upload.span_id
    assert not [span for span in trace.values() if span.is_failed]


def test_what_each_of_them_says(told: Told) -> None:
    job = told.collector.named("job process")[0]
    upload = told.of_trace(job)["POST /api/v1/calls/transcripts"]
    node = job.attributes["qa.node"]

    assert upload.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/v1/calls/transcripts",
        "http.response.status_code": 202,
        "qa.request_id": "mine-1",
    }
    assert job.attributes == {
        "qa.job_id": told.receipt["job_id"],
        "qa.call_id": told.receipt["call_id"],
        "qa.queue": "upload",
        "qa.request_id": "mine-1",
        "qa.node": node,
        "qa.attempts": 1,
        "qa.state": "done",
    }


def test_work_that_fails_tells_why_by_a_code(told: Told) -> None:
    (job,) = [one for one in told.collector.spans if one.attributes.get("qa.state") == "failed"]
    trace = told.of_trace(job)

    assert job.attributes["qa.job_id"] == told.failed["id"]
    assert set(trace) == {"POST /api/v1/calls", "job process", "measure"}
    assert {trace[name].attributes["error.type"] for name in ("job process", "measure")} == {
        told.failed["error"]
    }
    assert (job.is_failed, trace["measure"].is_failed, trace["POST /api/v1/calls"].is_failed) == (
        True,
        True,
        False,
    )


def test_every_request_has_a_span(told: Told) -> None:
    seen = [span.attributes.get("http.response.status_code") for span in told.collector.spans]

    assert {400, 401, 404, 405} & set(told.statuses)
    assert all(seen.count(status) >= told.statuses.count(status) for status in set(told.statuses))


def test_nothing_personal_gets_into_any_span(told: Told) -> None:
    sent = b"".join(told.collector.bodies)

    assert told.collector.spans
    assert [word for word in _PERSONAL if word.encode() in sent] == []
    assert {name for span in told.collector.spans for name in span.attributes} <= {*ATTRIBUTES.values(), WHY}
    assert not [span for span in told.collector.spans if span.events or span.links or span.state]
    assert all(span.name.isascii() for span in told.collector.spans)


def test_nothing_but_our_spans_is_sent(told: Told) -> None:
    assert set(told.collector.asked) == {"/v1/traces"}
    assert {span.resource["service.name"] for span in told.collector.spans} == {"qa-service"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": 503}, id="that refuses"),
        pytest.param({"holds": True}, id="that never answers"),
    ],
)
def test_calls_are_judged_beside_a_collector(tmp_path: Path, changes: dict[str, Any]) -> None:
    with collecting() as collector:
        for name, value in changes.items():
            setattr(collector, name, value)

        with serving(tmp_path, **collector.settings) as served:
            client = served.program("calls:read", "calls:upload")
            receipt = _judged(client)
            wait_until(lambda: bool(collector.asked))
            client.close()

        assert receipt["job_id"]
        assert not collector.let_go.is_set(), "the service has ended without its answer"
        assert collector.bodies == []


def test_calls_are_judged_where_no_collector_listens(tmp_path: Path) -> None:
    with collecting() as gone:
        settings = gone.settings

    with serving(tmp_path, QA_LOG_LEVEL="INFO", OTEL_EXPORTER_OTLP_TIMEOUT="1", **settings) as served:
        client = served.program("calls:read", "calls:upload")
        _judged(client)
        wait_until(lambda: served.words.read_text().count("traces_lost") == 2, seconds=PATIENCE_S)
        client.close()

    words = served.words.read_text()
    assert words.count("traces_lost") == 2, "once by each process"
    assert "worker_stopped" in words
