"""What the centre decides by: rulebooks by digest, routing tables, drafts of both, and where each call went."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

#: Every rulebook that was published, or that ever judged a call, with everything that was written for it.
rulebooks = Table(
    "rulebooks",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    #: `published` here by people; `shipped` with the program, or a file that the settings name.
    Column("origin", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("authors", Text, nullable=False, default="[]"),
    Column("published_by", String(64), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("retired_at", UtcTime),
    #: The days on which it judges, both included; nothing leaves that side open.
    Column("effective_from", Date),
    Column("effective_to", Date),
    Index("ix_rulebooks_name", "name", "version"),
)

#: The example sentences of a rulebook as one encoder sees them. Of a shipped one too, which may never be published.
rulebook_meanings = Table(
    "rulebook_meanings",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("encoder", String(100), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

#: At most one of each rulebook, and one of the routing table (under an empty name).
drafts = Table(
    "drafts",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("source", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    #: Everybody who wrote on it since it was begun: none of them approves it.
    Column("authors", Text, nullable=False),
    Column("written_at", UtcTime, nullable=False),
    #: What was tried on calls: the digest of the draft and what it was compared with.
    Column("tried", String(100), nullable=False, default=""),
    #: The tables of standard answers that it names, as CSV, by the names of their files (JSON).
    Column("tables", Text, nullable=False, server_default="{}"),
)

routing_tables = Table(
    "routing_tables",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("published_by", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("published_at", UtcTime, nullable=False),
)

#: What was decided for a call when it was last worked on; an empty route is the default.
call_routes = Table(
    "call_routes",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("route", String(100), nullable=False),
    Column("jurisdiction", String(100), nullable=False),
    Column("retention", String(100), nullable=False),
    Column("alerts", String(100), nullable=False),
    Column("routed_at", UtcTime, nullable=False),
    #: Rulebooks that the route names and that do not judge calls of that day, in words.
    Column("not_in_force", Text, nullable=False, default="", server_default=""),
    Index("ix_call_routes_route", "version", "route"),
)
