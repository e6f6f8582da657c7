"""Rulebooks by digest, with every text that went into them: what judged a call a year ago can be read today."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import zstandard

from qa_service.core.errors import UsageError
from qa_service.core.rulebooks import BookOrigin, BookVersion
from qa_service.core.texts import Text
from qa_service.rulebook.book import Bundle
from qa_service.stores.merge import add_missing, put
from qa_service.stores.tables import rulebooks

_NO_CONTENT = tuple(column for column in rulebooks.c if column.name != "content")


def remember(
    connection: sa.Connection, bundle: Bundle, origin: BookOrigin = BookOrigin.SHIPPED, *, now: datetime
) -> None:
    """Keeps a rulebook that judges, where it is not kept yet: nobody published it here.

    One that was only tried, and judges now, is one like the others.
    """
    known = connection.execute(
        sa.select(rulebooks.c.origin).where(rulebooks.c.digest == bundle.book.digest)
    ).scalar()
    if known is None:
        add_missing(connection, rulebooks, _row(bundle, origin, now))
    elif known == BookOrigin.TRIED.value and origin is not BookOrigin.TRIED:
        same = rulebooks.update().where(rulebooks.c.digest == bundle.book.digest)
        connection.execute(same.values(origin=origin.value))


def publish(connection: sa.Connection, bundle: Bundle, version: BookVersion, *, now: datetime) -> None:
    """Keeps a rulebook that people approved; one that judged before, as a file, becomes the centre's own."""
    row = _row(bundle, BookOrigin.PUBLISHED, now) | {
        "authors": json.dumps(version.authors),
        "published_by": version.published_by,
        "note": version.note,
    }
    put(connection, rulebooks, row)


def retire(connection: sa.Connection, digest: str, *, now: datetime) -> bool:
    """Takes a version out of use; answers whether there was one in use."""
    done = connection.execute(
        rulebooks.update()
        .where(
            rulebooks.c.digest == digest,
            rulebooks.c.origin == BookOrigin.PUBLISHED.value,
            rulebooks.c.retired_at.is_(None),
        )
        .values(retired_at=now)
    )
    return bool(done.rowcount)


def find(connection: sa.Connection, digest: str) -> BookVersion | None:
    """A version that is kept."""
    row = connection.execute(sa.select(*_NO_CONTENT).where(rulebooks.c.digest == digest)).first()
    return None if row is None else _version(row)


def texts(connection: sa.Connection, digest: str) -> Mapping[str, str]:
    """Every text that went into a version that is kept: name of each book → its text, its own first.

    Raises:
        UsageError: `not_found`.
    """
    query = sa.select(rulebooks.c.content).where(rulebooks.c.digest == digest)
    content = connection.execute(query).scalar()
    if content is None:
        raise UsageError("not_found", where=digest, problem="is not there", fix="Check the digest")
    found: dict[str, str] = json.loads(zstandard.ZstdDecompressor().decompress(content))
    return found


def versions(connection: sa.Connection, name: str = "") -> Sequence[BookVersion]:
    """All versions that are kept, of one name or of all: by name, newest first."""
    query = sa.select(*_NO_CONTENT).where(rulebooks.c.origin != BookOrigin.TRIED.value)
    if name:
        query = query.where(rulebooks.c.name == name)
    ordered = query.order_by(rulebooks.c.name, rulebooks.c.version.desc(), rulebooks.c.created_at.desc())
    return tuple(map(_version, connection.execute(ordered)))


def in_force(connection: sa.Connection, ref: str, day: date | None = None) -> str:
    """The digest of the centre's own rulebook that `name` or `name@version` stands for; empty where it has none.

    With a day: of the newest version that judges calls of that day.
    """
    name, _, version = ref.partition("@")
    query = sa.select(rulebooks.c.digest).where(
        rulebooks.c.name == name,
        rulebooks.c.origin == BookOrigin.PUBLISHED.value,
        rulebooks.c.retired_at.is_(None),
    )
    if version:
        query = query.where(rulebooks.c.version == int(version))
    if day is not None:
        query = query.where(_judges_on(day))
    newest = query.order_by(rulebooks.c.version.desc()).limit(1)
    return str(connection.execute(newest).scalar() or "")


def _judges_on(day: date) -> sa.ColumnElement[bool]:
    since, until = rulebooks.c.effective_from, rulebooks.c.effective_to
    return sa.and_(sa.or_(since.is_(None), since <= day), sa.or_(until.is_(None), until >= day))


def own_text(connection: sa.Connection, name: str) -> str | None:
    """The text of the centre's own rulebook in force: what an `include` of it means; or of a table kept with it.

    `name@version` means that version, as long as it is not retired; a table is `name/table` or `name@version/table`.
    """
    ref, slash, table = name.partition("/")
    digest = in_force(connection, ref)
    return texts(connection, digest).get(f"{ref.partition('@')[0]}{slash}{table}") if digest else None


def in_use(connection: sa.Connection) -> Sequence[BookVersion]:
    """The centre's own versions that are not retired: by name, newest first."""
    return [
        kept
        for kept in versions(connection)
        if kept.origin is BookOrigin.PUBLISHED and kept.retired_at is None
    ]


def _row(bundle: Bundle, origin: BookOrigin, now: datetime) -> dict[str, Any]:
    book = bundle.book
    return {
        "digest": book.digest,
        "name": book.name,
        "version": book.version,
        "origin": origin.value,
        "title": json.dumps(asdict(book.title), ensure_ascii=False),
        "content": _packed(bundle.texts),
        "created_at": now,
        "effective_from": book.effective.since,
        "effective_to": book.effective.until,
    }


def _packed(texts: Mapping[str, str]) -> bytes:
    # The order counts: the book's own text is the first.
    text = json.dumps(dict(texts), ensure_ascii=False)
    return zstandard.ZstdCompressor(level=9).compress(text.encode("utf-8", "surrogatepass"))


def _version(row: Any) -> BookVersion:
    return BookVersion(
        digest=row.digest,
        name=row.name,
        version=row.version,
        title=Text(**json.loads(row.title)),
        origin=BookOrigin(row.origin),
        authors=tuple(json.loads(row.authors)),
        published_by=row.published_by,
        note=row.note,
        created_at=row.created_at,
        retired_at=row.retired_at,
    )
