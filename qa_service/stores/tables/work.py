"""The work on calls, and the processes that do it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("queue", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("node", String(64), nullable=False, default=""),
    Column("stage", String(20), nullable=False, default=""),
    Column("done", Float, nullable=False, default=0),
    Column("total", Float, nullable=False, default=0),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("error_code", String(100), nullable=False, default=""),
    Column("error_detail", Text, nullable=False, default=""),
    Column("is_cancel_asked", Boolean, nullable=False, default=False),
    Column("request_id", String(64), nullable=False, default=""),
    #: W3C's `traceparent` of that request; empty where nothing is traced.
    Column("trace", String(64), nullable=False, server_default=""),
    #: How much of the whole this try has done, 0 to 1, and since when.
    Column("reached", Float, nullable=False, server_default="0"),
    Column("reached_at", UtcTime),
    Column("audio_s", Float, nullable=False, default=0, server_default=text("0")),
    Index("ix_jobs_state", "state", "node"),
    Index("ix_jobs_queue", "queue", "state"),
    Index("ix_jobs_created", "created_at", "id"),
    Index("ix_jobs_state_created", "state", "created_at", "id"),
    Index("ix_jobs_call", "call_id", "created_at"),
)

#: The same key brings the same answer for a day, also after a restart.
idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body_digest", String(64), nullable=False),
    Column("object_id", String(36), nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)

#: Processes that work; one that was not seen for a while is dead, and its work is taken over.
nodes = Table(
    "nodes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False, index=True),
    #: Why it draws no work just now, a code; empty where it does.
    Column("trouble", String(100), nullable=False, server_default=""),
)

#: What the master key of this installation sealed, once: a process with another key is told at its start.
seals = Table(
    "seals",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

#: How long each stage takes: ever, and lately. One row for each, from the first migration on.
stages = Table(
    "stages",
    metadata,
    Column("stage", String(20), primary_key=True),
    Column("calls", BigInteger, nullable=False, default=0),
    Column("total_ms", BigInteger, nullable=False, default=0),
    Column("recent_calls", Float, nullable=False, default=0),
    Column("recent_ms", Float, nullable=False, default=0),
    Column("recent_sized", Float, nullable=False, default=0, server_default=text("0")),
    Column("recent_audio_s", Float, nullable=False, default=0, server_default=text("0")),
)
