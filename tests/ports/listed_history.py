"""A fake of the port CallHistory: the calls of a list. It passes the suite of the real one (tests/stores)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from qa_service.core.history import Contact, History
from qa_service.core.stored import StoredCall


@dataclass
class ListedHistory:
    """Knows the calls that were put on its list."""

    calls: list[StoredCall] = field(default_factory=list)
    most: int = 500

    def of(self, call: StoredCall, reach: timedelta) -> History:
        """As the port says."""
        began = call.envelope.started_at
        if began is None or not call.envelope.customer:
            return History(since=call.created_at)
        same = [
            one for one in self.calls if one.envelope.customer == call.envelope.customer and one.id != call.id
        ]
        named = {_name(call)}
        held: list[StoredCall] = []
        for one in sorted(same, key=lambda one: str(one.envelope.started_at), reverse=True):
            at = one.envelope.started_at
            if at and began - reach < at <= began and _name(one) not in named:
                held.append(one)
                named.add(_name(one))
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


def _name(call: StoredCall) -> tuple[object, str]:
    return (call.envelope.started_at, call.envelope.call_id or call.sha256 or call.id)


def _contact(call: StoredCall) -> Contact:
    known = call.envelope
    assert known.started_at is not None
    return Contact(known.started_at, known.direction, known.line, known.skill_group)
