"""What the matrix asks about the outside: sources, dead letters, webhooks and what they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from qa_service.core.items import Handed
from qa_service.core.people import Sight
from qa_service.core.sources import Handling, NewSource, SourceKind
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.stores import calls
from qa_service.stores.deliveries import announce
from qa_service.stores.engine import reading
from qa_service.stores.tables import source_items
from tests.web.service import MACHINE, Service

if TYPE_CHECKING:
    from tests.web.cast import Cast, Kept


@dataclass
class Outside:
    """Sources and webhooks of one installation: no worker runs here, nothing is fetched or sent."""

    cast: Cast
    diallers: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> Service:
        return self.cast.service

    def ids(self, route: str, kept: Kept) -> dict[str, str]:
        """What stands in the address of these routes; nothing for others."""
        if "/webhooks/" in route:
            return {"webhook_id": self._webhook, "delivery_id": self._delivery, "switch": "disable"}
        if "/sources/" in route:
            return {"source_id": self._dialler(kept), "letter_id": self._letter(), "switch": "enable"}
        return {}

    def bodies(self) -> Mapping[str, dict[str, Any]]:
        """What goes with the requests."""
        return {
            "POST /api/v1/sources": {"json": {"name": self.cast.fresh(), "kind": "dialler"}},
            "PUT /api/v1/sources/logins": {"json": {"logins": []}},
            "PATCH /api/v1/sources/{source_id}": {"json": {}},
            "POST /api/v1/sources/{source_id}/fill": {
                "json": {"since": "2026-11-01T00:00:00+08:00", "until": "2026-11-02T00:00:00+08:00"}
            },
            "POST /api/v1/sources/{source_id}/calls": {
                "json": {"call_id": self.cast.fresh(), "recording_url": "http://93.184.216.34/a.wav"}
            },
            "GET /api/v1/reconciliation": {"params": {"day": "2026-11-25"}},
            "POST /api/v1/webhooks": {
                "json": {"url": "http://93.184.216.34/hook", "events": ["call.judged"]}
            },
        }

    @cached_property
    def _webhook(self) -> str:
        """A webhook that sends nothing: no courier runs here."""
        new = NewWebhook(WebhookKind.GENERIC, "http://93.184.216.34/hook", ("call.judged",))
        made, _ = self.service.parts.webhooks.add(MACHINE, new)
        with self.service.shelves.engine.begin() as connection:
            announce(connection, "call.judged", {"call_id": self.cast.own.text}, now=self.service.clock())
        return made

    @cached_property
    def _delivery(self) -> str:
        desk = self.service.parts.webhooks
        (sent,) = desk.sent(MACHINE, webhook_id=self._webhook, state="", limit=1, before="")
        return sent.id

    def _dialler(self, kept: Kept) -> str:
        """A source of the team that the calls belong to."""
        with reading(self.service.shelves.engine) as connection:
            call = calls.find(connection, kept.text, Sight(everything=True))
        assert call is not None
        if call.team not in self.diallers:
            desk, new = (
                self.service.parts.sources,
                NewSource(f"外呼 {call.team}", SourceKind.DIALLER, handling=Handling(team=call.team)),
            )
            self.diallers[call.team], _ = desk.add(MACHINE, new)
        # Another cell may have switched it off.
        self.service.parts.sources.switch(MACHINE, self.diallers[call.team], on=True)
        return self.diallers[call.team]

    def _letter(self) -> str:
        """A dead letter."""
        source_id, shelves, key = self._dialler(self.cast.own), self.service.shelves, self.cast.fresh()
        self.service.parts.sources.hand_over(MACHINE, source_id, key, Handed("http://93.184.216.34/a.wav"))
        with shelves.engine.begin() as connection:
            mine = source_items.c.key == key
            connection.execute(
                source_items.update().where(mine).values(state="dead", ended_at=self.service.clock())
            )
            return str(connection.execute(sa.select(source_items.c.id).where(mine)).scalar_one())
