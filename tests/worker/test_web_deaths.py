"""The web process is killed while a call comes in; it is started again, the caller asks again, and is judged once."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from qa_service.core.people import KeyToAdd, Right
from qa_service.core.stored import JobState
from qa_service.stores.accounts import StoreAccounts
from qa_service.stores.tables import calls, jobs
from tests.web.wire import Answer, form, head, part, send
from tests.worker.centre import ASKED, Centre, Process
from tests.worker.scripted_web import POINTS
from tests.worker.short_call import SAMPLES

pytestmark = pytest.mark.slow
CALL = SAMPLES / "good-call.wav"
BODY = form(part("recording", CALL.read_bytes(), CALL.name))
SHIPPED = ("serve", "--no-worker", "--no-samples", "--port", "0")


@pytest.fixture
def request_head(here: Centre) -> bytes:
    """Of the same upload, by the same program, however often it is sent."""
    rights = frozenset({Right.UPLOAD, Right.SEE_CALLS})
    _, secret = StoreAccounts(here.shelves).add_key(ASKED, KeyToAdd("测试", rights))
    return head(secret, Content_Length=str(len(BODY)), Idempotency_Key="the-same")


def serving(here: Centre, process: Process) -> str:
    """The address at which it answers."""

    def address() -> list[str]:
        assert process.poll() is None, here.state()
        return re.findall(r"qa-service: (http://\S+)", here.log_of(process).read_text("utf-8"))

    here.wait(lambda: bool(address()))
    return str(address()[0])


@contextmanager
def half_sent(here: Centre, process: Process, request_head: bytes) -> Iterator[None]:
    """While the service has taken a part of the upload onto its disk, and waits for more."""
    url = urlsplit(serving(here, process))
    with socket.create_connection((url.hostname or "", url.port or 0)) as line:
        line.sendall(request_head + BODY[: len(BODY) * 4 // 5])
        here.wait(lambda: bool(spooled(here, process)))
        yield


def spooled(here: Centre, process: Process) -> list[Path]:
    """Files without a name that the process holds open where plain sound may lie."""
    files = [file.readlink() for file in Path(f"/proc/{process.pid}/fd").iterdir()]
    scratch = str(here.folder / "data" / "scratch")
    return [file for file in files if str(file).startswith(scratch) and str(file).endswith(" (deleted)")]


def sent_again(here: Centre, again: Process, request_head: bytes) -> Answer:
    """The service has been started again, and the caller tries again."""
    answer = send(serving(here, again), [request_head, BODY])
    assert answer is not None, here.state()
    assert answer.status == 202, answer.body
    return answer


def assert_taken_in_and_judged_once(here: Centre, answer: Answer) -> None:
    call_id, job_id = answer.json["call_id"], answer.json["job_id"]
    here.scripted()
    here.wait_for(job_id, JobState.DONE)

    assert (here.count(calls), here.count(jobs)) == (1, 1)
    assert (here.evaluations(call_id), here.judged_in_audit(call_id)) == (1, 1)
    assert here.told(call_id) == ["call.judged"]
    assert here.broken_audit() is None
    here.wait(lambda: not here.scratch())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what a process holds open is not shown here")
def test_a_half_sent_call_is_not_there_and_can_be_sent_again(here: Centre, request_head: bytes) -> None:
    web = here.node("qa_service", *SHIPPED)
    with half_sent(here, web, request_head):
        web.kill()
        here.ended(web)
    assert (here.count(calls), here.count(jobs)) == (0, 0)

    answer = sent_again(here, here.node("qa_service", *SHIPPED), request_head)

    assert answer.json["is_known"] is False
    assert_taken_in_and_judged_once(here, answer)


def test_what_was_answered_with_202_is_judged_once_whoever_asks_again(
    here: Centre, request_head: bytes
) -> None:
    web = here.node("qa_service", *SHIPPED)
    url = serving(here, web)
    first = send(url, [request_head, BODY])
    web.kill()
    here.ended(web)
    assert first is not None
    assert first.status == 202
    assert (here.count(calls), here.count(jobs)) == (1, 1)

    answer = sent_again(here, here.node("qa_service", *SHIPPED), request_head)

    assert answer.json == {**first.json, "is_known": True}
    assert_taken_in_and_judged_once(here, answer)


@pytest.mark.parametrize("point", POINTS)
def test_a_call_that_nobody_was_told_about_is_there_whole_or_not_at_all(
    here: Centre, request_head: bytes, point: str
) -> None:
    web = here.web(point)
    assert send(serving(here, web), [request_head, BODY]) is None
    assert here.ended(web) == -signal.SIGKILL
    kept = int(point == "after-accepting")
    assert (here.count(calls), here.count(jobs)) == (kept, kept)

    answer = sent_again(here, here.web(), request_head)

    assert answer.json["is_known"] is bool(kept)
    assert_taken_in_and_judged_once(here, answer)
