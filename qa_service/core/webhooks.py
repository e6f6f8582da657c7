"""Who is told outside, about what, and one delivery of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

#: What a webhook can ask for.
EVENTS = ("call.judged", "evaluation.reviewed", "call.failed", "alert.raised", "day.reconciled")


class WebhookKind(StrEnum):
    """Whose language the other side speaks; `generic` is Standard Webhooks 1.0."""

    GENERIC = "generic"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one webhook, with what is needed to send it."""

    #: The same at every try: the other side can tell that it has it already.
    id: str
    webhook_id: str
    kind: WebhookKind
    event: str
    #: JSON, as it was written down with the event.
    body: str
    #: How often it was tried before.
    attempts: int
    created_at: datetime
    #: Never shown or logged: robots of chats are called with a key that stands in it.
    url: str = field(repr=False)
    #: Newest first; two while a new one is being introduced, none where the other side wants none.
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to be; the caller has checked its address (alerts/guard.py) and who may add it."""

    kind: WebhookKind
    url: str = field(repr=False)
    events: tuple[str, ...]
    #: Calls of this team only; empty for all.
    team: str = ""
    #: What a chat made up for its robot; `generic` gets one of ours where it is empty.
    secret: str = field(default="", repr=False)
    #: Calls whose route names this place for alerts (core/routing.py); empty for all.
    alerts: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is shown: the part of its address that is no key."""

    id: str
    kind: WebhookKind
    shown_url: str
    events: tuple[str, ...]
    team: str
    alerts: str
    created_by: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery as an administrator sees it."""

    id: str
    webhook_id: str
    event: str
    #: `waiting`, `delivered` or `dead`.
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    delivered_at: datetime | None
    answer: str
