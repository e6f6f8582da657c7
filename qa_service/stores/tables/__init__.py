"""The tables, as the migrations make them."""

from qa_service.stores.tables.base import metadata
from qa_service.stores.tables.calls import call_agents, calls, evaluations, findings, measured
from qa_service.stores.tables.outside import deliveries, webhooks
from qa_service.stores.tables.people import api_keys, audit, sessions, user_teams, users
from qa_service.stores.tables.rules import call_routes, drafts, routing_tables, rulebooks
from qa_service.stores.tables.work import idempotency, jobs, nodes, stages

__all__ = [
    "api_keys",
    "audit",
    "call_agents",
    "call_routes",
    "calls",
    "deliveries",
    "drafts",
    "evaluations",
    "findings",
    "idempotency",
    "jobs",
    "measured",
    "metadata",
    "nodes",
    "routing_tables",
    "rulebooks",
    "sessions",
    "stages",
    "user_teams",
    "users",
    "webhooks",
]
