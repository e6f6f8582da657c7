"""Signatures: the vector of Standard Webhooks both ways, two while a secret changes, robots' own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from qa_service.alerts.signing import dingtalk_url, feishu_fields, standard_headers
from tests.alerts.made import SECRET
from tests.docs.repository import ROOT

#: The published vector of Standard Webhooks 1.0.
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_AT = datetime.fromtimestamp(1_614_265_330, UTC)
VECTOR_BODY = '{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(b"k" * 32).decode()


def test_the_published_vector_is_what_we_sign() -> None:
    assert standard_headers((SECRET,), VECTOR_ID, VECTOR_BODY, VECTOR_AT) == {
        "webhook-id": VECTOR_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": VECTOR_SIGNATURE,
    }


def test_the_time_zone_of_the_clock_does_not_matter() -> None:
    in_shanghai = VECTOR_AT.astimezone(timezone(timedelta(hours=8)))

    signed = standard_headers((SECRET,), VECTOR_ID, VECTOR_BODY, in_shanghai)

    assert signed["webhook-signature"] == VECTOR_SIGNATURE


def _receives(secret: str, headers: dict[str, str], body: str) -> bool:
    """What the receiver's library says, and the ten lines of docs/webhooks.md, which must agree."""
    try:
        Webhook(secret).verify(body, headers)
        by_library = True
    except WebhookVerificationError:
        by_library = False
    assert _shown_receiver()(secret, headers, body.encode()) is by_library
    return by_library


def _shown_receiver() -> Callable[[str, dict[str, str], bytes], bool]:
    """The first Python block of the document, as a reader would paste it."""
    text = (ROOT / "docs/webhooks.md").read_text("utf-8")
    block = text.split("```python\n", 1)[1].split("```", 1)[0]
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - our own document
    is_ours: Callable[[str, dict[str, str], bytes], bool] = names["is_ours"]
    return is_ours


def test_what_we_sign_is_verified() -> None:
    headers = standard_headers((SECRET,), "id1", VECTOR_BODY, datetime.now(UTC))

    assert _receives(SECRET, headers, VECTOR_BODY)


@pytest.mark.parametrize(
    ("changed", "body", "secret"),
    [
        pytest.param({}, '{"test": 2432232315}', SECRET, id="another body"),
        pytest.param({}, VECTOR_BODY, OTHER, id="another secret"),
        pytest.param({"webhook-id": "id2"}, VECTOR_BODY, SECRET, id="another id"),
        pytest.param({"webhook-signature": "v1,AAAA"}, VECTOR_BODY, SECRET, id="another signature"),
        pytest.param({"webhook-signature": "v1a,AAAA"}, VECTOR_BODY, SECRET, id="another kind of signature"),
    ],
)
def test_what_was_changed_is_not(changed: dict[str, str], body: str, secret: str) -> None:
    headers = standard_headers((SECRET,), "id1", VECTOR_BODY, datetime.now(UTC))

    assert not _receives(secret, headers | changed, body)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_replayed_after_five_minutes_is_refused(minutes: int) -> None:
    then = datetime.now(UTC) + timedelta(minutes=minutes)

    assert not _receives(SECRET, standard_headers((SECRET,), "id1", VECTOR_BODY, then), VECTOR_BODY)


@pytest.mark.parametrize("known", [SECRET, OTHER])
def test_while_a_secret_changes_both_are_good(known: str) -> None:
    headers = standard_headers((OTHER, SECRET), "id1", VECTOR_BODY, datetime.now(UTC))

    assert headers["webhook-signature"].count("v1,") == 2
    assert _receives(known, headers, VECTOR_BODY)


def test_dingtalk_gets_its_time_in_milliseconds_and_its_signature_in_the_query() -> None:
    url = dingtalk_url("https://oapi.dingtalk.com/robot/send?access_token=t", "SEC1", VECTOR_AT)

    query = parse_qs(urlsplit(url).query, strict_parsing=True)
    told = hmac.new(b"SEC1", b"1614265330000\nSEC1", hashlib.sha256).digest()
    assert query == {
        "access_token": ["t"],
        "timestamp": ["1614265330000"],
        "sign": [base64.b64encode(told).decode()],
    }


def test_feishu_gets_seconds_and_a_signature_of_nothing() -> None:
    told = hmac.new(b"1614265330\nsecret", b"", hashlib.sha256).digest()

    assert feishu_fields("secret", VECTOR_AT) == {
        "timestamp": "1614265330",
        "sign": base64.b64encode(told).decode(),
    }


def test_robots_without_a_secret_get_no_signature() -> None:
    assert dingtalk_url("https://a.example/?t=1", "", VECTOR_AT) == "https://a.example/?t=1"
    assert feishu_fields("", VECTOR_AT) == {}
