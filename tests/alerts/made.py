"""Deliveries for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from qa_service.core.webhooks import Delivery, WebhookKind

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
CALL = "019ab5a1-7c00-7000-8000-000000000001"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - published, of the test vectors
JUDGED = {"call_id": CALL, "status": "scored", "score": 82.5, "passed": True, "findings": 3}


def delivery(
    url: str = "https://hooks.example/x",
    *,
    kind: WebhookKind = WebhookKind.GENERIC,
    event: str = "call.judged",
    data: dict[str, object] | None = None,
    secrets: tuple[str, ...] = (SECRET,),
    webhook_id: str = "w1",
    delivery_id: str = "019ab5a1-7c00-7000-8000-0000000000d1",
    attempts: int = 0,
) -> Delivery:
    """One that is due."""
    told = {"type": event, "timestamp": NOW.isoformat(), "data": JUDGED if data is None else data}
    return Delivery(
        id=delivery_id,
        webhook_id=webhook_id,
        kind=kind,
        event=event,
        body=json.dumps(told, ensure_ascii=False),
        attempts=attempts,
        created_at=NOW,
        url=url,
        secrets=secrets,
    )
