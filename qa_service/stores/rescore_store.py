"""The port `RescoreStore`: the calls of a chunk in a few questions, and what came of them in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import EnvelopeError
from qa_service.core.rescores import Fate, Rescore, RescoreState, Turn
from qa_service.pipeline.diff import Again
from qa_service.ports.rescore_work import Applied, Compared, ToJudge
from qa_service.ports.rescoring import Former
from qa_service.ports.storing import KeptMeasures
from qa_service.stores import audit, rescore_apply, rescore_runs, rescore_turns, results
from qa_service.stores.calls import stored
from qa_service.stores.drawing import draw
from qa_service.stores.former import formers
from qa_service.stores.patience import looking, writing
from qa_service.stores.revisions import Reviser
from qa_service.stores.tables import calls, measured, rescore_calls, rescores
from qa_service.stores.workbench import Shelves
from qa_service.usecases.rescored_file import pack_again, unpack_again

#: So many rows are read at a time, and so many calls changed in one transaction: others wait for it.
_ROWS, _CALLS = 1_000, 20


@dataclass(frozen=True, slots=True)
class StoreRescoring:
    """Waits for a database that is away: what was judged is not thrown away for a restart."""

    shelves: Shelves
    reviser: Reviser

    def run(self, turn: Turn) -> Rescore:
        """The run, as long as the step is ours."""
        return writing(self.shelves.engine, lambda connection: rescore_turns.hold(connection, turn))

    def choose(self, turn: Turn) -> None:
        """Whoever dies while choosing has chosen nothing."""
        drawn = draw(self.shelves.engine, self.run(turn).selection)
        now = self.shelves.now()

        def kept(connection: sa.Connection) -> None:
            rescore_turns.hold(connection, turn)
            rescore_turns.cut(connection, turn.run_id, [place.seq for place in drawn.places])
            told = {"total": len(drawn.places), "candidates": drawn.candidates}
            comparing = {"state": RescoreState.COMPARING, "began_at": now, **told}
            rescore_runs.change(connection, turn.run_id, **comparing)

        writing(self.shelves.engine, kept)

    def to_judge(self, turn: Turn, rulebook: str) -> Iterator[ToJudge]:
        """Read at once, without their measurements."""

        def read(connection: sa.Connection) -> tuple[Sequence[Any], Mapping[str, Former], Mapping[str, Any]]:
            seqs = rescore_turns.seqs_of(connection, turn)
            query = sa.select(calls).where(calls.c.seq.in_(seqs)).order_by(calls.c.seq.desc())
            found = connection.execute(query).all()
            ids = [row.id for row in found]
            kept = measured.c
            ready = sa.select(kept.call_id, kept.created_at, kept.ready_key, kept.ready)
            rows = connection.execute(ready.where(kept.call_id.in_(ids)))
            held = {row.call_id: row for row in rows}
            return found, formers(connection, [stored(row) for row in found], rulebook), held

        rows, former, held = looking(self.shelves.engine, read)
        for row in rows:
            call, kept = stored(row), held.get(row.id)
            if kept is None:
                yield ToJudge(call, former=former.get(row.id))
            else:
                name = results.measured_name(kept.created_at)
                reads = partial(self._measures, row.id)
                yield ToJudge(call, reads, name, kept.ready_key, kept.ready, former.get(row.id))

    def _measures(self, call_id: str) -> KeptMeasures:
        """Asked for where what was made ready does not do."""
        kept = looking(self.shelves.engine, lambda connection: results.measured_call(connection, call_id))
        if kept is None:
            raise EnvelopeError("measured_unreadable", where=call_id, problem="was deleted")
        return kept

    def compared(self, turn: Turn, made: Sequence[Compared]) -> None:
        """Both verdicts on each call; the audit log says how many calls were compared."""
        now = self.shelves.now()
        rows = [_row(turn, one) for one in made]

        def kept(connection: sa.Connection) -> None:
            rescore_turns.hold(connection, turn)
            known = sa.select(calls.c.id).where(calls.c.id.in_([one.call_id for one in made]))
            left = set(connection.execute(known).scalars())  # a call may have been deleted meanwhile
            if present := [row for row in rows if row["call_id"] in left]:
                connection.execute(rescore_calls.insert(), present)
            for one in made:
                results.put_ready(connection, one.call_id, one.ready)
            rescore_turns.finish_chunk(connection, turn, now=now)
            detail = {"calls": len(rows), "chunk": turn.number}
            audit.write(
                connection,
                audit.Entry("machine", "rescore_compare", f"rescore:{turn.run_id}", detail),
                now=now,
            )

        writing(self.shelves.engine, kept)

    def proposals(self, run_id: str) -> Iterator[Again]:
        """In the order of the chunks, a thousand rows at a time."""
        at = rescore_calls.c
        query = sa.select(at.number, at.call_id, at.content).where(at.run_id == run_id, at.content != b"")
        after: tuple[int, str] = (-1, "")
        while True:
            place = sa.tuple_(at.number, at.call_id) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
            page = query.where(place).order_by(at.number, at.call_id).limit(_ROWS)
            rows = looking(self.shelves.engine, lambda connection, page=page: connection.execute(page).all())  # type: ignore[misc]
            for row in rows:
                yield unpack_again(row.call_id, row.content)
            if len(rows) < _ROWS:
                return
            after = (rows[-1].number, rows[-1].call_id)

    def left_out(self, run_id: str) -> Mapping[str, int]:
        """By why; calls of which no row is left were deleted."""
        at = rescore_calls.c
        why = sa.select(at.reason, sa.func.count()).where(at.run_id == run_id, at.fate == Fate.LEFT_OUT.value)
        return looking(
            self.shelves.engine,
            lambda connection: {row[0]: row[1] for row in connection.execute(why.group_by(at.reason))},
        )

    def counted(self, turn: Turn, diff: bytes) -> None:
        """From now on the run waits for a person."""
        now = self.shelves.now()

        def kept(connection: sa.Connection) -> None:
            rescore_turns.hold(connection, turn)
            same = rescores.update().where(rescores.c.id == turn.run_id)
            connection.execute(same.values(diff=diff))
            rescore_runs.change(connection, turn.run_id, state=RescoreState.COMPARED, ended_at=now)

        writing(self.shelves.engine, kept)

    def chosen(self, turn: Turn) -> Mapping[str, tuple[str, Again]]:
        """What a person approved of the chunk."""
        at = rescore_calls.c
        query = sa.select(at.call_id, at.former_id, at.content).where(
            at.run_id == turn.run_id, at.number == turn.number, at.fate == Fate.PROPOSED.value
        )
        run = self.run(turn)
        rows = looking(
            self.shelves.engine, lambda connection: connection.execute(query.order_by(at.call_id)).all()
        )
        found = ((row.former_id, unpack_again(row.call_id, row.content)) for row in rows)
        return {
            again.call_id: (former, again)
            for former, again in found
            if run.choice.takes(again.team, again.agents)
        }

    def apply(self, turn: Turn, made: Sequence[Applied]) -> None:
        """A few calls a transaction; what was written stays written when the process dies after it."""
        now = self.shelves.now()
        for start in range(0, len(made), _CALLS):
            some = made[start : start + _CALLS]

            def kept(connection: sa.Connection, some: Sequence[Applied] = some) -> None:
                run = rescore_turns.hold(connection, turn)
                for one in some:
                    rescore_apply.apply(connection, run, one, self.reviser, now=now)

            writing(self.shelves.engine, kept)

    def applied(self, turn: Turn) -> None:
        """The chunk is done."""
        now = self.shelves.now()

        def kept(connection: sa.Connection) -> None:
            rescore_turns.hold(connection, turn)
            rescore_turns.finish_chunk(connection, turn, now=now)

        writing(self.shelves.engine, kept)

    def ended(self, turn: Turn) -> Mapping[Fate, int]:
        """The run is over."""
        now = self.shelves.now()

        def kept(connection: sa.Connection) -> Mapping[Fate, int]:
            run = rescore_turns.hold(connection, turn)
            fates = rescore_runs.fates(connection, run.id)
            rescore_runs.change(connection, run.id, state=RescoreState.APPLIED, ended_at=now)
            detail = {"rulebook": run.digest, **{fate.value: count for fate, count in fates.items()}}
            audit.write(
                connection, audit.Entry("machine", "rescore_applied", f"rescore:{run.id}", detail), now=now
            )
            return fates

        return writing(self.shelves.engine, kept)


def _row(turn: Turn, one: Compared) -> Mapping[str, Any]:
    change = one.again.change if one.again else None
    return {
        "run_id": turn.run_id,
        "call_id": one.call_id,
        "number": turn.number,
        "fate": (Fate.PROPOSED if one.again else Fate.LEFT_OUT).value,
        "reason": one.left_out,
        "former_id": one.former_id,
        "is_changed": change is not None and not change.is_empty,
        "is_flip": change is not None and change.is_flip,
        "shift": None if change is None or change.shift is None else abs(change.shift),
        "content": pack_again(one.again) if one.again else b"",
    }
