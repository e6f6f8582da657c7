"""Lists of stored calls, newest first, in the same time whether there are a thousand or a million.

A page reads the calls in their order and stops when it is full. What decides is where the reading goes along: all
calls, one agent's calls, or the places of a word. Databases guess that from the numbers of rows they expect, and a
wrong guess reads everything; here it is said, and where it depends on the data, a small sample is counted first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.lists import Filter, Page
from qa_service.core.people import Sight
from qa_service.stores.calls import stored, visible
from qa_service.stores.engine import UtcTime
from qa_service.stores.own_findings import waits_told
from qa_service.stores.own_words import said_by_own
from qa_service.stores.search import Way, search
from qa_service.stores.tables import call_agents, calls, evaluations

#: One page of a list; more is asked for with the cursor.
MOST_ROWS = 200
#: Up to so many calls are sorted; more are read in their order until the page is full.
_FEW = 2_000
#: So many are read past before it is asked where reading should begin.
_MANY = 10_000
#: Clocks of nodes may differ by as much as this, and calls that came in together stand in any order.
_SKEW = timedelta(days=1)
#: The same columns, without their indexes: for what is only looked at while reading in order.
_CREATED: sa.ColumnElement[Any] = sa.literal_column("calls.created_at + 0", UtcTime())
_STARTED: sa.ColumnElement[Any] = sa.literal_column("calls.started_at + 0", UtcTime())
_SCORE: sa.ColumnElement[Any] = sa.literal_column("calls.score + 0", sa.Float())


def page(
    connection: sa.Connection, sight: Sight, wanted: Filter, *, limit: int = 50, before: int | None = None
) -> Page:
    """One page, newest first; `before` is the cursor of the page before."""
    limit, way = min(limit, MOST_ROWS), along(connection, sight, wanted)
    query = sa.select(calls).select_from(way.rows).where(*way.conditions)
    if before is not None:
        query = query.where(way.seq < before)
    rows = connection.execute(query.order_by(way.seq.desc()).limit(limit + 1)).all()
    cursor = rows[limit - 1].seq if len(rows) > limit else None
    return Page(tuple(map(stored, rows[:limit])), cursor)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands in the order of lists, and its id."""

    seq: int
    id: str


def places(
    connection: sa.Connection,
    sight: Sight,
    wanted: Filter,
    *also: sa.ColumnElement[bool],
    limit: int,
    before: int | None = None,
) -> list[Place]:
    """Where the newest calls stand that a list with this filter would show, after the place `before`.

    `also` is asked of their rows besides.
    """
    way = along(connection, sight, wanted)
    query = sa.select(way.seq, calls.c.id).select_from(way.rows).where(*way.conditions, *also)
    if before is not None:
        query = query.where(way.seq < before)
    return [Place(*row) for row in connection.execute(query.order_by(way.seq.desc()).limit(limit))]


def along(connection: sa.Connection, sight: Sight, wanted: Filter) -> Way:
    """Along which rows to read, in the order of `seq`, and all that a filter and the reader's sight ask of them."""
    way = _way(connection, sight, wanted)
    own = _own(sight)
    judged = _of_own_part(own, wanted) if own else _scores(connection, wanted)
    asked = (*_conditions(wanted), *judged, *_judged_by(connection, wanted.rulebook))
    asked = (*asked, *_days(connection, wanted, way), *_began(connection, wanted))
    return Way(way.rows, way.seq, (_may_see(sight), *way.conditions, *asked))


def selected(connection: sa.Connection, sight: Sight, wanted: Filter) -> sa.Select[Any]:
    """The ids of all calls that a list with this filter would show, as a query."""
    way = along(connection, sight, wanted)
    return sa.select(calls.c.id).select_from(way.rows).where(*way.conditions)


def _own(sight: Sight) -> str:
    """Of an agent, who sees their own calls alone; empty for others."""
    return "" if sight.everything else sight.agent_id


def _may_see(sight: Sight) -> sa.ColumnElement[bool]:
    """For an agent the way itself leads along what they see."""
    return sa.true() if _own(sight) else visible(sight)


def _way(connection: sa.Connection, sight: Sight, wanted: Filter) -> Way:
    agents = sorted({agent for agent in (wanted.agent_id, _own(sight)) if agent})
    way = _along(agents)
    if not wanted.text:
        return way
    sought = search(connection, wanted.text)
    if sought is None:
        return Way(way.rows, way.seq, (sa.false(),))
    own = _own(sight)
    asked = (said_by_own(connection, sought, own),) if own else ()
    is_alone = not agents and wanted == Filter(text=wanted.text)
    if (sought.is_ordered and is_alone) or sought.is_rare(connection):
        found = sought.way()
        return Way(found.rows, found.seq, (*found.conditions, *map(_is_of, agents), *asked))
    return Way(way.rows, way.seq, (*way.conditions, sought.is_in(calls.c.seq), *asked))


