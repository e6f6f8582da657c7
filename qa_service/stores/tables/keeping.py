"""How long calls are kept, and what stops their deletion."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

retention_classes = Table(
    "retention_classes",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("sound_days", Integer),
    Column("text_days", Integer),
    Column("rest_days", Integer),
    Column("keeps_figures", Boolean, nullable=False, default=False),
    Column("is_default", Boolean, nullable=False, default=False),
    #: Nothing is deleted by a class that is not in force.
    Column("in_force_at", UtcTime),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

#: Beside `calls`, for those calls alone that have a class of their own or lost something.
call_keeping = Table(
    "call_keeping",
    metadata,
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    #: Empty: the default class.
    Column("retention", String(50), nullable=False, default=""),
    #: Parts whose deletion was decided and is not done yet, in words; there is no way back from here.
    Column("marked", String(30), nullable=False, default=""),
    Column("keeps_figures", Boolean, nullable=False, default=False),
    #: Who decided: a user, or `machine` for a class.
    Column("marked_by", String(64), nullable=False, default=""),
    Column("marked_for", String(100), nullable=False, default=""),
    Column("text_gone_at", UtcTime),
    Column("figures_at", UtcTime),
    Index("ix_call_keeping_marked", "marked"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("because", Text, nullable=False),
    Column("placed_by", String(64), nullable=False),
    Column("placed_at", UtcTime, nullable=False),
    #: How many calls it was placed on.
    Column("calls", Integer, nullable=False),
    #: Placed by somebody without a border of teams; nobody who has one lifts it.
    Column("is_centre_wide", Boolean, nullable=False, default=True),
    Column("lifted_at", UtcTime),
    Column("lifted_by", String(64), nullable=False, default=""),
    Column("lifted_because", Text, nullable=False, default=""),
)

#: The calls of a hold. No cascade from calls: a call under hold is not deleted, and the database says so too.
hold_calls = Table(
    "hold_calls",
    metadata,
    Column("hold_id", String(36), ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id"), primary_key=True),
    Index("ix_hold_calls_call", "call_id"),
)
