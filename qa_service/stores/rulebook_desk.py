"""The port `Rulebooks`: each request is one transaction, and every change stands in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from qa_service.core.approval import Approval, Draft, DraftKind, Examined
from qa_service.core.errors import RulebookError, UsageError
from qa_service.core.ids import digest as digest_of
from qa_service.core.people import Asked
from qa_service.core.rulebooks import BookOrigin, BookVersion, Shelf
from qa_service.core.stored import StoredCall
from qa_service.ports.storing import KeptMeasures
from qa_service.rulebook.answer_files import kept_as
from qa_service.rulebook.book import Bundle
from qa_service.rulebook.load import bundle_text, pack_bundle, pack_names, reload
from qa_service.stores import api_keys, audit, calls, drafts, library, results
from qa_service.stores.engine import reading
from qa_service.stores.in_use import check_unused
from qa_service.stores.workbench import Shelves

_KIND = DraftKind.RULEBOOK
_UNTRIED = Examined()
_NO_TABLES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class StoreRulebooks:
    """Rulebooks as their authors and approvers see them."""

    shelves: Shelves
    #: People may approve what they wrote themselves.
    own_approval: bool = False

    def shelves_of(self, asked: Asked) -> Sequence[Shelf]:  # noqa: ARG002
        """Every name with what is in force under it, sorted."""
        with reading(self.shelves.engine) as connection:
            kept, written = library.versions(connection), drafts.names(connection, _KIND)
        current = {one.name: one for one in reversed(kept) if one.retired_at is None}
        current |= {name: _pack(name) for name in pack_names()}
        names = {*current, *written, *(one.name for one in kept)}
        return [Shelf(name, current.get(name), name in written) for name in sorted(names)]

    def versions(self, asked: Asked, name: str) -> Sequence[BookVersion]:  # noqa: ARG002
        """All versions of a name, newest first."""
        with reading(self.shelves.engine) as connection:
            kept = library.versions(connection, name)
        if name not in pack_names() or _pack(name).digest in {one.digest for one in kept}:
            return kept
        return (_pack(name), *kept)

    def version(self, asked: Asked, name: str, digest: str) -> tuple[BookVersion, Bundle] | None:  # noqa: ARG002
        """One version with its texts and its resolved rules."""
        with reading(self.shelves.engine) as connection:
            kept = library.find(connection, digest)
            texts = library.texts(connection, digest) if kept else {}
        if kept is not None:
            return (kept, reload(texts, digest)) if kept.name == name else None
        if name in pack_names() and _pack(name).digest == digest:
            return _pack(name), pack_bundle(name)
        return None

    def judged_by(self, digest: str) -> Bundle | None:
        """A rulebook that judges or judged."""
        with reading(self.shelves.engine) as connection:
            texts = library.texts(connection, digest) if library.find(connection, digest) else None
        try:
            return None if texts is None else reload(texts, digest)
        except RulebookError:  # written for a program of earlier days
            return None

    def draft(self, asked: Asked, name: str) -> Draft | None:  # noqa: ARG002
        """What somebody wrote and nobody approved yet."""
        with reading(self.shelves.engine) as connection:
            return drafts.find(connection, _KIND, name)

    def read(self, asked: Asked, name: str) -> Bundle | None:  # noqa: ARG002
        """The draft, resolved with what is in force by now."""
        with reading(self.shelves.engine) as connection:
            draft = drafts.find(connection, _KIND, name)
            return None if draft is None else _resolved(connection, draft)

    def write(self, asked: Asked, name: str, source: str, tables: Mapping[str, str] = _NO_TABLES) -> Draft:
        """Keeps a draft in place of the one before, with its tables."""
        now = self.shelves.now()
        with reading(self.shelves.engine) as connection:
            old = drafts.find(connection, _KIND, name)
            held = {**(old.tables if old else {}), **tables}
            told = [text for pair in sorted(held.items()) for text in pair]
            new = Draft(_KIND, name, source, digest_of(source, *told, length=64), (), now, tables=held)
            bundle = _resolved(connection, new)
        _check_name(name, bundle.book.name)
        with self.shelves.engine.begin() as connection:
            kept = drafts.write(connection, new, asked.caller.id, now=now)
            self._note(connection, asked, "rulebook_write", name, digest=kept.digest)
        return kept

    def drop(self, asked: Asked, name: str) -> bool:
        """Throws the draft away."""
        with self.shelves.engine.begin() as connection:
            gone = drafts.drop(connection, _KIND, name)
            if gone:
                self._note(connection, asked, "rulebook_drop", name)
        return gone

    def publish(
        self, asked: Asked, name: str, digest: str, note: str, *, examined: Examined = _UNTRIED
    ) -> BookVersion:
        """Puts the draft in force, as it was read."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            approval = Approval(
                asked.caller.id, digest, note, api_keys.behind(connection, asked.caller), self.own_approval
            )
            draft = approval.check(drafts.find(connection, _KIND, name))
            drafts.take(connection, draft)
            bundle = _resolved(connection, draft)
            examined.check(bundle.book.digest)
            _check_newer(bundle.book.version, library.versions(connection, name))
            version = _approved(bundle, draft, approval, now)
            library.publish(connection, bundle, version, now=now)
            detail = {"digest": version.digest, "note": note, **examined.told}
            self._note(connection, asked, "rulebook_publish", name, **detail)
        return version

    def retire(self, asked: Asked, name: str, digest: str, note: str) -> bool:
        """Takes a version out of use."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            kept = library.find(connection, digest)
            if kept is None or kept.name != name:
                return False
            check_unused(connection, kept, now=now)
            if not library.retire(connection, digest, now=now):
                return False
            self._note(connection, asked, "rulebook_retire", name, digest=digest, note=note)
        return True

    def measured(
        self, asked: Asked, name: str, call_ids: Sequence[str]
    ) -> Sequence[tuple[StoredCall, KeptMeasures]] | None:
        """Calls on which a draft is tried: read, and written down as read."""
        found: list[tuple[StoredCall, KeptMeasures]] = []
        with self.shelves.engine.begin() as connection:
            for call_id in call_ids:
                call = calls.find(connection, call_id, asked.caller.sight)
                if call is None:
                    return None
                found.append((call, _measures(connection, call_id)))
                entry = audit.Entry(
                    asked.caller.id, "read", f"call:{call_id}", {"trial_of": name}, asked.request_id
                )
                audit.write(connection, entry, now=self.shelves.now())
        return found

    def _note(self, connection: sa.Connection, asked: Asked, action: str, name: str, **detail: str) -> None:
        entry = audit.Entry(asked.caller.id, action, f"rulebook:{name}", detail, asked.request_id)
        audit.write(connection, entry, now=self.shelves.now())


def _pack(name: str) -> BookVersion:
    book = pack_bundle(name).book
    return BookVersion(book.digest, book.name, book.version, book.title, BookOrigin.SHIPPED)


def _approved(bundle: Bundle, draft: Draft, approval: Approval, now: datetime) -> BookVersion:
    book = bundle.book
    return BookVersion(
        digest=book.digest,
        name=book.name,
        version=book.version,
        title=book.title,
        origin=BookOrigin.PUBLISHED,
        authors=draft.authors,
        published_by=approval.who,
        note=approval.note,
        created_at=now,
    )


def _resolved(connection: sa.Connection, draft: Draft) -> Bundle:
    """The draft with its own tables, those last published with its name, and what it includes."""
    own = {kept_as(draft.name, file): text for file, text in draft.tables.items()}
    return bundle_text(
        draft.source, "draft", lambda name: own.get(name) or library.own_text(connection, name)
    )


def _check_name(name: str, written: str) -> None:
    if written != name:
        raise UsageError(
            "draft_other_name",
            where="name",
            problem=f"the book is called {written!r}, not {name!r}",
            fix="Make them the same",
            word=written,
            wanted=name,
        )
    if name in pack_names():
        raise UsageError(
            "draft_name_shipped",
            where="name",
            problem=f"{name!r} is the name of a shipped pack",
            fix="Give the book a name of its own and include the pack",
            word=name,
        )


def _check_newer(version: int, kept: Sequence[BookVersion]) -> None:
    latest = max((one.version for one in kept if one.origin is BookOrigin.PUBLISHED), default=0)
    if version <= latest:
        raise UsageError(
            "draft_version_used",
            where="version",
            problem=f"version {version} is not newer than {latest}, which was published",
            fix="Raise `version`",
            version=version,
            latest=latest,
        )


def _measures(connection: sa.Connection, call_id: str) -> KeptMeasures:
    kept = results.measured_call(connection, call_id)
    if kept is None:
        raise UsageError(
            "not_measured_yet", where=call_id, problem="is not measured yet", fix="Wait for its work to end"
        )
    return kept
