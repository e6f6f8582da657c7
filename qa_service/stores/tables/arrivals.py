"""Recordings on their way in, and the lists that announce them."""

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
    false,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("idempotency_key", String(255)),
    Column("digest", String(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, default=0),
    Column("pieces", Integer, nullable=False, default=0),
    Column("cover", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("error", String(100), nullable=False, default=""),
    Column("call_id", String(36), nullable=False, default=""),
    Column("job_id", String(36), nullable=False, default=""),
    Column("is_duplicate", Boolean, nullable=False, default=False, server_default=false()),
    Column("request_id", String(64), nullable=False, default=""),
    Column("trace", String(64), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("touched_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    #: Until then somebody makes a call of it; null where nobody does.
    Column("held_until", UtcTime),
    UniqueConstraint("owner", "idempotency_key"),
)

#: Each piece is sealed with a key of its own: two pieces under one key would repeat their nonces.
upload_pieces = Table(
    "upload_pieces",
    metadata,
    Column("upload_id", String(36), ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("object_key", String(255), nullable=False),
    Column("data_key", LargeBinary, nullable=False),
)

fetches = Table(
    "fetches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("idempotency_key", String(255)),
    Column("digest", String(64), nullable=False),
    #: Sealed with the master key; emptied when it is over: whoever has the link has the recording.
    Column("url", LargeBinary, nullable=False),
    Column("host", String(300), nullable=False),
    Column("cover", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", String(100), nullable=False, default=""),
    Column("call_id", String(36), nullable=False, default=""),
    Column("job_id", String(36), nullable=False, default=""),
    Column("is_duplicate", Boolean, nullable=False, default=False, server_default=false()),
    Column("request_id", String(64), nullable=False, default=""),
    Column("trace", String(64), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("give_up_at", UtcTime, nullable=False),
    UniqueConstraint("owner", "idempotency_key"),
    Index("ix_fetches_due", "state", "due_at"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("team", String(100), nullable=False, default=""),
    #: File names say what is known about a recording; empty where rows do.
    Column("pattern", String(300), nullable=False, default=""),
    #: Recordings may come that no row announces.
    Column("is_open", Boolean, nullable=False, default=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)

#: The recordings that a batch announces; with a pattern also those that came unannounced.
batch_rows = Table(
    "batch_rows",
    metadata,
    Column("batch_id", String(36), ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("file_name", String(255), primary_key=True),
    #: Where it stands in the side file, from 1; for people.
    Column("number", Integer, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("agent_channel", Integer),
    Column("call_id", String(36), nullable=False, default=""),
    Index("ix_batch_rows_call", "call_id"),
)

#: Other forms of a call's sound, made once: each sealed with its own key, which the call's key seals, so that
#: destroying the one destroys them all.
renditions = Table(
    "renditions",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("form", String(10), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("object_key", String(255), nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
