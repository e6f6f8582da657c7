"""What of a webhook is secret: its whole address, and what messages are signed with; sealed with the master key."""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass, field
from datetime import datetime

from qa_service.core.errors import UsageError
from qa_service.core.webhooks import WebhookKind
from qa_service.stores.keys import MasterKey

_SECRET_BYTES = 32
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed: the whole address, and secrets with the end of their time, newest first."""

    url: str = field(repr=False)
    secrets: tuple[tuple[str, datetime | None], ...] = field(repr=False)

    def valid(self, now: datetime) -> tuple[str, ...]:
        """The secrets to sign with."""
        return tuple(secret for secret, until in self.secrets if until is None or now < until)


def unseal(key: MasterKey, webhook_id: str, sealed: bytes) -> Opened:
    """Address and secrets.

    Raises:
        UsageError: `wrong_master_key`.
    """
    kept = json.loads(key.unwrap(sealed, _belongs(webhook_id)))
    secrets = [
        (one["secret"], one["until"] and datetime.fromisoformat(one["until"])) for one in kept["secrets"]
    ]
    return Opened(kept["url"], tuple(secrets))


def seal(key: MasterKey, webhook_id: str, opened: Opened) -> bytes:
    """For the table; opens only as what belongs to this webhook."""
    secrets = [{"secret": secret, "until": until and until.isoformat()} for secret, until in opened.secrets]
    return key.wrap(json.dumps({"url": opened.url, "secrets": secrets}).encode(), _belongs(webhook_id))


def _belongs(webhook_id: str) -> str:
    return f"webhook:{webhook_id}"


def make_secret(kind: WebhookKind, given: str) -> str:
    """Ours where the other side is a program; a chat's own, or none, where it is a robot.

    Raises:
        UsageError: `webhook_secret`: what was given does not fit.
    """
    if kind is WebhookKind.GENERIC and not given:
        return _PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode("ascii")
    fits = _is_standard(given) if kind is WebhookKind.GENERIC else _is_robots(kind, given)
    if not fits:
        raise UsageError(
            "webhook_secret",
            problem="this secret does not fit the kind of webhook",
            fix="Give the secret that the robot's settings show, or none",
        )
    return given


def _is_standard(secret: str) -> bool:
    """`whsec_` and 24 to 64 bytes (Standard Webhooks 1.0)."""
    try:
        held = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith(_PREFIX) and 24 <= len(held) <= 64


def _is_robots(kind: WebhookKind, secret: str) -> bool:
    if kind is WebhookKind.WECOM:
        return not secret
    return len(secret) <= 200 and secret.isascii() and secret.isprintable()
