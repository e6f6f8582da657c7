"""What a person says about who is who: written down with the call, which is judged again from what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.measured import ROLES_CONTRADICTED, Layout
from qa_service.core.people import Asked, Right
from qa_service.core.roles import RolesSaid
from qa_service.core.stored import Job, JobKind, JobState, Queue, StoredCall
from qa_service.stores import audit, calls, evaluated, jobs, results
from qa_service.stores.ids import new_id
from qa_service.stores.repeats import Repeat
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class RoleDesk:
    """`start` puts work into a queue in the given transaction."""

    shelves: Shelves
    start: Callable[[sa.Connection, Job], None]

    def change(self, asked: Asked, call_id: str, said: RolesSaid, key: str) -> tuple[Job, bool] | None:
        """The work of judging again and True; where nothing changes, the newest work and False."""
        repeat = Repeat(asked.caller.id, key, ("roles", call_id, said))
        try:
            with self.shelves.engine.begin() as connection:
                return self._changed(connection, asked, call_id, said, repeat)
        except sa.exc.IntegrityError:  # the same key came twice at once, with two calls
            with self.shelves.engine.begin() as connection:
                return self._changed(connection, asked, call_id, said, repeat)

    def _changed(
        self, connection: sa.Connection, asked: Asked, call_id: str, said: RolesSaid, repeat: Repeat
    ) -> tuple[Job, bool] | None:
        now = self.shelves.now()
        call = calls.hold(connection, call_id, asked.caller.sight)
        if call is None:
            return None
        if known := repeat.known(connection, now=now):
            job = jobs.find(connection, known)
            return None if job is None else (job, True)
        _check(connection, call, said)
        before = (call.agent_channel, call.are_swapped)
        after = said.of(*before)
        is_same, is_doubted = after == before, _is_doubted(connection, call_id)
        if is_same and not is_doubted and (done := jobs.of_call(connection, call_id)):
            return done[0], False
        if is_same and is_doubted:
            _check_may_confirm(asked)
        # What is new is looked at once more: one slip is no way to clear a call.
        calls.set_roles(
            connection, call_id, agent_channel=after[0], are_swapped=after[1], are_confirmed=is_same
        )
        job = Job(new_id(now), JobKind.REJUDGE, Queue.RESCORE, JobState.QUEUED, call_id, now)
        jobs.add(connection, job, asked)
        self.start(connection, job)
        repeat.remember(connection, job.id, now=now)
        detail = {"agent_channel": after[0], "are_swapped": after[1], "are_confirmed": is_same}
        entry = audit.Entry(asked.caller.id, "change_roles", f"call:{call_id}", detail, asked.request_id)
        audit.write(connection, entry, now=now)
        return job, True


def _is_doubted(connection: sa.Connection, call_id: str) -> bool:
    """Whether the words contradict what was said so far: then to say it once more, by a person, decides it."""
    document = evaluated.current(connection, call_id) or {}
    return any(problem["code"] == ROLES_CONTRADICTED for problem in document.get("problems", ()))


def _check_may_confirm(asked: Asked) -> None:
    """To say against the words who is who, and be believed, is a reviewer's word: programs give none."""
    if not asked.caller.may(Right.REVIEW):
        raise UsageError(
            "roles_need_reviewer",
            where="roles",
            problem="the words contradict these roles; only who reviews findings may confirm them",
            fix="Let a reviewer listen to the call and say the same once more",
        )


def _check(connection: sa.Connection, call: StoredCall, said: RolesSaid) -> None:
    kept = results.measured_call(connection, call.id)
    if kept is None:
        raise UsageError(
            "not_measured_yet", where=call.id, problem="is not measured yet", fix="Wait for its work to end"
        )
    if said.agent_channel is not None and kept.call.layout is not Layout.TWO_CHANNEL:
        raise UsageError(
            "one_channel",
            where="agent_channel",
            problem="this call has no two channels",
            fix="Say are_swapped",
        )
