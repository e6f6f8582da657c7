"""The tables, as the migrations make them."""

from qa_service.stores.tables.base import metadata
from qa_service.stores.tables.calls import call_agents, calls, evaluations, findings, measured
from qa_service.stores.tables.outside import deliveries, webhooks
from qa_service.stores.tables.people import api_keys, audit, sessions, user_teams, users
from qa_service.stores.tables.rules import call_routes, drafts, routing_tables, rulebooks
from qa_service.stores.tables.sources import cdr_records, lent_sound, logins, source_items, sources
from qa_service.stores.tables.work import idempotency, jobs, nodes, stages

__all__ = [
    "api_keys",
    "audit",
    "call_agents",
    "call_routes",
    "calls",
    "cdr_records",
    "deliveries",
    "drafts",
    "evaluations",
    "findings",
    "idempotency",
    "jobs",
    "lent_sound",
    "logins",
    "measured",
    "metadata",
    "nodes",
    "routing_tables",
    "rulebooks",
    "sessions",
    "source_items",
    "sources",
    "stages",
    "user_teams",
    "users",
    "webhooks",
]
