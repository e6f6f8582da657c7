"""Calls, what was measured in them and how they were judged. Documents are kept as compressed JSON."""

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
    UniqueConstraint,
    text,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import COUNTED, metadata

_FOR_PEOPLE = text("needs_human > 0")
#: Calls of which somebody said who the customer is. A query that is to use the index says it with these words.
OF_SOMEBODY = text("customer <> ''")

calls = Table(
    "calls",
    metadata,
    Column("seq", COUNTED, primary_key=True, autoincrement=True),
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
    Column("are_roles_confirmed", Boolean, nullable=False, default=False),
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
    Index("ix_calls_started", "started_at", "seq"),
    #: Lists are read in the order of seq (stores/lists.py).
    Index("ix_calls_team", "team", "seq"),
    Index("ix_calls_state", "state", "seq"),
    Index("ix_calls_line", "line", "seq"),
    Index("ix_calls_skill_group", "skill_group", "seq"),
    Index("ix_calls_for_people", "seq", sqlite_where=_FOR_PEOPLE, postgresql_where=_FOR_PEOPLE),
    Index("ix_calls_score", "score", "seq"),
    Index("ix_calls_passed", "passed", "seq"),
    Index("ix_calls_source", "source", "seq"),
    Index("ix_calls_external", "external_id"),
    Index("ix_calls_sha256", "sha256"),
    #: A customer's calls by when they began; those of an unknown start by when they came in (stores/history.py).
    Index("ix_calls_customer", "customer", "started_at", "created_at"),
    Index("ix_calls_known", "created_at", "seq", sqlite_where=OF_SOMEBODY, postgresql_where=OF_SOMEBODY),
)

#: Whose call it is: an agent sees a call that stands here with their id, and nothing else.
call_agents = Table(
    "call_agents",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("agent_id", String(100), primary_key=True),
    #: The call's, so that an agent's own list is read in order.
    Column("seq", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    #: What the listed evaluation says of this agent's part; unknown where it says nothing.
    Column("score", Float),
    Column("passed", Boolean),
    Index("ix_call_agents_agent", "agent_id", "seq"),
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
    #: The call made ready to be judged again in no time (usecases/ready_file.py), and what it hangs on; null before
    #: anybody judged it since. Nothing stands in it that is not made anew from `content`.
    Column("ready", LargeBinary),
    Column("ready_key", String(32), nullable=False, default="", server_default=text("''")),
)

#: Every evaluation that a call ever got. Several rulebooks may judge one call: of each, one evaluation is current.
evaluations = Table(
    "evaluations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    #: One piece of work evaluates once by each rulebook: a zombie's second result has nowhere to stand.
    Column("job_id", String(36), nullable=False),
    Column("origin", String(10), nullable=False),
    Column("rulebook", String(64), nullable=False),
    Column("rulebook_name", String(100), nullable=False, default=""),
    Column("rulebook_version", Integer, nullable=False, default=0),
    #: The routing table that chose the rulebook; 0 where there was none.
    Column("routing_version", Integer, nullable=False, default=0),
    Column("is_current", Boolean, nullable=False),
    #: The call's list shows this one's score.
    Column("is_listed", Boolean, nullable=False, default=True),
    Column("status", String(16), nullable=False),
    #: Of the whole call (core/outcome.py).
    Column("score", Float),
    Column("passed", Boolean),
    #: Of each agent, in order: [[agent_id, score, passed], …]; empty for those of before that have one agent.
    Column("parts", Text, nullable=False, default="[]", server_default=text("'[]'")),
    Column("document", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    #: What it was made from beside its findings (usecases/revise.py); empty for those of before.
    Column("basis", LargeBinary),
    #: What stands of it, for whoever compares (usecases/standing_file.py), after what it was made of (32 digits); null
    #: for those of before, and for people's.
    Column("standing", LargeBinary),
    #: The machine's evaluation that people's verdicts made this one from; empty for all others.
    Column("machine_id", String(36), nullable=False, default="", server_default=text("''")),
    UniqueConstraint("job_id", "rulebook_name"),
    Index("ix_evaluations_call", "call_id", "created_at"),
    Index("ix_evaluations_rulebook", "rulebook_name", "call_id"),
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
    #: In whose part of the call; empty where nobody knows, and of findings of before.
    Column("agent_id", String(100), nullable=False, default="", server_default=text("''")),
    #: What a person said about it (core/reviews.py); empty where nobody did.
    Column("verdict", String(10), nullable=False, default="", server_default=text("''")),
    Index("ix_findings_call", "call_id"),
    Index("ix_findings_rule", "rule", "call_id"),
)
