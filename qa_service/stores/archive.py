"""The port `Archive`: what is kept of calls, for who may see it. Reading words and hearing sound is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.lists import EVERY_ENTRY, AuditSought, Export, Filter, FindingFilter, FindingPage, Page
from qa_service.core.people import Asked, Right
from qa_service.core.stored import StoredCall
from qa_service.ports.serving import Leaving
from qa_service.stores import (
    audit,
    calls,
    evaluated,
    exporting,
    findings,
    listening,
    lists,
    readers,
    retention,
)
from qa_service.stores.engine import reading
from qa_service.stores.seals import Seals
from qa_service.stores.workbench import Shelves
from qa_service.usecases.masking import document_without_codes
from qa_service.usecases.own_part import own_part as in_own_part
from qa_service.usecases.told_part import told_part

#: Calls whose documents are held together while exporting.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class StoreArchive:
    """Calls as people see them; `masked` hides personal data in an assessment's document."""

    shelves: Shelves
    masked: Callable[[Mapping[str, Any]], dict[str, Any]]

    def page(self, asked: Asked, wanted: Filter, *, limit: int, before: int | None) -> Page:
        """Calls without their words, newest first."""
        with reading(self.shelves.engine) as connection:
            page = lists.page(connection, asked.caller.sight, wanted, limit=limit, before=before)
            return replace(page, calls=readers.shown(connection, asked.caller.sight, page.calls))

    def call(self, asked: Asked, call_id: str, *, unmasked_because: str = "") -> StoredCall | None:
        """One call without its words; its names are masked unless a reason is given by who may."""
        if unmasked_because and asked.caller.may(Right.UNMASKED):
            return self._open_call(asked, call_id, unmasked_because)
        with reading(self.shelves.engine) as connection:
            found = calls.find(connection, call_id, asked.caller.sight)
            return found and readers.shown(connection, asked.caller.sight, [found])[0]

    def _open_call(self, asked: Asked, call_id: str, because: str) -> StoredCall | None:
        with self.shelves.engine.begin() as connection:
            found = calls.find(connection, call_id, asked.caller.sight)
            if found is not None:
                detail = {"reason": because, "names": True}
                entry = audit.Entry(
                    asked.caller.id, "read_unmasked", f"call:{call_id}", detail, asked.request_id
                )
                audit.write(connection, entry, now=self.shelves.now())
        return found

    def assessment(
        self, asked: Asked, call_id: str, *, rulebook: str = "", unmasked_because: str = ""
    ) -> dict[str, Any] | None:
        """The current assessment by a rulebook, else the listed one; masked unless a reason is given by who may."""
        open_text = bool(unmasked_because) and asked.caller.may(Right.UNMASKED)
        with self.shelves.engine.begin() as connection:
            if calls.find(connection, call_id, asked.caller.sight) is None:
                return None
            document = evaluated.current(connection, call_id, rulebook)
            if document is None:
                retention.refuse_gone(connection, call_id)
                return None
            action = "read_unmasked" if open_text else "read"
            detail = {"reason": unmasked_because} if open_text else None
            entry = audit.Entry(asked.caller.id, action, f"call:{call_id}", detail, asked.request_id)
            audit.write(connection, entry, now=self.shelves.now())
        return self._shown(asked, document, open_text=open_text)

    def _shown(self, asked: Asked, document: dict[str, Any], *, open_text: bool = False) -> dict[str, Any]:
        """Masked as a whole, for numbers go on from part to part; then without what an agent does not see."""
        covered = document_without_codes(document) if open_text else self.masked(document)
        agent = readers.agent_of(asked.caller.sight)
        return told_part(in_own_part(covered, agent, document)) if agent else covered

    def history(self, asked: Asked, call_id: str) -> Sequence[Mapping[str, Any]] | None:
        """Every evaluation that the call ever got."""
        with reading(self.shelves.engine) as connection:
            if calls.find(connection, call_id, asked.caller.sight) is None:
                return None
            rows = evaluated.history(connection, call_id)
            return readers.history(connection, asked.caller.sight, call_id, rows)

    def findings(
        self, asked: Asked, wanted: FindingFilter, *, limit: int, before: tuple[int, int, str] | None
    ) -> FindingPage:
        """Findings of the calls that may be seen, without their words."""
        with reading(self.shelves.engine) as connection:
            return findings.page(connection, asked.caller.sight, wanted, limit=limit, before=before)

    def assessed(self, asked: Asked, wanted: Export) -> Leaving:
        """The newest calls with their documents, masked; written down with their ids before any is read."""
        sight = asked.caller.sight
        chosen, is_cut = exporting.choose(self.shelves, sight, wanted)
        exporting.write_down(self.shelves, asked, wanted, chosen, is_cut=is_cut)
        return Leaving(self._read(asked, wanted, chosen), len(chosen), is_cut)

    def _read(
        self, asked: Asked, wanted: Export, chosen: Sequence[lists.Place]
    ) -> Iterator[tuple[StoredCall, Any]]:
        """One after the other, in short reads."""
        sight, rulebook = asked.caller.sight, wanted.calls.rulebook
        for piece in exporting.in_pieces(chosen, _AT_ONCE):
            with reading(self.shelves.engine) as connection:
                rows = exporting.rows(connection, sight, piece)
                documents = [evaluated.current(connection, row.id, rulebook) for row in rows]
                found = readers.shown(connection, sight, [calls.stored(row) for row in rows])
            for call, document in zip(found, documents, strict=True):
                yield call, None if document is None else self._shown(asked, document)

    def sound(self, asked: Asked, call: StoredCall, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) of the recording; one entry in the audit log for all that is heard in a while."""
        listening.note(self.shelves, asked, call)
        return self.shelves.read(call, start, end)

    def tag(self, call: StoredCall) -> str:
        """A name for exactly the bytes that were received, which tells nobody what they are."""
        return self.shelves.key.alias(f"sound:{call.id}:{call.sha256}")

    def has_key(self, call: StoredCall) -> None:
        """Makes sure that the recording can be opened; nothing of it is read."""
        self.shelves.read(call, 0, 0)


@dataclass(frozen=True, slots=True)
class StoreAuditTrail:
    """The port `AuditTrail`."""

    shelves: Shelves

    def page(
        self,
        asked: Asked,  # noqa: ARG002
        *,
        limit: int,
        before: int | None,
        sought: AuditSought = EVERY_ENTRY,
    ) -> Sequence[Mapping[str, Any]]:
        """The newest entries of those that are sought."""
        with reading(self.shelves.engine) as connection:
            return audit.page(connection, limit=limit, before=before, sought=sought)

    def verify(self, asked: Asked, noted: tuple[int, str] | None = None) -> Mapping[str, Any]:  # noqa: ARG002
        """The chain's head and what is sealed of it, and the first entry that is broken, if any.

        `noted` is a head of earlier. Seals show what a chain that was written anew does not.
        """
        kept, seals = audit.Head(*noted) if noted else None, Seals(self.shelves.key)
        with reading(self.shelves.engine) as connection:
            head, (sealed, sealed_at) = audit.head(connection), seals.last(connection)
            harm = (audit.broken(connection, kept), seals.broken(connection))
        first = min((seq for seq in harm if seq is not None), default=None)
        told = {"entries": head.seq, "head": head.digest, "broken_at": first}
        return {**told, "sealed": sealed.seq, "sealed_at": sealed_at}
