"""Which process does what for a run of re-scoring: steps are taken with a fence, and taken from the dead."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import Fenced
from qa_service.core.rescores import Rescore, RescoreState, Step, Turn, chunk_size
from qa_service.core.stored import Queue
from qa_service.stores import jobs, rescore_runs, takeover
from qa_service.stores.engine import answering, reading, time_of
from qa_service.stores.rescore_runs import DONE, QUEUED, RUNNING
from qa_service.stores.tables import rescore_chunks, rescores

_STEPS = {RescoreState.COMPARING: (Step.COMPARE, Step.COUNT), RescoreState.APPLYING: (Step.APPLY, Step.END)}
#: What goes before all re-scoring.
_BEFORE = (Queue.LIVE, Queue.UPLOAD)


@dataclass(frozen=True, slots=True)
class StoreTurns:
    """Turns for the process `node`, which says by itself that it lives (takeover.beat)."""

    engine: sa.Engine
    node: str
    now: Callable[[], datetime]
    time_in: Callable[[sa.Connection, Callable[[], datetime]], datetime] = time_of

    def take(self) -> Turn | None:
        """Something to do; None where there is nothing, and where calls wait that people wait for.

        Raises:
            DatabaseAway: the database does not answer.
        """
        with answering():
            with reading(self.engine) as connection:  # most looks find nothing, and write nothing
                now = self.time_in(connection, self.now)
                if not rescore_runs.working(connection, now) or _is_busy(connection):
                    return None
            with self.engine.begin() as connection:
                now = self.time_in(connection, self.now)
                living = takeover.living(connection, now=now)
                if self.node not in living:
                    return None
                turns = (self._of(connection, run, living) for run in rescore_runs.working(connection, now))
                return next((turn for turn in turns if turn), None)

    def let_go(self, turn: Turn, code: str) -> None:
        """The step broke off: a chunk is tried again, and after three times the run waits for a person."""
        with answering(), self.engine.begin() as connection:
            attempts = takeover.MOST_ATTEMPTS
            if turn.is_of_chunk:
                row = connection.execute(_chunk(turn)).first()
                attempts = row.attempts if row else 0
            if attempts >= takeover.MOST_ATTEMPTS:
                _fail(connection, turn.run_id, code, self.now())
            _free(connection, turn)

    def put_back(self, turn: Turn) -> None:
        """The step could not be done here and now; that was no try."""
        with answering(), self.engine.begin() as connection:
            _free(connection, turn, attempts=rescore_chunks.c.attempts - 1)

    def _of(self, connection: sa.Connection, run: Rescore, living: frozenset[str]) -> Turn | None:
        if run.state is RescoreState.CHOOSING:
            return self._own(connection, run, Step.CHOOSE, living)
        each, last = _STEPS[run.state]
        found = connection.execute(_open(run.id, living)).first()
        if found is not None:
            return self._chunk(connection, run, found, each)
        left = rescore_chunks.c.run_id == run.id, rescore_chunks.c.state != DONE
        is_left = connection.execute(sa.select(rescore_chunks.c.number).where(*left).limit(1)).first()
        return None if is_left else self._own(connection, run, last, living)

    def _own(
        self, connection: sa.Connection, run: Rescore, step: Step, living: frozenset[str]
    ) -> Turn | None:
        """A step of the run's own, unless a living process has it."""
        same = rescores.update().where(rescores.c.id == run.id, rescores.c.state == run.state.value)
        free = same.where(rescores.c.node.not_in(living))
        taken = connection.execute(free.values(node=self.node, fence=rescores.c.fence + 1))
        if not taken.rowcount:
            return None
        fence = connection.execute(sa.select(rescores.c.fence).where(rescores.c.id == run.id)).scalar_one()
        return Turn(run.id, step, fence)

    def _chunk(self, connection: sa.Connection, run: Rescore, found: Any, step: Step) -> Turn | None:
        if found.attempts >= takeover.MOST_ATTEMPTS:
            _fail(connection, run.id, "worker_died", self.now())
            return None
        same = rescore_chunks.update().where(
            rescore_chunks.c.run_id == run.id,
            rescore_chunks.c.number == found.number,
            rescore_chunks.c.fence == found.fence,
        )
        begun = {
            "state": RUNNING,
            "node": self.node,
            "fence": found.fence + 1,
            "attempts": found.attempts + 1,
        }
        taken = connection.execute(same.values(**begun))
        return Turn(run.id, step, found.fence + 1, found.number) if taken.rowcount else None


