"""The tables, as the migrations make them."""

from qa_service.stores.tables.arrivals import batch_rows, batches, fetches, renditions, upload_pieces, uploads
from qa_service.stores.tables.base import metadata
from qa_service.stores.tables.calls import call_agents, calls, evaluations, findings, measured, rulebooks
from qa_service.stores.tables.outside import deliveries, webhooks
from qa_service.stores.tables.people import api_keys, audit, sessions, user_teams, users
from qa_service.stores.tables.work import idempotency, jobs, nodes, stages

__all__ = [
    "api_keys",
    "audit",
    "batch_rows",
    "batches",
    "call_agents",
    "calls",
    "deliveries",
    "evaluations",
    "fetches",
    "findings",
    "idempotency",
    "jobs",
    "measured",
    "metadata",
    "nodes",
    "renditions",
    "rulebooks",
    "sessions",
    "stages",
    "upload_pieces",
    "uploads",
    "user_teams",
    "users",
    "webhooks",
]
