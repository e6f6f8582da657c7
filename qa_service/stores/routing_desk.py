"""The port `Routing`: a draft is tried on last week's calls before somebody else puts it in force."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from qa_service.core.approval import Approval, Draft, DraftKind
from qa_service.core.errors import UsageError
from qa_service.core.ids import digest as digest_of
from qa_service.core.people import Asked
from qa_service.core.routing import RoutingTable, Standing, TableVersion
from qa_service.core.routing_answers import DryRun, Explained
from qa_service.rulebook.load import pack_bundle, pack_names
from qa_service.stores import api_keys, audit, calls, drafts, library, routes
from qa_service.stores.engine import reading
from qa_service.stores.workbench import Shelves
from qa_service.usecases.routing import explain, facts_of
from qa_service.usecases.routing_file import Known, read_known, read_table
from qa_service.usecases.routing_moves import Tally

_KIND = DraftKind.ROUTING
#: A draft is tried on the calls of this time, and on no more than so many of them, the newest.
WEEK = timedelta(days=7)
MOST_CALLS = 50_000
#: Calls that are read in one short transaction.
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class StoreRouting:
    """Routing as its authors and approvers see it."""

    shelves: Shelves
    #: Names of recognition models that a profile may ask for.
    models: Collection[str]
    #: The name of the installation's own rulebook, which judges where no table names one.
    own_book: Callable[[], str]
    #: People may approve what they wrote themselves.
    own_approval: bool = False

    def standing(self, asked: Asked) -> Standing:  # noqa: ARG002
        """The table in force, and how many calls its routes took."""
        with reading(self.shelves.engine) as connection:
            return routes.standing(connection)

    def unmatched(self) -> int:
        """Calls that no route took since the table is in force."""
        with reading(self.shelves.engine) as connection:
            return routes.unmatched(connection)

    def not_in_force(self) -> int:
        """Calls for which a rulebook that their route names did not judge calls of their day."""
        with reading(self.shelves.engine) as connection:
            return routes.not_in_force(connection)

    def versions(self, asked: Asked) -> Sequence[TableVersion]:  # noqa: ARG002
        """All tables that ever were in force, newest first."""
        with reading(self.shelves.engine) as connection:
            return routes.versions(connection)

    def version(self, asked: Asked, number: int) -> TableVersion | None:  # noqa: ARG002
        """One of them."""
        with reading(self.shelves.engine) as connection:
            return routes.version(connection, number)

    def draft(self, asked: Asked) -> Draft | None:  # noqa: ARG002
        """What somebody wrote and nobody approved yet."""
        with reading(self.shelves.engine) as connection:
            return drafts.find(connection, _KIND)

    def check(self, source: str) -> RoutingTable:
        """The table that somebody wrote, with what may be named here.

        Raises:
            RoutingError: it does not say what its author meant; `more` are its other mistakes.
        """
        with reading(self.shelves.engine) as connection:
            return self._read(connection, source)

    def write(self, asked: Asked, source: str) -> Draft:
        """Keeps a draft in place of the one before."""
        now = self.shelves.now()
        new = Draft(_KIND, "", source, digest_of(source, length=64), (), now)
        with self.shelves.engine.begin() as connection:
            self._read(connection, source)
            kept = drafts.write(connection, new, asked.caller.id, now=now)
            self._note(connection, asked, "routing_write", "draft", digest=kept.digest)
        return kept

    def drop(self, asked: Asked) -> bool:
        """Throws the draft away."""
        with self.shelves.engine.begin() as connection:
            gone = drafts.drop(connection, _KIND)
            if gone:
                self._note(connection, asked, "routing_drop", "draft")
        return gone

    def dry_run(self, asked: Asked) -> DryRun | None:
        """What the draft would do with last week's calls; that it was asked is written down with the draft.

        Who is bound to teams tries it on their calls alone, after which it is not tried for everybody's.
        """
        since = self.shelves.now() - WEEK
        with reading(self.shelves.engine) as connection:
            draft, (version, table) = drafts.find(connection, _KIND), routes.in_force(connection)
            there_were = routes.count_since(connection, since, asked.caller.sight)
        if draft is None:
            return None
        tally = Tally(table, read_known(draft.source))
        for seen in self._calls(asked, since):
            tally.add(seen.facts, seen.call_id)
        with self.shelves.engine.begin() as connection:
            if not asked.caller.is_bound:
                drafts.note_trial(connection, draft, _trial(version))
            self._note(connection, asked, "routing_dry_run", "draft", digest=draft.digest)
        return DryRun(draft.digest, version, there_were, tally.result())

    def _calls(self, asked: Asked, since: datetime) -> Iterator[routes.Seen]:
        """The newest calls since then, in short reads."""
        before, left = None, MOST_CALLS
        while left > 0:
            with reading(self.shelves.engine) as connection:
                page = routes.page(
                    connection, since, asked.caller.sight, before=before, limit=min(left, _AT_ONCE)
                )
            yield from page
            left -= len(page)
            if len(page) < _AT_ONCE:
                return
            before = page[-1].seq

    def publish(self, asked: Asked, digest: str, note: str) -> TableVersion:
        """Puts the draft in force, as it was read and tried."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            approval = Approval(
                asked.caller.id, digest, note, api_keys.behind(connection, asked.caller), self.own_approval
            )
            draft = approval.check(drafts.find(connection, _KIND))
            drafts.take(connection, draft)
            version, _ = routes.in_force(connection)
            _check_tried(draft, version)
            self._read(connection, draft.source)
            table = TableVersion(version + 1, draft.source, draft.authors, asked.caller.id, now, note)
            routes.publish(connection, table)
            self._note(connection, asked, "routing_publish", str(table.version), digest=digest, note=note)
        return table

    def explain(self, asked: Asked, call_id: str, *, by_draft: bool = False) -> Explained | None:
        """Why a call goes where it goes."""
        with reading(self.shelves.engine) as connection:
            sight = asked.caller.sight
            call = calls.find(connection, call_id, sight) or calls.named(connection, call_id, sight)
            version, table = routes.in_force(connection)
            draft = drafts.find(connection, _KIND) if by_draft else None
            if call is None or (by_draft and draft is None):
                return None
            if draft is not None:
                version, table = 0, read_known(draft.source)
            decision = routes.decided(connection, table, call)
        why = explain(table, facts_of(call))
        books = tuple(ref or self.own_book() for ref in decision.rulebooks)
        return Explained(call.id, version, replace(why, decision=replace(decision, rulebooks=books)))

    def _read(self, connection: sa.Connection, source: str) -> RoutingTable:
        return read_table(source, Known(_books(connection), self.models))

    def _note(self, connection: sa.Connection, asked: Asked, action: str, what: str, **detail: str) -> None:
        entry = audit.Entry(asked.caller.id, action, f"routing:{what}", detail, asked.request_id)
        audit.write(connection, entry, now=self.shelves.now())


def _books(connection: sa.Connection) -> frozenset[str]:
    """Every way to name a rulebook that can judge."""
    own = [(kept.name, kept.version) for kept in library.in_use(connection)]
    packs = [(name, pack_bundle(name).book.version) for name in pack_names()]
    return frozenset(ref for name, version in (*own, *packs) for ref in (name, f"{name}@{version}"))


def _trial(version: int) -> str:
    """What a draft was tried against."""
    return f"routing@{version}"


def _check_tried(draft: Draft, version: int) -> None:
    if draft.tried != _trial(version):
        raise UsageError(
            "routing_not_tried",
            problem="the draft was not tried on last week's calls against the table in force",
            fix="Start a dry run, look at what moves, then publish",
        )
