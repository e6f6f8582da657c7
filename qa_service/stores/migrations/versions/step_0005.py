"""How long calls are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from qa_service.stores.engine import UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Classes, holds, and what was deleted of calls."""
    op.create_table(
        "retention_classes",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("sound_days", sa.Integer(), nullable=True),
        sa.Column("text_days", sa.Integer(), nullable=True),
        sa.Column("rest_days", sa.Integer(), nullable=True),
        sa.Column("keeps_figures", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("in_force_at", UtcTime(), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_classes")),
    )
    op.create_table(
        "call_keeping",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("retention", sa.String(length=50), nullable=False),
        sa.Column("marked", sa.String(length=30), nullable=False),
        sa.Column("keeps_figures", sa.Boolean(), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("marked_for", sa.String(length=100), nullable=False),
        sa.Column("text_gone_at", UtcTime(), nullable=True),
        sa.Column("figures_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_keeping_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_keeping")),
    )
    op.create_index("ix_call_keeping_marked", "call_keeping", ["marked"])
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_table(
        "hold_calls",
        sa.Column("hold_id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_hold_calls_call_id")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name=op.f("fk_hold_calls_hold_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hold_id", "call_id", name=op.f("pk_hold_calls")),
    )
    op.create_index("ix_hold_calls_call", "hold_calls", ["call_id"])
    _schedules()
    _drawn_and_reported()
    _told_by_others()


def _schedules() -> None:
    schedules = op.create_table(
        "schedules",
        sa.Column("task", sa.String(length=30), nullable=False),
        sa.Column("at", sa.String(length=100), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("next_at", UtcTime(), nullable=True),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_schedules")),
    )
    fresh = {"is_on": True, "state": "never", "node": "", "fence": 0, "result": "{}"}
    times = {
        "retention": ("30 2 * * *", None),
        "cleanup": ("10 * * * *", None),
        "unfinished-uploads": ("40 3 * * *", None),
        "reconciliation": ("0 6 * * *", None),
        "search-index": ("10 3 * * *", None),
        "audit-checkpoint": ("5 0 * * *", None),
        "sampling": ("0 4 * * 1", 3),
        "reports": ("30 4 * * 1", None),
    }
    op.bulk_insert(
        schedules,
        [{"task": task, "at": at, "amount": amount, **fresh} for task, (at, amount) in times.items()],
    )


def _drawn_and_reported() -> None:
    op.create_table(
        "draws",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("drawn_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_draws")),
    )
    op.create_table(
        "samples",
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["week"], ["draws.week"], name=op.f("fk_samples_week"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_samples_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("week", "agent_id", "call_id", name=op.f("pk_samples")),
    )
    op.create_index("ix_samples_call", "samples", ["call_id"])
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("week", "team", "form", name=op.f("uq_reports_week_team_form")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_checkpoints")),
    )


def _told_by_others() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_outcomes_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("digest", name=op.f("uq_outcomes_digest")),
    )
    op.create_index("ix_outcomes_call", "outcomes", ["call_id"])
    op.create_index("ix_outcomes_customer", "outcomes", ["customer"])
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("shown_as", sa.String(length=100), nullable=False),
        sa.Column("extension", sa.String(length=100), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
    )
    op.create_table(
        "teams",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("shown_as", sa.String(length=100), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_teams")),
    )
    op.create_table(
        "agent_teams",
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("since", UtcTime(), nullable=True),
        sa.Column("until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_teams_agent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team"], ["teams.name"], name=op.f("fk_agent_teams_team")),
        sa.PrimaryKeyConstraint("agent_id", "position", name=op.f("pk_agent_teams")),
    )
    op.create_index("ix_agent_teams_team", "agent_teams", ["team"])


def downgrade() -> None:
    """Undoes it."""
    later = (
        "agent_teams",
        "teams",
        "agents",
        "outcomes",
        "audit_checkpoints",
        "reports",
        "samples",
        "draws",
        "schedules",
    )
    for table in (*later, "hold_calls", "holds", "call_keeping", "retention_classes"):
        op.drop_table(table)
