"""Calls as those who read them may see them: every call that leaves the store goes through here.

Numbers of people in names are covered. Agents see their own part's score and findings, not a colleague's, and nothing
that is only observed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from qa_service.core.findings import Severity
from qa_service.core.people import Sight
from qa_service.core.reviews import Verdict
from qa_service.core.stored import WHO_IS_WHO, StoredCall
from qa_service.stores import call_row, evaluated
from qa_service.stores.own_findings import is_told
from qa_service.stores.tables import call_agents, findings
from qa_service.usecases.masking import masked_call
from qa_service.usecases.own_part import own_part
from qa_service.usecases.told_part import told_part

_SEVERITIES = {severity.word: severity for severity in Severity}


def agent_of(sight: Sight) -> str:
    """The agent who sees no more than their own part; empty for others."""
    return "" if sight.everything else sight.agent_id


def shown(connection: sa.Connection, sight: Sight, found: Sequence[StoredCall]) -> tuple[StoredCall, ...]:
    """The same calls, masked, with the figures of the reader's own part where there are several agents."""
    agent = agent_of(sight)
    if not agent:
        return tuple(map(masked_call, found))
    ids = [call.id for call in found]
    shared, observed = _shared(connection, ids), _observed(connection, ids)
    return tuple(
        masked_call(
            _own(connection, call, agent)
            if call.id in shared
            else _told(connection, call)
            if call.id in observed
            else call
        )
        for call in found
    )


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


def _observed(connection: sa.Connection, call_ids: Sequence[str]) -> frozenset[str]:
    """The calls in which something was found that agents are not told of."""
    query = sa.select(findings.c.call_id).where(findings.c.call_id.in_(call_ids), ~is_told()).distinct()
    return frozenset(connection.execute(query).scalars())


def _told(connection: sa.Connection, call: StoredCall) -> StoredCall:
    """The call with the figures of what agents are told of."""
    found = call_row.standing(connection, call.id, is_told())
    worst = max((severity for severity, _ in found), default=None)
    return replace(
        call,
        worst="" if worst is None else Severity(worst).word,
        findings=len(found),
        needs_human=sum(waits for _, waits in found) + (call.reason in WHO_IS_WHO),
    )


def _own(connection: sa.Connection, call: StoredCall, agent: str) -> StoredCall:
    kept = evaluated.documents(connection, call.id, is_current=True)
    mine = [told_part(own_part(document, agent)) for document in kept.values()]
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
