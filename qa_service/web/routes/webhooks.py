"""Webhooks: who is told outside, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from qa_service.core.people import Right
from qa_service.core.webhooks import NewWebhook, Sent, Webhook, WebhookKind
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, there
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.schemas import Id, Name, Said, Text, shown

router = APIRouter(
    prefix="/webhooks",
    tags=["webhooks"],
    dependencies=[wants(Right.MANAGE_WEBHOOKS)],
    responses=answers(*SIGNED_IN),
)


class WebhookToAdd(Said):
    """A webhook to be added (docs/webhooks.md)."""

    model_config = shown({"url": "https://hooks.example.com/qa", "events": ["call.judged"]})
    kind: WebhookKind = WebhookKind.GENERIC
    url: Text = Field(max_length=2_000, examples=["https://hooks.example.com/qa"])
    events: list[Name] = Field(min_length=1, max_length=20, examples=[["call.judged"]])
    team: Name = Field(default="", description="只通知这一组的；不写就是全部。Of this team alone.")
    alerts: Name = Field(default="", description="只通知路由写了这个告警去处的。Calls whose route names it.")
    secret: Text = Field(default="", max_length=200, description="机器人的加签密钥。Of a robot that signs.")


class SecretMade(Said):
    """A secret that is shown this once; empty where the other side wants none."""

    id: Id
    secret: str


class WebhookRow(Said):
    """A webhook without what opens it."""

    id: Id
    kind: WebhookKind
    url: str
    events: list[str]
    team: str
    alerts: str
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
            alerts=kept.alerts,
            created_at=kept.created_at,
            disabled_at=kept.disabled_at,
        )


class WebhookList(Said):
    """All webhooks, oldest first."""

    webhooks: list[WebhookRow]


class DeliveryRow(Said):
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
        return cls.like(sent)


class DeliveryList(Said):
    """The newest deliveries; `next` goes into `before` of the next request."""

    deliveries: list[DeliveryRow]
    next: str | None


@router.get("", summary="通知地址 List webhooks")
def page(here: Here, by: AskedBy) -> WebhookList:
    """All webhooks."""
    return WebhookList(webhooks=[WebhookRow.of(kept) for kept in here.webhooks.all(by)])


@router.post("", summary="新增 Add one", status_code=201, responses=answers(422))
def add(here: Here, by: AskedBy, given: WebhookToAdd) -> SecretMade:
    """Adds a webhook; its secret is shown this once."""
    new = NewWebhook(given.kind, given.url, tuple(given.events), given.team, given.secret, given.alerts)
    webhook_id, secret = here.webhooks.add(by, new)
    return SecretMade(id=webhook_id, secret=secret)


@router.get("/deliveries", summary="投递记录 Deliveries", responses=answers(422))
def deliveries(
    here: Here,
    by: AskedBy,
    webhook_id: Annotated[Text, Query(max_length=36, description="只看这一个的。Of this one alone.")] = "",
    state: Literal["", "waiting", "delivered", "dead"] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[Text, Query(max_length=36, description="上一页的 next。")] = "",
) -> DeliveryList:
    """What was sent, what waits, what was given up."""
    sent = here.webhooks.sent(by, webhook_id=webhook_id, state=state, limit=limit, before=before)
    rows = [DeliveryRow.of(one) for one in sent]
    return DeliveryList(deliveries=rows, next=rows[-1].id if len(rows) == limit else None)


@router.post(
    "/deliveries/{delivery_id}/replay",
    summary="重放 Replay",
    **NOTHING,
    responses=answers(404, 422),
)
def replay(here: Here, by: AskedBy, delivery_id: Id) -> None:
    """Delivers once more, under the same id: the other side can tell."""
    done(here.webhooks.replay(by, delivery_id))


@router.post("/{webhook_id}/rotate", summary="换密钥 Rotate the secret", responses=answers(404, 422))
def rotate(here: Here, by: AskedBy, webhook_id: Id) -> SecretMade:
    """Makes a new secret; for a day messages carry both signatures."""
    secret = there(here.webhooks.rotate(by, webhook_id))
    return SecretMade(id=webhook_id, secret=secret)


@router.post(
    "/{webhook_id}/{switch}",
    summary="停用、启用 Switch",
    **NOTHING,
    responses=answers(404, 422),
)
def switch(here: Here, by: AskedBy, webhook_id: Id, switch: Literal["enable", "disable"]) -> None:
    """Stops or goes on sending."""
    done(here.webhooks.switch(by, webhook_id, on=switch == "enable"))
