"""What pages and API need of rulebooks and routing: drafts, trials, approval, versions that never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from qa_service.core.approval import Draft, Examined
from qa_service.core.people import Asked
from qa_service.core.routing import Standing, TableVersion
from qa_service.core.routing_answers import DryRun, Explained
from qa_service.core.rulebooks import BookVersion, Shelf
from qa_service.core.stored import StoredCall
from qa_service.ports.storing import KeptMeasures
from qa_service.rulebook.book import Bundle


class Rulebooks(Protocol):
    """Rulebooks: the shipped packs, and what the centre writes itself."""

    def shelves_of(self, asked: Asked) -> Sequence[Shelf]:
        """Every name with what is in force under it."""

    def versions(self, asked: Asked, name: str) -> Sequence[BookVersion]:
        """All versions of a name, newest first; empty where nobody knows it."""

    def version(self, asked: Asked, name: str, digest: str) -> tuple[BookVersion, Bundle] | None:
        """One version with its texts and its resolved rules."""

    def judged_by(self, digest: str) -> Bundle | None:
        """A rulebook that judges or judged, whatever its name; None where it is not kept or cannot be read any more."""

    def draft(self, asked: Asked, name: str) -> Draft | None:
        """What somebody wrote and nobody approved yet."""

    def read(self, asked: Asked, name: str) -> Bundle | None:
        """The draft, resolved; None where there is none.

        Raises:
            RulebookError: it does not hold any more: what it includes has changed.
        """

    def write(self, asked: Asked, name: str, source: str, tables: Mapping[str, str] = ...) -> Draft:
        """Keeps a draft in place of the one before; `tables` are files of standard answers that it names, as CSV.

        Tables of the draft before that are not given again stay with it.

        Raises:
            RulebookError: it does not say what its author meant; `more` are its other mistakes.
            UsageError: `draft_other_name`, `draft_name_shipped`.
        """

    def drop(self, asked: Asked, name: str) -> bool:
        """Throws the draft away; answers whether there was one."""

    def publish(
        self, asked: Asked, name: str, digest: str, note: str, *, examined: Examined = ...
    ) -> BookVersion:
        """Puts the draft in force, as it was read; `examined` is how its examples went (usecases/publish_draft.py).

        Raises:
            UsageError: `draft_changed`, `own_draft`, `draft_version_used`; RulebookError: as for `read`.
        """

    def retire(self, asked: Asked, name: str, digest: str, note: str) -> bool:
        """Takes a version out of use; answers whether there was one in use.

        Raises:
            UsageError: `rulebook_in_use`.
        """

    def measured(
        self, asked: Asked, name: str, call_ids: Sequence[str]
    ) -> Sequence[tuple[StoredCall, KeptMeasures]] | None:
        """Calls on which a draft is tried; None where one of them is not to be seen. Reading them is written down.

        Raises:
            UsageError: `not_measured_yet`.
        """


class Routing(Protocol):
    """The routing table: in force, as a draft, and what it does with calls."""

    def standing(self, asked: Asked) -> Standing:
        """The table in force, and how many calls its routes took."""

    def unmatched(self) -> int:
        """Calls that no route took since the table is in force."""

    def not_in_force(self) -> int:
        """Calls for which a rulebook that their route names did not judge calls of their day."""

    def versions(self, asked: Asked) -> Sequence[TableVersion]:
        """All tables that ever were in force, newest first."""

    def version(self, asked: Asked, number: int) -> TableVersion | None:
        """One of them."""

    def draft(self, asked: Asked) -> Draft | None:
        """What somebody wrote and nobody approved yet."""

    def write(self, asked: Asked, source: str) -> Draft:
        """Keeps a draft in place of the one before.

        Raises:
            RoutingError: it does not say what its author meant; `more` are its other mistakes.
        """

    def drop(self, asked: Asked) -> bool:
        """Throws the draft away; answers whether there was one."""

    def dry_run(self, asked: Asked) -> DryRun | None:
        """What the draft would do with last week's calls; None where there is no draft."""

    def publish(self, asked: Asked, digest: str, note: str) -> TableVersion:
        """Puts the draft in force, as it was read and tried.

        Raises:
            UsageError: `draft_changed`, `own_draft`, `routing_not_tried`; RoutingError: as for `write`.
        """

    def explain(self, asked: Asked, call_id: str, *, by_draft: bool = False) -> Explained | None:
        """Why a call goes where it goes; None where it is not to be seen, or there is no draft.

        The call is named by its id, or as the telephone system calls it.
        """
