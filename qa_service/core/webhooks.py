"""Who is told outside, about what, and one delivery of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

#: What a webhook can ask for.
EVENTS = ("call.judged", "call.failed", "alert.raised")


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
