"""The port `Keeping`: each request is one transaction, with its entry in the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.keeping import CallPart, Chosen, Held, Hold, Kept, Preview, RetentionClass, check_class
from qa_service.core.people import Asked, Right, Sight
from qa_service.core.schedules import Task
from qa_service.stores import audit, calls, deletion, due, holds, lent_sound, retention, timetable
from qa_service.stores.engine import reading, time_of
from qa_service.stores.shredder import Shredder
from qa_service.stores.tables import call_keeping
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.workbench import Shelves

#: After a deletion on request its words go out of SQLite's index and log: many requests are one tidying.
TIDY_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class StoreKeeping:
    """Retention as people keep it."""

    shelves: Shelves

    def classes(self, asked: Asked) -> Sequence[RetentionClass]:  # noqa: ARG002
        """All classes, by name."""
        with reading(self.shelves.engine) as connection:
            return retention.every(connection)

    def keep_class(self, asked: Asked, wanted: RetentionClass) -> RetentionClass:
        """Makes or changes a class; it is not in force then."""
        check_class(wanted)
        days = {f"{part.value}_days": wanted.days(part) for part in CallPart}
        with self._writing(asked, "keep_class", f"retention:{wanted.name}", days) as connection:
            retention.keep(connection, wanted, by=asked.caller.id, now=self.shelves.now())
            return retention.find(connection, wanted.name)

    def switch_class(self, asked: Asked, name: str, *, on: bool) -> bool:
        """Puts a class in force, or out of it."""
        in_force_at = self.shelves.now() if on else None
        with self._writing(asked, "switch_class", f"retention:{name}", {"on": on}) as connection:
            return retention.switch(connection, name, by=asked.caller.id, in_force_at=in_force_at)

    def set_default(self, asked: Asked, name: str) -> None:
        """The class of calls that have none of their own."""
        with self._writing(asked, "set_default_class", f"retention:{name}") as connection:
            retention.set_default(connection, name)

    def assign(self, asked: Asked, name: str, chosen: Chosen) -> int:
        """Gives calls a class of their own."""
        about: dict[str, Any] = {"filter": chosen.filter is not None}
        with self._writing(asked, "assign_class", f"retention:{name}", about) as connection:
            about["calls"] = retention.assign_chosen(connection, _sight(asked), chosen, name)
        return int(about["calls"])

    def preview(self, asked: Asked, until: datetime, *, name: str, as_default: bool) -> Sequence[Preview]:  # noqa: ARG002
        """What would be deleted until then."""
        with reading(self.shelves.engine) as connection:
            if name:
                retention.find(connection, name)
            known = retention.every(connection)
            if as_default:
                known = tuple(replace(one, is_default=one.name == name) for one in known)
            shown = [one for one in known if one.in_force_at is not None or one.name == name]
            return [due.preview(connection, one, until) for one in shown]

    def delete(self, asked: Asked, call_id: str, because: str) -> bool:
        """Deletes all of one call."""
        with self.shelves.engine.begin() as connection:
            holds.one_decides(connection)
            own = call_rows.c.id == call_id, calls.visible(_sight(asked))
            seq = connection.execute(sa.select(call_rows.c.seq).where(*own).with_for_update()).scalar()
            if seq is None:
                return False
            _refuse_held(connection, call_id)
            whole = due.Due(seq, call_id, frozenset(CallPart))
            deletion.mark(connection, [whole], deletion.Decision(asked.caller.id, because))
            about = f"call:{call_id}", {"reason": because}
            entry = audit.Entry(asked.caller.id, "ask_to_delete", *about, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
            timetable.ask_for(
                connection, Task.SEARCH_INDEX, time_of(connection, self.shelves.now) + TIDY_AFTER
            )
        # What a death or the object store leaves undone here is finished by the next clean-up.
        Shredder(self.shelves).finish_calls([call_id])
        return True

    def kept(self, asked: Asked, call_id: str) -> Kept | None:
        """What is left of one call, and until when."""
        with reading(self.shelves.engine) as connection:
            call = calls.find(connection, call_id, asked.caller.sight)
            if call is None:
                return None
            found = retention.class_of(connection, call_id)
            of_call = sa.select(call_keeping).where(call_keeping.c.call_id == call_id)
            row = connection.execute(of_call).first()
            has_sound = bool(call.audio_key) or lent_sound.find(connection, call_id) is not None
        marked = row.marked.split() if row else ()
        return Kept(
            call_id,
            found.name if found else "",
            has_sound=has_sound and not call.is_text and CallPart.SOUND.value not in marked,
            has_text=not (row and row.text_gone_at) and CallPart.TEXT.value not in marked,
            **{f"{part.value}_until": _until(found, part, call.created_at) for part in CallPart},
        )

    def hold(self, asked: Asked, because: str, chosen: Chosen) -> Held:
        """Stops the deletion of calls until the hold is lifted."""
        now, by = self.shelves.now(), asked.caller
        with self.shelves.engine.begin() as connection:
            held = holds.place(connection, by, chosen, because, now=now)
            detail = {"reason": because, "calls": held.calls}
            entry = audit.Entry(by.id, "place_hold", f"hold:{held.hold_id}", detail, asked.request_id)
            audit.write(connection, entry, now=now)
        return held

    def holds(self, asked: Asked) -> Sequence[Hold]:
        """Holds on calls that one sees, newest first."""
        with reading(self.shelves.engine) as connection:
            return holds.every(connection, asked.caller.sight)

    def lift(self, asked: Asked, hold_id: str, because: str) -> bool:
        """Lifts a hold that stands."""
        by, now = asked.caller, self.shelves.now()
        with self.shelves.engine.begin() as connection:
            if not holds.lift(connection, by, hold_id, because, now=now):
                return False
            entry = audit.Entry(by.id, "lift_hold", f"hold:{hold_id}", {"reason": because}, asked.request_id)
            audit.write(connection, entry, now=now)
        return True

    @contextmanager
    def _writing(
        self, asked: Asked, action: str, on: str, detail: Mapping[str, Any] | None = None
    ) -> Iterator[sa.Connection]:
        with self.shelves.engine.begin() as connection:
            yield connection
            entry = audit.Entry(asked.caller.id, action, on, detail, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())


def _sight(asked: Asked) -> Sight:
    """Who keeps retention without seeing calls (an admin) keeps it for all of them: what they do shows no words."""
    if asked.caller.may(Right.SEE_CALLS) or asked.caller.is_bound:
        return asked.caller.sight
    return Sight(everything=True)


def _refuse_held(connection: sa.Connection, call_id: str) -> None:
    if holds.is_held(connection, call_id):
        raise UsageError(
            "on_hold",
            where=call_id,
            problem="a legal hold stands on this call",
            fix="Ask whoever placed it to lift it first",
        )


def _until(wanted: RetentionClass | None, part: CallPart, since: datetime) -> datetime | None:
    if wanted is None or wanted.in_force_at is None:
        return None
    days = wanted.days(part)
    return None if days is None else since + timedelta(days=days)
