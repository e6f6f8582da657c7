"""One try to deliver an event: written, signed, sent through the guard, and the answer understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from qa_service.alerts.exchange import Answer
from qa_service.alerts.guard import Guard
from qa_service.alerts.messages import Writer
from qa_service.alerts.signing import dingtalk_url, feishu_fields, standard_headers
from qa_service.core.errors import AddressError
from qa_service.core.webhooks import Delivery, WebhookKind

#: From the look-up of the name to the answer (Standard Webhooks: 15–30 s).
TIMEOUT_S = 15.0
#: Standard Webhooks: less than 20 kB; ours are a few hundred bytes.
MOST_BYTES = 20_000
#: Nobody puts us off for longer than this.
LONGEST_WAIT = timedelta(hours=24)
_GONE = 410
#: The other side has too much to do: 429 and 503 may say for how long.
_BUSY = frozenset({429, 502, 503, 504})
#: Where robots of chats say in the body that they did not take a message, under HTTP 200.
_CODES = ("errcode", "code", "StatusCode")


class Verdict(StrEnum):
    """What became of a try."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, a few words for the administrator, and how long the other side wants to be left alone."""

    verdict: Verdict
    answer: str
    wait: timedelta = timedelta()
    #: The other side as a whole is in trouble, not this message.
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Delivers; `now` gives the time of a try."""

    guard: Guard
    writer: Writer
    now: Callable[[], datetime]
    timeout_s: float = TIMEOUT_S

    def send(self, delivery: Delivery) -> Outcome:
        """One try; never raises over what the other side does."""
        now = self.now()
        url, body, headers = self._signed(delivery, now)
        if len(body) >= MOST_BYTES:
            return Outcome(Verdict.FAILED, "body_too_large")
        try:
            answer = self.guard.post(url, body, headers, seconds=self.timeout_s)
        except AddressError as error:
            why = error.values.get("why")
            return Outcome(Verdict.FAILED, f"{error.code}: {why}" if why else error.code, is_busy=why is None)
        return understood(answer, delivery.kind, now)

    def _signed(self, delivery: Delivery, now: datetime) -> tuple[str, bytes, dict[str, str]]:
        """Where to, what, and with which headers."""
        message, url = self.writer.body(delivery), delivery.url
        newest = delivery.secrets[0] if delivery.secrets else ""
        if delivery.kind is WebhookKind.FEISHU:
            message = {**feishu_fields(newest, now), **message}
        if delivery.kind is WebhookKind.DINGTALK:
            url = dingtalk_url(url, newest, now)
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        headers = {"content-type": "application/json; charset=utf-8"}
        if delivery.kind is WebhookKind.GENERIC:
            headers |= standard_headers(delivery.secrets, delivery.id, text, now)
        return url, text.encode(), headers


def understood(answer: Answer, kind: WebhookKind, now: datetime) -> Outcome:
    """Only 2xx is a success, a redirect is none; a robot must also say so in its body."""
    status = answer.status
    if 200 <= status < 300:
        code = "" if kind is WebhookKind.GENERIC else _refusal(answer.start)
        return (
            Outcome(Verdict.FAILED, f"{status} {code}") if code else Outcome(Verdict.DELIVERED, str(status))
        )
    if status == _GONE:
        return Outcome(Verdict.GONE, str(status))
    wait = _asked_wait(answer, now) if status in _BUSY else timedelta()
    return Outcome(Verdict.FAILED, str(status), wait, is_busy=status >= 500 or status in _BUSY)


def _refusal(start: bytes) -> str:
    """`errcode=93000` where a robot refused, empty where it took the message."""
    try:
        said = json.loads(start)
    except ValueError:
        return "unreadable"
    if not isinstance(said, dict):
        return "unreadable"
    for name in _CODES:
        if isinstance(said.get(name), int):
            return f"{name}={said[name]}" if said[name] else ""
    return "unreadable"


def _asked_wait(answer: Answer, now: datetime) -> timedelta:
    """What Retry-After says, in seconds or as a date; nothing where it says nothing that can be read."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdecimal():
        return min(timedelta(seconds=min(int(asked[:9]), 10**8)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return timedelta()
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), LONGEST_WAIT)
