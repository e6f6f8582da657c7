"""What came of each agent's part of a call, beside the evaluation that says so and beside whose call it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from qa_service.core.part_scores import PartScore, all_passed, lowest_score
from qa_service.stores.tables import call_agents


def columns(parts: Sequence[PartScore]) -> dict[str, Any]:
    """Of an evaluation: every part, and what they make of the call together."""
    told = [[part.agent_id, part.score, part.passed] for part in parts]
    return {
        "score": lowest_score(parts),
        "passed": all_passed(parts),
        "parts": json.dumps(told, ensure_ascii=False, separators=(",", ":")),
    }


def parts(kept: str) -> tuple[PartScore, ...]:
    """What `columns` wrote; empty where it was written before parts were kept."""
    return tuple(PartScore(*one) for one in json.loads(kept or "[]"))


def show(connection: sa.Connection, call_id: str, listed: Any) -> None:
    """Books the listed evaluation to the call's agents, each their own part.

    What is nobody's by name is the agent's who alone had the call; of several, nobody's.
    """
    kept, told = call_agents.c, parts(listed.parts)
    agents = connection.execute(sa.select(kept.agent_id).where(kept.call_id == call_id)).scalars().all()
    by_agent = {part.agent_id: part for part in told if part.agent_id}
    whole = PartScore("", listed.score, listed.passed) if len(agents) == 1 and len(told) <= 1 else _UNKNOWN
    for agent in agents:
        part = by_agent.get(agent, whole)
        row = call_agents.update().where(kept.call_id == call_id, kept.agent_id == agent)
        connection.execute(row.values(score=part.score, passed=part.passed))


_UNKNOWN = PartScore("", None, None)
