"""Who can come in, and who did what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import COUNTED, metadata

users = Table(
    "users",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("shown_as", String(100), nullable=False, default=""),
    Column("password", String(255), nullable=False),
    Column("role", String(12), nullable=False),
    Column("agent_id", String(100), nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

user_teams = Table(
    "user_teams",
    metadata,
    Column("user_id", String(36), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("team", String(100), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    #: sha256 of the cookie's value: who reads the table cannot sign in with it.
    Column("digest", String(64), primary_key=True),
    Column("user_id", String(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

#: How often somebody tried to sign in lately, by name and by address, under aliases; not who it was.
sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("who", String(40), primary_key=True),
    #: Of ten seconds, from 1970 on.
    Column("stretch", BigInteger, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("scopes", Text, nullable=False),
    #: Of the scopes those that open nothing yet: the maker had no such right.
    Column("waiting", Text, nullable=False, default="", server_default=text("''")),
    Column("team", String(100), nullable=False, default=""),
    Column("created_by", String(64), nullable=False),
    Column("approved_by", String(64), nullable=False, default="", server_default=text("''")),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", COUNTED, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(50), nullable=False),
    Column("object", String(100), nullable=False, default=""),
    Column("detail", Text, nullable=False, default="{}"),
    Column("request_id", String(64), nullable=False, default=""),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ix_audit_object", "object", "seq"),
    Index("ix_audit_who", "who", "seq"),
    Index("ix_audit_action", "action", "seq"),
)
