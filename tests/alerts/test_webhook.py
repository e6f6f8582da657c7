"""One try: what arrives at the other side, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from qa_service.alerts.address import read_named
from qa_service.alerts.exchange import Answer
from qa_service.alerts.guard import Guard
from qa_service.alerts.messages import Writer
from qa_service.alerts.webhook import MOST_BYTES, Sender, Verdict, understood
from qa_service.core.webhooks import WebhookKind
from qa_service.i18n.catalogue import catalogue
from tests.alerts.made import NOW, SECRET, delivery
from tests.alerts.receiver import Receiver, running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running(Receiver()) as receiver:
        yield receiver


def sender(receiver: Receiver, *, base_url: str = "", seconds: float = 5) -> Sender:
    """Allowed to call the receiver."""
    guard = Guard((read_named(f"127.0.0.1:{receiver.port}"),))
    return Sender(guard, Writer(catalogue("zh_CN"), base_url), lambda: datetime.now(UTC), seconds)


def test_a_program_gets_a_signed_message_under_the_id_of_the_delivery(receiver: Receiver) -> None:
    sent = delivery(receiver.url)

    outcome = sender(receiver).send(sent)

    (got,) = receiver.got
    assert outcome.verdict is Verdict.DELIVERED
    assert (got.method, got.path) == ("POST", "/hook?key=k1")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["webhook-id"] == sent.id
    assert got.headers["content-type"].startswith("application/json")
    assert Webhook(SECRET).verify(got.body, got.headers)["type"] == "call.judged"
    assert len(got.body) < MOST_BYTES


def test_another_try_has_the_same_id_and_another_time(receiver: Receiver) -> None:
    guard, times = Guard((read_named(f"127.0.0.1:{receiver.port}"),)), [NOW, NOW + timedelta(minutes=5)]
    sends = Sender(guard, Writer(catalogue("zh_CN")), lambda: times.pop(0))

    for _ in range(2):
        sends.send(delivery(receiver.url))

    first, second = (got.headers for got in receiver.got)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 300
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("kind", "in_query", "in_body"),
    [
        pytest.param(WebhookKind.WECOM, False, False, id="WeCom: the key in its address is all there is"),
        pytest.param(WebhookKind.DINGTALK, True, False, id="DingTalk: in the query"),
        pytest.param(WebhookKind.FEISHU, False, True, id="Feishu: in the body"),
    ],
)
def test_robots_are_signed_to_in_their_own_way(
    receiver: Receiver, kind: WebhookKind, in_query: bool, in_body: bool
) -> None:
    receiver.answer = b'{"errcode":0,"code":0}'

    outcome = sender(receiver).send(delivery(receiver.url, kind=kind, secrets=("SEC1",)))

    (got,) = receiver.got
    assert outcome.verdict is Verdict.DELIVERED
    assert ("&sign=" in got.path) is in_query
    assert ("sign" in json.loads(got.body)) is in_body
    assert "webhook-signature" not in got.headers


@pytest.mark.parametrize(
    ("status", "verdict", "is_busy"),
    [
        (200, Verdict.DELIVERED, False), (201, Verdict.DELIVERED, False), (204, Verdict.DELIVERED, False),
        (299, Verdict.DELIVERED, False), (300, Verdict.FAILED, False), (301, Verdict.FAILED, False),
        (307, Verdict.FAILED, False), (304, Verdict.FAILED, False), (400, Verdict.FAILED, False),
        (401, Verdict.FAILED, False), (404, Verdict.FAILED, False), (409, Verdict.FAILED, False),
        (410, Verdict.GONE, False), (429, Verdict.FAILED, True), (500, Verdict.FAILED, True),
        (502, Verdict.FAILED, True), (503, Verdict.FAILED, True), (504, Verdict.FAILED, True),
    ],
)  # fmt: skip
def test_only_two_hundreds_are_a_success(status: int, verdict: Verdict, is_busy: bool) -> None:
    outcome = understood(Answer(status, {}, b""), WebhookKind.GENERIC, NOW)

    assert (outcome.verdict, outcome.is_busy) == (verdict, is_busy)


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        pytest.param(b'{"errcode":0,"errmsg":"ok"}', True, id="WeCom and DingTalk took it"),
        pytest.param(b'{"code":0,"msg":"success","data":{}}', True, id="Feishu took it"),
        pytest.param(b'{"StatusCode":0,"StatusMessage":"success"}', True, id="Feishu, as it was"),
        pytest.param(b'{"errcode":93000,"errmsg":"invalid webhook url"}', False, id="no such robot"),
        pytest.param(b'{"errcode":310000,"errmsg":"sign not match"}', False, id="signature refused"),
        pytest.param(b'{"code":19021,"msg":"sign match fail"}', False, id="signature refused by Feishu"),
        pytest.param(b'{"errmsg":"ok"}', False, id="it does not say"),
        pytest.param(b"<html>sign in</html>", False, id="a captive portal"),
        pytest.param(b"[0]", False, id="something else"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_robots_refuse_under_http_200(said: bytes, is_taken: bool) -> None:
    outcome = understood(Answer(200, {}, said), WebhookKind.DINGTALK, NOW)

    assert outcome.verdict is (Verdict.DELIVERED if is_taken else Verdict.FAILED)
    assert understood(Answer(200, {}, said), WebhookKind.GENERIC, NOW).verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("status", "asked", "seconds"),
    [
        pytest.param(429, "120", 120, id="in seconds"),
        pytest.param(503, "Wed, 25 Nov 2026 08:31:00 GMT", 60, id="as a date"),
        pytest.param(503, "Wed, 25 Nov 2026 08:29:00 GMT", 0, id="a date that is past"),
        pytest.param(429, "9999999999999999", 86_400, id="longer than anybody puts us off"),
        pytest.param(429, "Wed, 25 Nov 2099 08:31:00 GMT", 86_400, id="a date far away"),
        pytest.param(429, "soon", 0, id="not readable"),
        pytest.param(429, "-5", 0, id="negative"),
        pytest.param(429, "１２０", 0, id="digits of another script"),
        pytest.param(429, "", 0, id="not said"),
        pytest.param(400, "120", 0, id="not theirs to say"),
    ],
)
def test_retry_after_is_honoured(status: int, asked: str, seconds: int) -> None:
    outcome = understood(Answer(status, {"retry-after": asked}, b""), WebhookKind.GENERIC, NOW)

    assert outcome.wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("way", "status", "answer", "is_busy"),
    [
        pytest.param("hang", 200, "address_slow", True, id="it hangs"),
        pytest.param("drip", 200, "address_slow", True, id="it drips"),
        pytest.param("die", 200, "address_away", True, id="it dies"),
        pytest.param("answer", 500, "500", True, id="it fails"),
        pytest.param("answer", 302, "302", False, id="it redirects"),
    ],
)
def test_whatever_the_other_side_does_is_an_outcome(
    receiver: Receiver, way: str, status: int, answer: str, is_busy: bool
) -> None:
    receiver.way, receiver.status, receiver.headers = way, status, {"location": receiver.url}

    outcome = sender(receiver, seconds=0.3).send(delivery(receiver.url))

    assert (outcome.verdict, outcome.answer, outcome.is_busy) == (Verdict.FAILED, answer, is_busy)
    assert len(receiver.got) == 1


def test_a_place_inside_is_not_called_and_the_administrator_reads_why(receiver: Receiver) -> None:
    outcome = Sender(Guard(), Writer(catalogue("zh_CN")), lambda: NOW).send(delivery("http://127.0.0.1/"))

    assert (outcome.verdict, outcome.answer) == (Verdict.FAILED, "address_refused: private")
    assert receiver.got == []


def test_neither_key_nor_secret_shows_in_what_is_printed() -> None:
    shown = repr(delivery("https://robot.example/send?key=k1"))

    assert "k1" not in shown
    assert SECRET not in shown
