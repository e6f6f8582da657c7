"""Where recordings come from by themselves, what lies there, and which calls there should be."""

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
    text,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

sources = Table(
    "sources",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("place", Text, nullable=False),
    Column("handling", Text, nullable=False),
    #: Sealed with the master key.
    Column("secret", LargeBinary, nullable=False),
    Column("is_on", Boolean, nullable=False, default=False),
    Column("begin_at", UtcTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("looked_at", UtcTime),
    Column("due_at", UtcTime, nullable=False),
    Column("trouble", String(100), nullable=False, default=""),
    #: The newest change that was noticed.
    Column("watermark", UtcTime),
    Column("fill_since", UtcTime),
    Column("fill_until", UtcTime),
    #: Which process collects, and the fence that rises whenever another one begins to.
    Column("node", String(64), nullable=False, default=""),
    Column("lease", Integer, nullable=False, default=0),
)

#: The books: one row for each thing that was ever noticed in a source.
source_items = Table(
    "source_items",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source_id", String(36), ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    #: sha256 of the key: PostgreSQL's indexes hold no long text.
    Column("item", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("version", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("changed_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("reason", String(100), nullable=False, default=""),
    Column("call_id", String(36), nullable=False, default=""),
    #: Of one that is no call of its own: what it is called, and when that call began.
    Column("external_id", String(200), nullable=False, default="", server_default=text("''")),
    Column("began_at", UtcTime),
    #: What a program told us, with its link; sealed with the master key, and dropped when it was used.
    Column("handed", LargeBinary),
    UniqueConstraint("source_id", "item"),
    Index("ix_source_items_due", "source_id", "state", "due_at"),
    Index("ix_source_items_ended", "source_id", "ended_at"),
    Index("ix_source_items_external", "external_id"),
)

#: Recordings that stay where they lie.
lent_sound = Table(
    "lent_sound",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", String(36), ForeignKey("sources.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("version", String(200), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("sha256", String(64), nullable=False),
)

#: Which calls there were, as another system says.
cdr_records = Table(
    "cdr_records",
    metadata,
    Column("source_id", String(36), ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("call_id", String(100), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("extension", String(100), nullable=False, default=""),
    Column("agent_id", String(100), nullable=False, default=""),
    Column("customer", String(200), nullable=False, default=""),
    Column("direction", String(10), nullable=False, default=""),
    Column("line", String(100), nullable=False, default=""),
    Column("skill_group", String(100), nullable=False, default=""),
    Column("changed_at", UtcTime),
    Index("ix_cdr_records_extension", "source_id", "extension", "started_at"),
    Index("ix_cdr_records_started", "source_id", "started_at"),
)

#: Which agent sat at which extension, and when.
logins = Table(
    "logins",
    metadata,
    Column("extension", String(100), primary_key=True),
    Column("from_at", UtcTime, primary_key=True),
    Column("until_at", UtcTime),
    Column("agent_id", String(100), nullable=False),
)
