"""The tables, as the migrations make them. Documents are stored as compressed JSON by digest, not by column."""

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from qa_service.stores.engine import UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: SQLite counts rows only in a column of exactly this type.
_COUNTED = BigInteger().with_variant(Integer, "sqlite")

calls = Table(
    "calls",
    metadata,
    Column("seq", _COUNTED, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("external_id", String(200), nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("source", String(100), nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("line", String(100), nullable=False, default=""),
    Column("skill_group", String(100), nullable=False, default=""),
    Column("direction", String(10), nullable=False, default=""),
    Column("customer", String(200), nullable=False, default=""),
    Column("started_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("sha256", String(64), nullable=False, default=""),
    Column("file_name", String(255), nullable=False, default=""),
    Column("bytes", BigInteger, nullable=False, default=0),
    Column("audio_key", String(255), nullable=False, default=""),
    Column("data_key", LargeBinary),
    Column("agent_channel", Integer),
    Column("is_text", Boolean, nullable=False, default=False),
    Column("are_swapped", Boolean, nullable=False, default=False),
    Column("envelope", Text, nullable=False),
    Column("duration_ms", BigInteger),
    Column("status", String(16), nullable=False, default=""),
    Column("score", Float),
    Column("passed", Boolean),
    Column("worst", String(10), nullable=False, default=""),
    Column("findings", Integer, nullable=False, default=0),
    Column("needs_human", Integer, nullable=False, default=0),
    Column("reason", String(100), nullable=False, default=""),
    Column("fence", Integer, nullable=False, default=0),
    Index("ix_calls_created", "created_at", "seq"),
    Index("ix_calls_team_created", "team", "created_at", "seq"),
    Index("ix_calls_state_created", "state", "created_at", "seq"),
    Index("ix_calls_score", "score", "seq"),
    Index("ix_calls_external", "external_id"),
    Index("ix_calls_sha256", "sha256"),
    Index("ix_calls_customer", "customer", "created_at"),
)

#: Whose call it is: an agent sees a call that stands here with their id, and nothing else.
call_agents = Table(
    "call_agents",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("agent_id", String(100), primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Index("ix_call_agents_agent", "agent_id", "created_at"),
)

measured = Table(
    "measured",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    #: Digest of the producers and settings of all parts.
    Column("made_by", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("timings", Text, nullable=False, default="{}"),
    Column("created_at", UtcTime, nullable=False),
)

rulebooks = Table(
    "rulebooks",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    #: One piece of work evaluates once: a zombie's second result has nowhere to stand.
    Column("job_id", String(36), nullable=False),
    Column("origin", String(10), nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("score", Float),
    Column("passed", Boolean),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("job_id"),
    Index("ix_evaluations_call", "call_id", "created_at"),
)

findings = Table(
    "findings",
    metadata,
    Column("evaluation_id", String(36), ForeignKey("evaluations.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("call_id", String(36), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("role", String(10), nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("needs_human", Boolean, nullable=False),
    Index("ix_findings_call", "call_id"),
    Index("ix_findings_rule", "rule", "call_id"),
)

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
    Index("ix_jobs_state", "state", "node"),
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
    Column("created_at", UtcTime, nullable=False),
)

#: Processes that work; one that was not seen for a while is dead, and its work is taken over.
nodes = Table(
    "nodes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False, index=True),
)

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

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("team", String(100), nullable=False, default=""),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _COUNTED, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(50), nullable=False),
    Column("object", String(100), nullable=False, default=""),
    Column("detail", Text, nullable=False, default="{}"),
    Column("request_id", String(64), nullable=False, default=""),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ix_audit_object", "object", "seq"),
)

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
