"""Re-scoring: runs, the chunks that processes take, and what became of each call."""

from __future__ import annotations

from sqlalchemy import (
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
    false,
)

from qa_service.stores.engine import UtcTime
from qa_service.stores.tables.base import metadata

rescores = Table(
    "rescores",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("is_paused", Boolean, nullable=False, default=False, server_default=false()),
    #: By which rulebook; its texts stay in `rulebooks` for as long as anything names the digest.
    Column("rulebook", String(64), nullable=False),
    Column("rulebook_name", String(100), nullable=False),
    Column("rulebook_version", Integer, nullable=False),
    #: core.rescores.Selection and Volume, as JSON.
    Column("selection", Text, nullable=False),
    Column("volume", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
    Column("created_by", String(64), nullable=False),
    #: By which other rulebook the calls are judged for comparison; empty where by none.
    Column("against", String(64), nullable=False, default=""),
    Column("against_name", String(100), nullable=False, default=""),
    #: Not before; null where at once.
    Column("starts_at", UtcTime),
    Column("total", Integer),
    Column("candidates", Integer, nullable=False, default=0),
    Column("began_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("decided_by", String(64), nullable=False, default=""),
    Column("decided_at", UtcTime),
    Column("note", Text, nullable=False, default=""),
    #: core.rescores.Choice, as JSON; empty before anything is approved.
    Column("choice", Text, nullable=False, default=""),
    #: What is different, counted (usecases/rescored_file.py); null before all calls are compared.
    Column("diff", LargeBinary),
    Column("error_code", String(100), nullable=False, default=""),
    #: Who begins or ends a phase; rises with every turn, like that of jobs.
    Column("fence", Integer, nullable=False, default=0),
    Column("node", String(64), nullable=False, default=""),
    Index("ix_rescores_state", "state", "created_at"),
)

#: Runs that come again.
rescore_plans = Table(
    "rescore_plans",
    metadata,
    Column("name", String(60), primary_key=True),
    #: core.rescore_plans.PlanToKeep, and core.people.Sight, as JSON.
    Column("wanted", Text, nullable=False),
    Column("sight", Text, nullable=False),
    Column("next_at", UtcTime),
    Column("made_by", String(64), nullable=False),
    Column("last_run", String(36), nullable=False, default=""),
    Column("problem", String(100), nullable=False, default=""),
)

rescore_chunks = Table(
    "rescore_chunks",
    metadata,
    Column("run_id", String(36), ForeignKey("rescores.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    #: Where its calls stand (`calls.seq`), as JSON.
    Column("seqs", LargeBinary, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("fence", Integer, nullable=False, default=0),
    Column("node", String(64), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("ended_at", UtcTime),
    Index("ix_rescore_chunks_state", "run_id", "state", "number"),
)

#: One row for each call of a run that is compared.
rescore_calls = Table(
    "rescore_calls",
    metadata,
    Column("run_id", String(36), ForeignKey("rescores.id", ondelete="CASCADE"), primary_key=True),
    Column("call_id", String(36), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("fate", String(10), nullable=False),
    #: Why it is left out or changed; empty else.
    Column("reason", String(100), nullable=False, default=""),
    #: The machine's evaluation that it is compared with.
    Column("former_id", String(36), nullable=False, default=""),
    Column("is_changed", Boolean, nullable=False, default=False, server_default=false()),
    Column("is_flip", Boolean, nullable=False, default=False, server_default=false()),
    #: How many points the score moves, without its sign; null where one of both is unknown.
    Column("shift", Float),
    #: Both verdicts (usecases/rescored_file.py); empty where it is left out.
    Column("content", LargeBinary, nullable=False),
    Index("ix_rescore_calls_number", "run_id", "number"),
    Index("ix_rescore_calls_changed", "run_id", "is_changed", "is_flip", "shift"),
    #: For the deletion of a call.
    Index("ix_rescore_calls_call", "call_id"),
)
