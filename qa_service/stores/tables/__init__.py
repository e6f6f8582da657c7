"""The tables, as the migrations make them."""

from qa_service.stores.tables.arrivals import batch_rows, batches, fetches, renditions, upload_pieces, uploads
from qa_service.stores.tables.base import metadata
from qa_service.stores.tables.business import agent_teams, agents, outcomes, teams
from qa_service.stores.tables.calls import call_agents, calls, evaluations, findings, measured
from qa_service.stores.tables.keeping import call_keeping, hold_calls, holds, retention_classes
from qa_service.stores.tables.outside import deliveries, webhooks
from qa_service.stores.tables.people import api_keys, audit, sessions, sign_in_tries, user_teams, users
from qa_service.stores.tables.rescoring import rescore_calls, rescore_chunks, rescore_plans, rescores
from qa_service.stores.tables.reviewing import alert_steps, alerts, reviews
from qa_service.stores.tables.rules import call_routes, drafts, routing_tables, rulebook_meanings, rulebooks
from qa_service.stores.tables.schedules import audit_checkpoints, draws, reports, samples, schedules
from qa_service.stores.tables.sources import cdr_records, lent_sound, logins, source_items, sources
from qa_service.stores.tables.work import idempotency, jobs, nodes, seals, stages

__all__ = [
    "agent_teams",
    "agents",
    "alert_steps",
    "alerts",
    "api_keys",
    "audit",
    "audit_checkpoints",
    "batch_rows",
    "batches",
    "call_agents",
    "call_keeping",
    "call_routes",
    "calls",
    "cdr_records",
    "deliveries",
    "drafts",
    "draws",
    "evaluations",
    "fetches",
    "findings",
    "hold_calls",
    "holds",
    "idempotency",
    "jobs",
    "lent_sound",
    "logins",
    "measured",
    "metadata",
    "nodes",
    "outcomes",
    "renditions",
    "reports",
    "rescore_calls",
    "rescore_chunks",
    "rescore_plans",
    "rescores",
    "retention_classes",
    "reviews",
    "routing_tables",
    "rulebook_meanings",
    "rulebooks",
    "samples",
    "schedules",
    "seals",
    "sessions",
    "sign_in_tries",
    "source_items",
    "sources",
    "stages",
    "teams",
    "upload_pieces",
    "uploads",
    "user_teams",
    "users",
    "webhooks",
]
