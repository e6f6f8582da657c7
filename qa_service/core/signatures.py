"""Messages that are signed with a shared secret (Standard Webhooks 1.0), as the one who receives them checks it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

#: Older messages, and those from the future, are refused: somebody may play them again.
MOST_AGE_S = 300
PREFIX = "whsec_"


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Whether one of the signatures in the headers (names in lower case) is ours, and fresh."""
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12):
        return False
    if abs(now.timestamp() - int(sent_at)) > MOST_AGE_S:
        return False
    ours = signature(secret, message_id, sent_at, body)
    given = headers.get("webhook-signature", "").split()[:10]
    return any(hmac.compare_digest(ours.encode(), one.encode("utf-8", "replace")) for one in given)


def signature(secret: str, message_id: str, sent_at: str, body: bytes) -> str:
    """`v1,…` as the sender writes it.

    Raises:
        ValueError: the secret is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a secret of this kind") from error
    signed = b".".join((message_id.encode(), sent_at.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
