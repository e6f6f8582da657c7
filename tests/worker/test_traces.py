"""A node dies over a call: whoever goes on with the work goes on with the trace of the request that asked for it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from qa_service.core.people import KeyToAdd, Right
from qa_service.core.stored import JobState
from qa_service.stores.accounts import StoreAccounts
from tests.tracing.collector import Collector, Span, collecting
from tests.web.wire import head, send
from tests.worker.centre import ASKED, Centre
from tests.worker.test_web_deaths import BODY, SHIPPED, serving

pytestmark = pytest.mark.slow
_UPLOAD, _JOB = "POST /api/v1/calls", "job process"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def _uploaded(here: Centre, collector: Collector) -> str:
    """The id of the work on a call that came in through the shipped service, which has ended."""
    web = here.node("qa_service", *SHIPPED, **collector.settings)
    _, secret = StoreAccounts(here.shelves).add_key(ASKED, KeyToAdd("测试", frozenset({Right.UPLOAD})))
    answer = send(serving(here, web), [head(secret, Content_Length=str(len(BODY))), BODY])
    web.send_signal(signal.SIGTERM)
    here.ended(web)
    assert answer is not None
    return str(answer.json["job_id"])


def _done(here: Centre, job_id: str, collector: Collector) -> dict[str, Span]:
    """What the node that finished the work told, by name, and the upload."""
    node = here.job(job_id).node
    (upload,) = collector.named(_UPLOAD)
    (job,) = [one for one in collector.named(_JOB) if one.attributes["qa.node"] == node]
    steps = [one for one in collector.spans if one.parent_id == job.span_id]
    return {span.name: span for span in (upload, job, *steps)}


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("after-claim", id="before it has heard the call"),
        pytest.param("before-judge", id="before it has judged it"),
        pytest.param("before-finish", id="in the transaction that ends the work"),
    ],
)
def test_work_that_is_taken_over_stays_in_one_trace(here: Centre, collector: Collector, point: str) -> None:
    job_id = _uploaded(here, collector)
    assert here.ended(here.scripted(point, **collector.settings)) == -signal.SIGKILL

    second = here.scripted(**collector.settings)
    here.wait_for(job_id, JobState.DONE)
    second.send_signal(signal.SIGTERM)
    here.ended(second)

    told = _done(here, job_id, collector)
    assert set(told) == {_UPLOAD, _JOB, "measure", "judge"}
    assert told[_JOB].parent_id == told[_UPLOAD].span_id
    assert {span.trace_id for span in collector.spans if "qa.job_id" in span.attributes} == {
        told[_UPLOAD].trace_id
    }
    assert (told[_JOB].attributes["qa.attempts"], told[_JOB].attributes["qa.state"]) == (2, "done")


def test_a_node_that_is_asked_to_stop_tells_what_it_could_not_finish(
    here: Centre, collector: Collector
) -> None:
    job_id = _uploaded(here, collector)
    first = here.scripted("slow60", **collector.settings)
    here.wait_for_stage(job_id, "asr")

    first.send_signal(signal.SIGTERM)
    here.ended(first)

    (job,), (upload,) = collector.named(_JOB), collector.named(_UPLOAD)
    assert (job.parent_id, job.attributes["error.type"]) == (upload.span_id, "broken_off")
    assert [span.parent_id for span in collector.named("measure")] == [job.span_id]


def test_what_nobody_expected_is_told_by_its_kind(here: Centre, collector: Collector) -> None:
    job_id = _uploaded(here, collector)
    node = here.scripted("raises-in-judge", **collector.settings)

    here.wait_for(job_id, JobState.QUARANTINED)
    node.send_signal(signal.SIGTERM)
    here.ended(node)

    assert [span.attributes["error.type"] for span in collector.named("judge")] == [
        "crashed.ZeroDivisionError"
    ] * 3
    assert [span.attributes["qa.state"] for span in collector.named(_JOB)] == ["queued"] * 2 + ["quarantined"]
    assert {span.trace_id for span in collector.named(_JOB)} == {collector.named(_UPLOAD)[0].trace_id}
