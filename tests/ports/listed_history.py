"""A fake of the port CallHistory: the calls of a list. It passes the suite of the real one (tests/stores)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from qa_service.core.history import Contact, History, Talk, Talks
from qa_service.core.speech import Role
from qa_service.core.stored import StoredCall


@dataclass
class ListedHistory:
    """Knows the calls that were put on its list."""

    calls: list[StoredCall] = field(default_factory=list)
    most: int = 200
    most_read: int = 10
    #: What was said, by the call's id.
    said: dict[str, tuple[tuple[Role, str], ...]] = field(default_factory=dict)

    def talks(self, call: StoredCall, reach: timedelta) -> Talks:
        """As the port says."""
        held = self._held([one for one in self.calls if one.team == call.team], call, reach)
        read = [one for one in held[: self.most_read] if one.id in self.said]
        talks = tuple(Talk(_contact(one).began, self.said[one.id]) for one in read)
        return Talks(talks, len(held) - len(talks))

    def of(self, call: StoredCall, reach: timedelta) -> History:
        """As the port says."""
        began = call.envelope.started_at
        if began is None or not call.envelope.customer:
            return History(since=call.created_at)
        held, same = self._held(self.calls, call, reach), _same(self.calls, call)
        undated = [
            one
            for one in same
            if one.envelope.started_at is None and began - reach < one.created_at <= call.created_at
        ]
        somebodys = min((one for one in self.calls if one.envelope.customer), key=lambda one: one.created_at)
        return History(
            since=began - reach,
            contacts=tuple(_contact(one) for one in held[: self.most]),
            is_cut=len(held) > self.most,
            undated=len(undated),
            known_since=min(somebodys.created_at, somebodys.envelope.started_at or somebodys.created_at),
        )

    def _held(self, calls: Sequence[StoredCall], call: StoredCall, reach: timedelta) -> list[StoredCall]:
        """Those of `calls` that began in the window, newest first, each once."""
        began = call.envelope.started_at
        named = {_name(call)}
        held: list[StoredCall] = []
        for one in sorted(_same(calls, call), key=lambda one: str(one.envelope.started_at), reverse=True):
            at = one.envelope.started_at
            if at and began and began - reach < at <= began and _name(one) not in named:
                held.append(one)
                named.add(_name(one))
        return held


def _same(calls: Sequence[StoredCall], call: StoredCall) -> list[StoredCall]:
    """The customer's other calls."""
    customer = call.envelope.customer
    return [one for one in calls if customer and one.envelope.customer == customer and one.id != call.id]


def _name(call: StoredCall) -> tuple[object, str]:
    return (call.envelope.started_at, call.envelope.call_id or call.sha256 or call.id)


def _contact(call: StoredCall) -> Contact:
    known = call.envelope
    assert known.started_at is not None
    return Contact(known.started_at, known.direction, known.line, known.skill_group)
