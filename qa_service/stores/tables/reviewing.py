"""What people say about findings, and the findings that they are to know of now."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import COUNTED, metadata

#: Rows are added and never changed, but that a reason goes with the words of its call.
reviews = Table(
    "reviews",
    metadata,
    #: The order in which they were given.
    Column("seq", COUNTED, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    #: Where the finding was seen.
    Column("evaluation_id", String(36), nullable=False),
    Column("finding_id", String(32), nullable=False),
    #: Rule, role and place, by which later evaluations are linked.
    Column("rule", String(200), nullable=False),
    Column("role", String(10), nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("agent_id", String(100), nullable=False, default=""),
    Column("verdict", String(10), nullable=False),
    Column("reason", String(500), nullable=False, default=""),
    Column("given_by", String(64), nullable=False),
    Column("given_at", UtcTime, nullable=False),
    #: The first review of the same finding.
    Column("chain", String(36), nullable=False),
    Index("ix_reviews_call", "call_id", "seq"),
)

alerts = Table(
    "alerts",
    metadata,
    #: In the order in which they were raised.
    Column("id", String(36), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("evaluation_id", String(36), nullable=False),
    Column("finding_id", String(32), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("label", String(100), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("agent_id", String(100), nullable=False, default=""),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("needs_human", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("handled_by", String(64), nullable=False, default=""),
    Column("handled_at", UtcTime),
    Column("note", String(500), nullable=False, default=""),
    #: Judged again, a call raises none of its alerts again.
    UniqueConstraint("call_id", "finding_id"),
    Index("ix_alerts_state", "state", "id"),
    Index("ix_alerts_team", "team", "id"),
)

#: Everything that people did about alerts; rows are added and never changed, but that a note goes with the words.
alert_steps = Table(
    "alert_steps",
    metadata,
    Column("seq", COUNTED, primary_key=True, autoincrement=True),
    Column("alert_id", String(36), ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("done_by", String(64), nullable=False),
    Column("done_at", UtcTime, nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Index("ix_alert_steps_alert", "alert_id", "seq"),
)
