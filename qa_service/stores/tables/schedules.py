"""What comes again, and what came of it: runs, samples, reports, sealed ends of the audit log."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

#: One row for each task, from the migration on.
schedules = Table(
    "schedules",
    metadata,
    Column("task", String(30), primary_key=True),
    Column("at", String(100), nullable=False),
    Column("is_on", Boolean, nullable=False, default=True),
    Column("amount", Integer),
    #: Empty until a process first looks.
    Column("next_at", UtcTime),
    #: Somebody wants it now.
    Column("asked_at", UtcTime),
    Column("due_at", UtcTime),
    Column("state", String(10), nullable=False, default="never"),
    Column("node", String(64), nullable=False, default=""),
    Column("fence", Integer, nullable=False, default=0),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("result", Text, nullable=False, default="{}"),
)

#: A week's draw: with its seed anybody can draw the same again.
draws = Table(
    "draws",
    metadata,
    Column("week", String(8), primary_key=True),
    Column("seed", String(32), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("drawn_at", UtcTime, nullable=False),
)

samples = Table(
    "samples",
    metadata,
    Column("week", String(8), ForeignKey("draws.week", ondelete="CASCADE"), primary_key=True),
    Column("agent_id", String(100), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_samples_call", "call_id"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("week", String(8), nullable=False),
    Column("team", String(100), nullable=False),
    Column("form", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("week", "team", "form"),
)

#: Ends of the audit log, sealed with the master key: who has the database alone can make up none.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)