def _along(agents: Sequence[str]) -> Way:
    """All calls, or those of the first agent that are the others' too."""
    if not agents:
        return Way(calls, calls.c.seq)
    first, *others = agents
    own = call_agents.join(calls, calls.c.seq == call_agents.c.seq)
    return Way(own, call_agents.c.seq, (call_agents.c.agent_id == first, *map(_is_of, others)))


def _is_of(agent: str) -> sa.ColumnElement[bool]:
    """That a call is this agent's."""
    own = call_agents.alias()
    return sa.exists().where(own.c.call_id == calls.c.id, own.c.agent_id == agent)


def _conditions(wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    for column, value in (
        (calls.c.line, wanted.line),
        (calls.c.skill_group, wanted.skill_group),
        (calls.c.external_id, wanted.external_id),
        (calls.c.team, wanted.team),
        (calls.c.source, wanted.source),
        (calls.c.direction, wanted.direction.value if wanted.direction else ""),
    ):
        if value:
            yield column == value
    if wanted.states:
        yield calls.c.state.in_([state.value for state in wanted.states])
    if wanted.needs_human:
        # Written out: the index of these calls alone is taken only by who names its very condition.
        yield calls.c.needs_human > sa.literal_column("0")


def _of_own_part(agent: str, wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    """Agents do not ask for a colleague's part: what waits is in theirs, and so is what was scored and passed."""
    if wanted.needs_human:
        yield waits_told(agent)
    own = call_agents.alias()
    mine = sa.exists().where(own.c.call_id == calls.c.id, own.c.agent_id == agent)
    if wanted.below is not None:
        yield mine.where(own.c.score < wanted.below)
    if wanted.passed is not None:
        yield mine.where(own.c.passed.is_(wanted.passed))


def _scores(connection: sa.Connection, wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.passed is not None:
        yield calls.c.passed.is_(wanted.passed)
    if wanted.below is None:
        return
    lower = sa.select(calls.c.seq).where(calls.c.score < wanted.below)
    few = lower.limit(_FEW + 1).subquery()
    count = connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one()
    yield calls.c.seq.in_(lower) if count <= _FEW else wanted.below > _SCORE


def _judged_by(connection: sa.Connection, rulebook: str) -> Iterator[sa.ColumnElement[bool]]:
    """That a current evaluation is by this rulebook: of a few that are, those; of many, each call is asked."""
    if not rulebook:
        return
    by_it = sa.select(evaluations.c.call_id).where(
        evaluations.c.rulebook_name == rulebook, evaluations.c.is_current.is_(True)
    )
    few = by_it.limit(_FEW + 1).subquery()
    if connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one() <= _FEW:
        yield calls.c.id.in_(by_it)
        return
    own = by_it.where(evaluations.c.call_id == calls.c.id).correlate(calls).limit(1)
    yield own.scalar_subquery().is_not(None)


def _days(connection: sa.Connection, wanted: Filter, way: Way) -> Iterator[sa.ColumnElement[bool]]:
    """The days, and the part of the order in which they can stand."""
    if wanted.since:
        yield wanted.since <= _CREATED
        if floor := _seq_before(connection, wanted.since - _SKEW):
            yield way.seq > floor
    if wanted.until:
        yield wanted.until > _CREATED
        if ceiling := _seq_after(connection, wanted.until + _SKEW):
            yield way.seq < ceiling


def _began(connection: sa.Connection, wanted: Filter) -> Iterator[sa.ColumnElement[bool]]:
    """When the call itself was: of a few, those; of many, each call is asked."""
    since, until = wanted.started_since, wanted.started_until
    if since is None and until is None:
        return
    within = sa.select(calls.c.seq).where(*_between(calls.c.started_at, since, until))
    few = within.limit(_FEW + 1).subquery()
    if connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one() <= _FEW:
        yield calls.c.seq.in_(within)
        return
    yield from _between(_STARTED, since, until)
    if until is not None and _is_long_ago(connection, until):
        # Reading in order would look at all that came since; + 0, as the index of seq would read them just so.
        newest = sa.select(sa.func.max(calls.c.seq + 0)).where(*_between(calls.c.started_at, since, until))
        yield calls.c.seq <= connection.execute(newest).scalar_one()


def _is_long_ago(connection: sa.Connection, until: datetime) -> bool:
    """Whether many calls began since."""
    since = sa.select(calls.c.seq).where(calls.c.started_at >= until).limit(_MANY + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(since)).scalar_one() > _MANY


def _between(
    column: sa.ColumnElement[Any], since: datetime | None, until: datetime | None
) -> Iterator[sa.ColumnElement[bool]]:
    if since is not None:
        yield column >= since
    if until is not None:
        yield column < until


def _seq_before(connection: sa.Connection, moment: datetime) -> int | None:
    query = sa.select(calls.c.seq).where(calls.c.created_at < moment)
    return connection.execute(query.order_by(calls.c.created_at.desc(), calls.c.seq.desc()).limit(1)).scalar()


def _seq_after(connection: sa.Connection, moment: datetime) -> int | None:
    query = sa.select(calls.c.seq).where(calls.c.created_at >= moment)
    return connection.execute(query.order_by(calls.c.created_at, calls.c.seq).limit(1)).scalar()