def mine(turn: Turn) -> tuple[sa.ColumnElement[bool], ...]:
    """The chunk, as long as it is this turn's."""
    at = rescore_chunks.c
    same = (at.run_id == turn.run_id, at.number == turn.number)
    return *same, at.fence == turn.fence, at.state == RUNNING


def hold(connection: sa.Connection, turn: Turn) -> Rescore:
    """Makes sure, until the transaction ends, that the step is still ours and still wanted.

    Raises:
        Fenced: somebody has taken it over, or has stopped the run.
    """
    run = rescore_runs.hold(connection, turn.run_id) if not turn.is_of_chunk else None
    if turn.is_of_chunk:
        held = connection.execute(rescore_chunks.update().where(*mine(turn)).values(fence=turn.fence))
        run = rescore_runs.find(connection, turn.run_id) if held.rowcount else None
    else:
        at = rescores.c
        is_ours = sa.select(at.id).where(at.id == turn.run_id, at.fence == turn.fence, at.node != "")
        run = run if connection.execute(is_ours).first() else None
    if run is None or not run.state.works:
        raise Fenced
    return run


def finish_chunk(connection: sa.Connection, turn: Turn, *, now: datetime) -> None:
    """The chunk is done. The caller holds it."""
    connection.execute(
        rescore_chunks.update().where(*mine(turn)).values(state=DONE, node="", attempts=0, ended_at=now)
    )


def cut(connection: sa.Connection, run_id: str, seqs: Sequence[int]) -> None:
    """The run's calls, in chunks that wait; those of an earlier try are gone."""
    connection.execute(rescore_chunks.delete().where(rescore_chunks.c.run_id == run_id))
    size = chunk_size(len(seqs))
    pieces = [seqs[at : at + size] for at in range(0, len(seqs), size)]
    rows = [
        {
            "run_id": run_id,
            "number": number,
            "seqs": json.dumps(list(piece), separators=(",", ":")).encode(),
            "calls": len(piece),
            "state": QUEUED,
        }
        for number, piece in enumerate(pieces)
    ]
    if rows:
        connection.execute(rescore_chunks.insert(), rows)


def queue_again(connection: sa.Connection, run_id: str) -> None:
    """All chunks wait anew, for the next phase."""
    same = rescore_chunks.update().where(rescore_chunks.c.run_id == run_id)
    connection.execute(
        same.values(state=QUEUED, node="", attempts=0, fence=rescore_chunks.c.fence + 1, ended_at=None)
    )


def try_again(connection: sa.Connection, run_id: str) -> None:
    """What broke off three times may do so three times more."""
    left = rescore_chunks.c.run_id == run_id, rescore_chunks.c.state != DONE
    again = {"state": QUEUED, "node": "", "attempts": 0, "fence": rescore_chunks.c.fence + 1}
    connection.execute(rescore_chunks.update().where(*left).values(**again))


def seqs_of(connection: sa.Connection, turn: Turn) -> Sequence[int]:
    """Where the calls of a chunk stand."""
    row = connection.execute(_chunk(turn)).first()
    if row is None:
        raise Fenced
    found: list[int] = json.loads(row.seqs)
    return found


def _chunk(turn: Turn) -> sa.Select[Any]:
    return sa.select(rescore_chunks).where(*mine(turn))


def _open(run_id: str, living: frozenset[str]) -> sa.Select[Any]:
    """The first chunk that waits, or whose process is gone."""
    at = rescore_chunks.c
    lost = sa.and_(at.state == RUNNING, at.node.not_in(living))
    query = sa.select(at.number, at.fence, at.attempts).where(
        at.run_id == run_id, sa.or_(at.state == QUEUED, lost)
    )
    return query.order_by(at.number).limit(1).with_for_update(skip_locked=True)


def _free(connection: sa.Connection, turn: Turn, **values: Any) -> None:
    """Whoever comes may take it."""
    if turn.is_of_chunk:
        same = rescore_chunks.update().where(*mine(turn))
        connection.execute(same.values(state=QUEUED, node="", **values))
    else:
        own = rescores.update().where(rescores.c.id == turn.run_id, rescores.c.fence == turn.fence)
        connection.execute(own.values(node=""))


def _is_busy(connection: sa.Connection) -> bool:
    return any(jobs.queued(connection, queue) for queue in _BEFORE)


def _fail(connection: sa.Connection, run_id: str, code: str, now: datetime) -> None:
    rescore_runs.change(connection, run_id, state=RescoreState.FAILED, error_code=code, ended_at=now)
