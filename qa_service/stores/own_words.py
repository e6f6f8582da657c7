"""Looking for words as an agent: of a call that is also a colleague's, what was said in the agent's own part counts.

The index holds each call as a whole. Where others share a call that it brings, the words are looked for once more, in
the part alone: such calls are few.
"""

from __future__ import annotations

import sqlalchemy as sa

from qa_service.stores import evaluated
from qa_service.stores.own_findings import is_shared
from qa_service.stores.search import Search
from qa_service.stores.tables import call_agents, calls
from qa_service.stores.words import words
from qa_service.usecases.own_part import said_in_own_part

#: Of an agent's shared calls with the words, only so many of the newest are looked into; older ones are not found.
MOST_SHARED = 500


def said_by_own(connection: sa.Connection, sought: Search, agent: str) -> sa.ColumnElement[bool]:
    """That the words were said in a call of this agent alone, or in this agent's part of it."""
    shared = (
        sa.select(calls.c.id)
        .select_from(call_agents.join(calls, calls.c.seq == call_agents.c.seq))
        .where(call_agents.c.agent_id == agent, is_shared(calls.c.id, agent), sought.is_in(calls.c.seq))
        .order_by(call_agents.c.seq.desc())
        .limit(MOST_SHARED)
    )
    ids = connection.execute(shared).scalars().all()
    own = [call_id for call_id in ids if _is_said(connection, sought, call_id, agent)]
    return sa.or_(~is_shared(calls.c.id, agent), calls.c.id.in_(own))


def _is_said(connection: sa.Connection, sought: Search, call_id: str, agent: str) -> bool:
    document = evaluated.current(connection, call_id)
    if document is None:
        return False
    said = [f" {' '.join(words(text))} " for text in said_in_own_part(document, agent)]
    return all(any(f" {phrase} " in text for text in said) for phrase in sought.phrases)
