"""The port `Rescores`: what people do with runs. Each request is one transaction, and stands in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.core.rescores import (
    Choice,
    Fate,
    Pace,
    Rescore,
    RescoreState,
    Selection,
    Volume,
)
from qa_service.core.rulebooks import BookOrigin
from qa_service.core.stored import Job
from qa_service.pipeline.rescored import Diff
from qa_service.ports.rescoring import RescoredCall
from qa_service.rulebook.book import Bundle
from qa_service.stores import api_keys, audit, library, remeasure, rescore_runs, rescore_turns
from qa_service.stores.engine import reading
from qa_service.stores.rescore_begin import add_run
from qa_service.stores.tables import rescore_calls
from qa_service.stores.workbench import Shelves
from qa_service.usecases.rescored_file import unpack_again, unpack_diff

#: What is proposed and not decided is kept until somebody does; so many runs are enough for a page.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class StoreRescores:
    """Nobody sees a run that reaches beyond the calls they see."""

    shelves: Shelves
    #: People may approve what they began themselves.
    own_approval: bool = False
    #: Puts work into a queue in the given transaction; None where nobody is asked to hear anything.
    start: Callable[[sa.Connection, Job], None] | None = None

    def begin(
        self,
        asked: Asked,
        bundle: Bundle,
        wanted: Selection,
        volume: Volume,
        *,
        is_draft: bool = False,
        starts_at: datetime | None = None,
        against: Bundle | None = None,
    ) -> Rescore:
        """Begins a run; processes choose its calls and compare them. The rulebook stays what it is now.

        Raises:
            UsageError: `too_many_rescores`.
        """
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            return add_run(
                connection,
                asked,
                bundle,
                wanted,
                volume,
                now=now,
                is_draft=is_draft,
                starts_at=starts_at,
                against=against,
            )

    def page(self, asked: Asked, *, limit: int = 50, before: datetime | None = None) -> Sequence[Rescore]:
        """The newest runs first."""
        with reading(self.shelves.engine) as connection:
            found = rescore_runs.newest(connection, limit=min(limit, MOST_ROWS), before=before)
        return [run for run in found if _may_see(asked, run)]

    def find(self, asked: Asked, run_id: str) -> Rescore | None:
        """A run, and how far it is."""
        with reading(self.shelves.engine) as connection:
            run = rescore_runs.find(connection, run_id)
        return run if run and _may_see(asked, run) else None

    def pace(self, run: Rescore) -> Pace:
        """How fast it goes."""
        with reading(self.shelves.engine) as connection:
            return rescore_runs.pace(connection, run, now=self.shelves.now())

    def fates(self, run: Rescore) -> Mapping[Fate, int]:
        """How many of its calls came to what."""
        with reading(self.shelves.engine) as connection:
            return rescore_runs.fates(connection, run.id)

    def diff(self, run: Rescore) -> Diff | None:
        """What is different; None before all calls are compared."""
        with reading(self.shelves.engine) as connection:
            content = rescore_runs.diff(connection, run.id)
        return None if content is None else unpack_diff(content)

    def calls(
        self, run: Rescore, *, changed: bool = False, limit: int = 50, offset: int = 0
    ) -> Sequence[RescoredCall]:
        """Its calls, those that change most first."""
        at = rescore_calls.c
        query = sa.select(at.call_id, at.content, at.fate, at.reason).where(
            at.run_id == run.id, at.content != b""
        )
        if changed:
            query = query.where(at.is_changed.is_(True))
        ordered = query.order_by(
            at.is_changed.desc(), at.is_flip.desc(), sa.func.coalesce(at.shift, 0.0).desc(), at.call_id
        )
        with reading(self.shelves.engine) as connection:
            rows = connection.execute(ordered.limit(min(limit, MOST_ROWS)).offset(offset)).all()
        return [
            RescoredCall(unpack_again(row.call_id, row.content), Fate(row.fate), row.reason) for row in rows
        ]

    def remeasure(self, asked: Asked, run_id: str) -> int | None:
        """Has those calls heard again that were left out because they have no measurements; answers how many."""
        run, start, queued = self.find(asked, run_id), self.start, 0
        if run is None or start is None:
            return None
        while True:
            with self.shelves.engine.begin() as connection:
                some = remeasure.queue(connection, asked, run, start, now=self.shelves.now())
                if some:
                    self._note(connection, asked, "rescore_remeasure", run_id, calls=some)
            queued += some
            if some < remeasure.AT_ONCE:
                return queued

    def pause(self, asked: Asked, run_id: str) -> Rescore | None:
        """No more chunks are begun."""
        with self._changing(asked, run_id, "rescore_pause", _works) as (connection, run):
            if run is not None:
                rescore_runs.change(connection, run.id, is_paused=True)
        return self.find(asked, run_id)

    def resume(self, asked: Asked, run_id: str) -> Rescore | None:
        """Goes on; also with a run that broke off."""
        with self._changing(asked, run_id, "rescore_resume", _goes_on_or_broke_off) as (connection, run):
            if run is not None:
                rescore_turns.try_again(connection, run.id)
                again = {"state": _phase(run), "error_code": ""} if run.state is RescoreState.FAILED else {}
                rescore_runs.change(connection, run.id, is_paused=False, **again)
        return self.find(asked, run_id)

    def cancel(self, asked: Asked, run_id: str) -> Rescore | None:
        """Stops it for good; what was applied by then stays applied."""
        with self._changing(asked, run_id, "rescore_cancel", _goes_on_or_broke_off) as (connection, run):
            if run is not None:
                ended = {"state": RescoreState.CANCELLED, "ended_at": self.shelves.now()}
                rescore_runs.change(connection, run.id, is_paused=False, **ended)
                if not run.decided_by:
                    rescore_runs.forget_calls(connection, run.id)
        return self.find(asked, run_id)

    def discard(self, asked: Asked, run_id: str, note: str) -> Rescore | None:
        """Nothing of it counts; what was different can still be read."""
        with self._changing(asked, run_id, "rescore_discard", _is_compared, note) as (connection, run):
            if run is not None:
                decided = {"decided_by": asked.caller.id, "decided_at": self.shelves.now(), "note": note}
                rescore_runs.change(connection, run.id, state=RescoreState.DISCARDED, **decided)
                rescore_runs.forget_calls(connection, run.id)
        return self.find(asked, run_id)

    def approve(self, asked: Asked, run_id: str, note: str, choice: Choice) -> Rescore | None:
        """The new evaluations of the chosen calls become theirs; processes do it.

        Raises:
            UsageError: `own_rescore`: who began a run does not approve it; `rescore_by_draft`: nobody published the
                rulebook, or it was retired.
        """
        with self._changing(asked, run_id, "rescore_approve", _is_compared, note) as (connection, run):
            if run is not None:
                self._check_own(connection, asked, run)
                _check_counts(run)
                _check_in_use(connection, run)
                now = self.shelves.now()
                decided = {"decided_by": asked.caller.id, "decided_at": now, "note": note}
                written = rescore_runs.choice_text(choice)
                rescore_turns.queue_again(connection, run.id)
                applying = {"state": RescoreState.APPLYING, "choice": written, "began_at": now}
                rescore_runs.change(connection, run.id, ended_at=None, **applying, **decided)
        return self.find(asked, run_id)

    def _check_own(self, connection: sa.Connection, asked: Asked, run: Rescore) -> None:
        acting = {asked.caller.id, *api_keys.behind(connection, asked.caller)}
        if run.created_by in acting and not self.own_approval:
            raise UsageError(
                "own_rescore",
                problem="who began a run does not approve it",
                fix="Ask somebody else who may publish rulebooks, or set QA_OWN_APPROVAL",
            )

    @contextmanager
    def _changing(
        self,
        asked: Asked,
        run_id: str,
        action: str,
        may: Callable[[RescoreState], bool],
        note: str = "",
    ) -> Iterator[tuple[sa.Connection, Rescore | None]]:
        """The run, held; nothing where it is not there, or not to be seen.

        Raises:
            UsageError: `rescore_state`: it is not at a point where this can be done.
        """
        with self.shelves.engine.begin() as connection:
            run = rescore_runs.hold(connection, run_id)
            if run is None or not _may_see(asked, run):
                yield connection, None
                return
            if not may(run.state):
                raise UsageError(
                    "rescore_state",
                    where=run_id,
                    problem=f"the run is {run.state.value}",
                    fix="Look at how it stands",
                    state=run.state.value,
                )
            yield connection, run
            self._note(connection, asked, action, run_id, **({"note": note} if note else {}))

    def _note(
        self, connection: sa.Connection, asked: Asked, action: str, run_id: str, **detail: object
    ) -> None:
        entry = audit.Entry(asked.caller.id, action, f"rescore:{run_id}", detail, asked.request_id)
        audit.write(connection, entry, now=self.shelves.now())


def _check_counts(run: Rescore) -> None:
    if run.against:
        raise UsageError(
            "rescore_of_two",
            where=run.id,
            problem="two rulebooks were compared with one another, not with what stands",
            fix="Begin a run by the one that is to count",
        )


def _check_in_use(connection: sa.Connection, run: Rescore) -> None:
    kept = library.find(connection, run.digest)
    if kept is None or kept.origin is BookOrigin.TRIED or kept.retired_at is not None:
        raise UsageError(
            "rescore_by_draft",
            where=run.rulebook,
            problem="the rulebook of this run is not in use",
            fix="Publish it first",
        )


def _works(state: RescoreState) -> bool:
    return state.works


def _goes_on_or_broke_off(state: RescoreState) -> bool:
    return state.works or state is RescoreState.FAILED


def _is_compared(state: RescoreState) -> bool:
    return state is RescoreState.COMPARED


def _phase(run: Rescore) -> RescoreState:
    """Where a run broke off."""
    if run.decided_by:
        return RescoreState.APPLYING
    return RescoreState.CHOOSING if run.total is None else RescoreState.COMPARING


def _may_see(asked: Asked, run: Rescore) -> bool:
    return rescore_runs.covers(asked.caller.sight, run.selection.sight)
