"""Webhooks: who is told outside, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from qa_service.core.people import Right
from qa_service.core.webhooks import NewWebhook, Sent, Webhook, WebhookKind
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.errors import not_found
from qa_service.web.schemas import Id, Trouble

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[wants(Right.MANAGE_WEBHOOKS)])
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Trouble}}


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WebhookToAdd(_Said):
    """A webhook to be added (docs/webhooks.md)."""

    kind: WebhookKind = WebhookKind.GENERIC
    url: str = Field(max_length=2_000, examples=["https://hooks.example.com/qa"])
    events: list[Annotated[str, Field(max_length=50)]] = Field(
        min_length=1, max_length=20, examples=[["call.judged"]]
    )
    team: str = Field(default="", max_length=100)
    secret: str = Field(default="", max_length=200)


class SecretMade(_Said):
    """A secret that is shown this once; empty where the other side wants none."""

    id: Id
    secret: str


class WebhookRow(_Said):
    """A webhook without what opens it."""

    id: Id
    kind: WebhookKind
    url: str
    events: list[str]
    team: str
    created_at: datetime
    disabled_at: datetime | None

    @classmethod
    def of(cls, kept: Webhook) -> WebhookRow:
        """The row of a webhook."""
        return cls(
            id=kept.id,
            kind=kept.kind,
            url=kept.shown_url,
            events=list(kept.events),
            team=kept.team,
            created_at=kept.created_at,
            disabled_at=kept.disabled_at,
        )


class WebhookList(_Said):
    """All webhooks, oldest first."""

    webhooks: list[WebhookRow]


class DeliveryRow(_Said):
    """One delivery."""

    id: Id
    webhook_id: Id
    event: str
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    delivered_at: datetime | None
    answer: str

    @classmethod
    def of(cls, sent: Sent) -> DeliveryRow:
        """The row of a delivery."""
        return cls(**{name: getattr(sent, name) for name in cls.model_fields})


class DeliveryList(_Said):
    """The newest deliveries; `next` goes into `before` of the next request."""

    deliveries: list[DeliveryRow]
    next: str | None


@router.get("")
def page(here: Here, by: AskedBy) -> WebhookList:
    """All webhooks."""
    return WebhookList(webhooks=[WebhookRow.of(kept) for kept in here.webhooks.all(by)])


@router.post("", status_code=201, responses={422: {"model": Trouble}})
def add(here: Here, by: AskedBy, given: WebhookToAdd) -> SecretMade:
    """Adds a webhook; its secret is shown this once."""
    new = NewWebhook(given.kind, given.url, tuple(given.events), given.team, given.secret)
    webhook_id, secret = here.webhooks.add(by, new)
    return SecretMade(id=webhook_id, secret=secret)


@router.get("/deliveries")
def deliveries(
    here: Here,
    by: AskedBy,
    webhook_id: Annotated[str, Query(max_length=36)] = "",
    state: Literal["", "waiting", "delivered", "dead"] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str, Query(max_length=36)] = "",
) -> DeliveryList:
    """What was sent, what waits, what was given up."""
    sent = here.webhooks.sent(by, webhook_id=webhook_id, state=state, limit=limit, before=before)
    rows = [DeliveryRow.of(one) for one in sent]
    return DeliveryList(deliveries=rows, next=rows[-1].id if len(rows) == limit else None)


@router.post("/deliveries/{delivery_id}/replay", status_code=204, response_class=Response, responses=_MISSING)
def replay(here: Here, by: AskedBy, delivery_id: Id) -> None:
    """Delivers once more, under the same id: the other side can tell."""
    if not here.webhooks.replay(by, delivery_id):
        raise not_found()


@router.post("/{webhook_id}/rotate", responses=_MISSING)
def rotate(here: Here, by: AskedBy, webhook_id: Id) -> SecretMade:
    """Makes a new secret; for a day messages carry both signatures."""
    secret = here.webhooks.rotate(by, webhook_id)
    if secret is None:
        raise not_found()
    return SecretMade(id=webhook_id, secret=secret)


@router.post("/{webhook_id}/{switch}", status_code=204, response_class=Response, responses=_MISSING)
def switch(here: Here, by: AskedBy, webhook_id: Id, switch: Literal["enable", "disable"]) -> None:
    """Stops or goes on sending."""
    if not here.webhooks.switch(by, webhook_id, on=switch == "enable"):
        raise not_found()
