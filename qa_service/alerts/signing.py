"""How the other side knows that a message is ours: Standard Webhooks, and what robots of chats want instead."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlencode

from standardwebhooks import Webhook


def standard_headers(secrets: tuple[str, ...], message_id: str, body: str, now: datetime) -> dict[str, str]:
    """Headers of Standard Webhooks 1.0: a signature `v1` for every secret, newest first.

    The id is the same at every try, the time is that of this one.
    """
    at = now.astimezone(UTC)
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def dingtalk_url(url: str, secret: str, now: datetime) -> str:
    """The robot's URL with `timestamp` and `sign`; without a secret as it is (keyword or address protects it)."""
    if not secret:
        return url
    milliseconds = str(int(now.timestamp() * 1_000))
    sign = _hmac(secret.encode(), f"{milliseconds}\n{secret}".encode())
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'timestamp': milliseconds, 'sign': sign})}"


def feishu_fields(secret: str, now: datetime) -> dict[str, str]:
    """`timestamp` and `sign` for the body; Feishu keys with what others sign, and signs nothing."""
    if not secret:
        return {}
    seconds = str(int(now.timestamp()))
    return {"timestamp": seconds, "sign": _hmac(f"{seconds}\n{secret}".encode(), b"")}


def _hmac(key: bytes, said: bytes) -> str:
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode("ascii")
