"""What other systems tell: outcomes, agents, teams."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, text

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", String(36), primary_key=True),
    #: Of what it is about, its kind, source and time: told twice, it stands once.
    Column("digest", String(64), nullable=False, unique=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE")),
    Column("customer", String(200), nullable=False, default=""),
    Column("kind", String(10), nullable=False),
    Column("value", Float, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("source", String(100), nullable=False),
    #: Of a customer: for which team somebody bound to teams told it; empty where it is the centre's word.
    Column("team", String(100), nullable=False, default="", server_default=text("''")),
    Column("told_by", String(64), nullable=False),
    Column("told_at", UtcTime, nullable=False),
    Index("ix_outcomes_call", "call_id"),
    Index("ix_outcomes_customer", "customer"),
)

agents = Table(
    "agents",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("shown_as", String(100), nullable=False, default=""),
    Column("extension", String(100), nullable=False, default=""),
    Column("changed_at", UtcTime, nullable=False),
)

teams = Table(
    "teams",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("shown_as", String(100), nullable=False, default=""),
    Column("changed_at", UtcTime, nullable=False),
)

agent_teams = Table(
    "agent_teams",
    metadata,
    Column("agent_id", String(100), ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("team", String(100), ForeignKey("teams.name"), nullable=False),
    Column("since", UtcTime),
    Column("until", UtcTime),
    Index("ix_agent_teams_team", "team"),
)
