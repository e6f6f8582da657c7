"""Spans of our own, on a real collector: what belongs together, what is never told, and that nobody waits."""

from __future__ import annotations

import io
import json
import socket
import sys

import pytest
import structlog

from qa_service import __version__
from qa_service.bootstrap.tracing import tracer as set_tracer
from qa_service.core.errors import UsageError
from qa_service.observability import set_up_logs
from qa_service.ports.tracing import NOTHING, UNTRACED
from qa_service.settings import read_settings
from qa_service.tracing.otlp import otlp_tracer
from tests.tracing.collector import Collector
from tests.web.service import wait_until

_TRACE, _CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
_SAMPLED = f"00-{_TRACE}-{_CALLER}-01"
_SERVER, _CONSUMER, _INTERNAL = 2, 5, 1


def test_a_request_its_work_and_each_step_are_one_trace(collector: Collector) -> None:
    web, worker = otlp_tracer(collector.url), otlp_tracer(f"{collector.url}/")

    with web.request("") as request:
        request.name("POST /api/v1/calls")
        carried = request.trace
    with worker.job(carried, "job process") as job, worker.step(job, "measure"):
        pass
    web.close()
    worker.close()

    (asked,), (work,) = collector.named("POST /api/v1/calls"), collector.named("job process")
    (step,) = collector.named("measure")
    assert (asked.parent_id, work.parent_id, step.parent_id) == ("", asked.span_id, work.span_id)
    assert {asked.trace_id, work.trace_id, step.trace_id} == {carried.split("-")[1]}
    assert (asked.kind, work.kind, step.kind) == (_SERVER, _CONSUMER, _INTERNAL)


@pytest.mark.parametrize(
    ("header", "is_believed"),
    [
        pytest.param(_SAMPLED, True, id="a caller's trace goes on"),
        pytest.param("", False, id="no trace"),
        pytest.param("王小明 13800138000", False, id="something else"),
        pytest.param(f"00-{'0' * 32}-{_CALLER}-01", False, id="a trace of nothing"),
        pytest.param(f"00-{_TRACE}-{_CALLER}", False, id="half of one"),
        pytest.param(f"ff-{_TRACE}-{_CALLER}-01", False, id="a version that is forbidden"),
        pytest.param(f"{_SAMPLED}-13800138000", False, id="something after it"),
    ],
)
def test_which_trace_a_request_belongs_to(collector: Collector, header: str, is_believed: bool) -> None:
    tracer = otlp_tracer(collector.url)

    with tracer.request(header) as request:
        carried = request.trace
    tracer.close()

    (span,) = collector.spans
    assert carried.startswith(f"00-{span.trace_id}-{span.span_id}-0")
    assert (span.trace_id == _TRACE, span.parent_id == _CALLER) == (is_believed, is_believed)
    assert span.state == ""


