"""Calls as those who read them may see them: every call that leaves the store goes through here.

Numbers of people in names are covered, and agents see their own part's score and findings, not a colleague's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from qa_service.core.findings import Severity
from qa_service.core.people import Sight
from qa_service.core.reviews import Verdict
from qa_service.core.stored import StoredCall
from qa_service.stores import evaluated
from qa_service.stores.tables import call_agents
from qa_service.usecases.masking import masked_call
from qa_service.usecases.own_part import own_part

_SEVERITIES = {severity.word: severity for severity in Severity}


def agent_of(sight: Sight) -> str:
    """The agent who sees no more than their own part; empty for others."""
    return "" if sight.everything else sight.agent_id


def shown(connection: sa.Connection, sight: Sight, found: Sequence[StoredCall]) -> tuple[StoredCall, ...]:
    """The same calls, masked, with the figures of the reader's own part where there are several agents."""
    agent = agent_of(sight)
    shared = _shared(connection, [call.id for call in found]) if agent else frozenset()
    return tuple(masked_call(_own(connection, call, agent) if call.id in shared else call) for call in found)


def history(
    connection: sa.Connection, sight: Sight, call_id: str, rows: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """The same evaluations, with the scores of the reader's own part."""
    agent = agent_of(sight)
    if not agent or not _shared(connection, [call_id]):
        return rows
    documents = evaluated.documents(connection, call_id)
    return [{**row, **_scores(documents.get(row["id"]), agent)} for row in rows]


def _shared(connection: sa.Connection, call_ids: Sequence[str]) -> frozenset[str]:
    several = sa.func.count() > 1
    query = sa.select(call_agents.c.call_id).where(call_agents.c.call_id.in_(call_ids))
    return frozenset(connection.execute(query.group_by(call_agents.c.call_id).having(several)).scalars())


def _own(connection: sa.Connection, call: StoredCall, agent: str) -> StoredCall:
    kept = evaluated.documents(connection, call.id, is_current=True)
    mine = [own_part(document, agent) for document in kept.values()]
    said = (one for document in mine for one in document["findings"])
    found = {one["id"]: one for one in said if one["verdict"] != Verdict.DISMISSED}
    worst = max((_SEVERITIES[one["severity"]] for one in found.values()), default=None)
    return replace(
        call,
        **_scores(next(iter(kept.values()), None), agent),
        worst="" if worst is None else worst.word,
        findings=len(found),
        needs_human=sum(one["needs_human"] for one in found.values()),
    )


def _scores(document: Mapping[str, Any] | None, agent: str) -> dict[str, Any]:
    """Score and pass of the agent's part; unknown where the document is gone."""
    evaluation = (own_part(document, agent)["evaluation"] if document else None) or {}
    return {"score": evaluation.get("score"), "passed": evaluation.get("passed")}
