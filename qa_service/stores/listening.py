"""Who hears a call: one entry in the audit log for all that is heard in a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from qa_service.core.people import Asked
from qa_service.core.stored import StoredCall
from qa_service.stores import audit
from qa_service.stores.engine import reading
from qa_service.stores.workbench import Shelves

#: What one hears of a call within this time is one listening.
_LISTENING = timedelta(minutes=10)


def note(shelves: Shelves, asked: Asked, call: StoredCall) -> None:
    """Players ask for many pieces, from anywhere; they are one listening."""
    now, entry = shelves.now(), audit.Entry(asked.caller.id, "listen", f"call:{call.id}")
    with reading(shelves.engine) as connection:
        if audit.stands_since(connection, entry, now - _LISTENING):
            return
    with shelves.engine.begin() as connection:
        audit.write(connection, replace(entry, request_id=asked.request_id), now=now)
