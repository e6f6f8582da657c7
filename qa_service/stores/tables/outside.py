"""Who is told outside, and what was sent."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("url", Text, nullable=False),
    #: Sealed with the master key.
    Column("secret", LargeBinary, nullable=False),
    Column("events", Text, nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("alerts", String(100), nullable=False, default=""),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

#: The outbox: a delivery is written in the transaction that made its event.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("webhook_id", String(36), ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(50), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("delivered_at", UtcTime),
    Column("answer", String(200), nullable=False, default=""),
    Index("ix_deliveries_due", "state", "due_at"),
)