def test_an_error_tells_its_kind_and_never_what_it_says(collector: Collector) -> None:
    tracer = otlp_tracer(collector.url)

    def asked() -> None:
        with tracer.request("") as request:
            request.fail("王小明 的电话 13800138000")
            request.name("GET /王小明")
            raise ValueError("王小明 13800138000")

    with pytest.raises(ValueError, match="王小明"):
        asked()
    tracer.close()

    (span,) = collector.spans
    assert (span.name, span.attributes, span.is_failed) == ("request", {"error.type": "ValueError"}, True)
    assert (span.events, span.links) == (0, 0)
    assert b"13800138000" not in b"".join(collector.bodies)
    assert "王小明".encode() not in b"".join(collector.bodies)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        pytest.param({}, {"service.name": "qa-service", "service.version": __version__}, id="who we are"),
        pytest.param({"OTEL_SERVICE_NAME": "qa-north"}, {"service.name": "qa-north"}, id="another name"),
        pytest.param(
            {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test"},
            {"deployment.environment.name": "test", "service.name": "qa-service"},
            id="what the installation adds",
        ),
        pytest.param(
            {"OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "process,host,os"},
            {"service.name": "qa-service"},
            id="nothing is found out about the machine",
        ),
    ],
)
def test_who_speaks(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    tracer = otlp_tracer(collector.url)

    with tracer.request(""):
        pass
    tracer.close()

    (span,) = collector.spans
    assert span.resource.items() >= told.items()
    assert not [name for name in span.resource if name.startswith(("process.", "host.", "os."))]


@pytest.mark.parametrize(
    ("variables", "header", "arrives"),
    [
        pytest.param({}, f"00-{_TRACE}-{_CALLER}-00", False, id="the caller does not sample it"),
        pytest.param({"OTEL_TRACES_SAMPLER": "always_off"}, _SAMPLED, False, id="nothing is sampled"),
        pytest.param(
            {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"},
            _SAMPLED,
            False,
            id="by the trace alone, whatever the caller wants",
        ),
        pytest.param({"OTEL_SDK_DISABLED": "true"}, _SAMPLED, False, id="switched off"),
        pytest.param(
            {"OTEL_TRACES_SAMPLER": "always_on"}, f"00-{_TRACE}-{_CALLER}-00", True, id="everything"
        ),
    ],
)
def test_what_is_sampled(
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    header: str,
    arrives: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    tracer = otlp_tracer(collector.url)

    with (
        tracer.request(header) as request,
        tracer.job(request.trace, "job process") as job,
        tracer.step(job, "measure"),
    ):
        pass
    tracer.close()

    assert len(collector.spans) == (3 if arrives else 0)


def test_headers_and_packing_are_the_standard_variables(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/elsewhere")
    tracer = otlp_tracer(collector.url)

    with tracer.request(""):
        pass
    tracer.close()

    assert len(collector.spans) == 1
    assert collector.headers[0]["authorization"] == "Bearer abc"


def test_what_is_under_way_when_the_process_ends_is_told_as_broken_off(collector: Collector) -> None:
    tracer = otlp_tracer(collector.url)

    with tracer.job("", "job process") as job, tracer.step(job, "measure"):
        tracer.close()

    told = {span.name: span.attributes for span in collector.spans}
    assert told == {name: {"error.type": "broken_off"} for name in ("job process", "measure")}


def test_nobody_waits_for_a_collector_that_does_not_answer(collector: Collector) -> None:
    collector.holds = True
    tracer = otlp_tracer(collector.url)

    for _ in range(5_000):  # more than the queue holds
        with tracer.request(""):
            pass
    wait_until(lambda: bool(collector.asked))
    tracer.close()

    assert not collector.let_go.is_set(), "it has answered nothing yet"
    assert collector.bodies == []


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What goes to stderr."""
    words = io.StringIO()
    monkeypatch.setattr(sys, "stderr", words)
    set_up_logs("INFO")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(words))
    return words


def _events(said: io.StringIO) -> list[tuple[str, object]]:
    lines = map(json.loads, said.getvalue().splitlines())
    return [(line["event"], line.get("count")) for line in lines]


def test_a_collector_that_is_away_is_told_once_and_so_is_its_coming_back(
    collector: Collector, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    collector.status = 400
    tracer = otlp_tracer(collector.url)

    for _ in range(3):
        before = len(collector.asked)
        with tracer.request(""):
            pass
        wait_until(lambda before=before: len(collector.asked) > before)  # type: ignore[misc]
    collector.status = 200
    wait_until(lambda: bool(_events(said)))
    with tracer.request(""):
        pass
    wait_until(lambda: bool(collector.spans))
    tracer.close()

    assert _events(said) == [("traces_lost", 1), ("traces_arrive_again", None)]


def test_where_nobody_listens_work_goes_on(said: io.StringIO) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        tracer = otlp_tracer(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with tracer.request("") as request:
            request.tell(status=202)
        tracer.close()

    assert request.trace


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """To be changed; they are read anew, and forgotten."""
    monkeypatch.setattr("qa_service.bootstrap.tracing.settings", read_settings)
    return monkeypatch


def test_without_a_collector_nobody_traces(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("QA_OTLP_ENDPOINT", "")
    settings.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")

    assert set_tracer() is UNTRACED


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param("collector:4318", id="no protocol"),
        pytest.param("grpc://collector:4317", id="another protocol"),
        pytest.param("http://user:secret@collector:4318", id="a secret in the address"),
        pytest.param("http://collector:4318?key=secret", id="a query"),
    ],
)
def test_an_address_that_is_none_is_refused(settings: pytest.MonkeyPatch, endpoint: str) -> None:
    settings.setenv("QA_OTLP_ENDPOINT", endpoint)

    with pytest.raises(UsageError) as refused:
        set_tracer()

    assert (refused.value.code, refused.value.where) == ("settings_invalid", "QA_OTLP_ENDPOINT")


@pytest.mark.parametrize("name", ["OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"])
def test_a_variable_that_will_not_do_is_told(
    settings: pytest.MonkeyPatch, collector: Collector, name: str
) -> None:
    settings.setenv("QA_OTLP_ENDPOINT", collector.url)
    settings.setenv(name, "-1")

    with pytest.raises(UsageError) as refused:
        set_tracer()

    assert refused.value.code == "otel_invalid"


def test_nothing_that_is_not_traced_is_carried_on() -> None:
    with (
        UNTRACED.request(_SAMPLED) as request,
        UNTRACED.job(_SAMPLED, "job") as job,
        UNTRACED.step(job, "measure") as step,
    ):
        step.tell(status=1)
        step.fail("x")

    assert [one.trace for one in (request, job, step, NOTHING)] == [""] * 4
