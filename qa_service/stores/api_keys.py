"""The keys of programs. Secrets are kept as hashes and never shown again.

A key may have scopes that wait: it opens nothing with them until somebody who has those rights agrees.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.people import Caller, KeyToAdd, Right, Sight
from qa_service.stores.ids import new_id
from qa_service.stores.tables import api_keys

#: What a key looks like: recognisable in a leaked file.
KEY_PREFIX = "qa_"
#: What callers with keys are called, before the key's id.
CALLER_PREFIX = "key:"


def add(
    connection: sa.Connection, wanted: KeyToAdd, waiting: frozenset[Right], *, by: str, now: datetime
) -> tuple[str, str]:
    """A key for a program: its id, and its secret, which is shown this once."""
    key_id, secret = new_id(now), KEY_PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        api_keys.insert().values(
            id=key_id,
            digest=digest(secret),
            name=wanted.name,
            scopes=_words(wanted.rights),
            waiting=_words(waiting),
            team=wanted.team,
            created_by=by,
            created_at=now,
            expires_at=wanted.expires_at,
        )
    )
    return key_id, secret


def of_secret(connection: sa.Connection, secret: str, *, now: datetime) -> Caller | None:
    """Whose key this is, while it is valid. A key without a team sees the calls of all teams."""
    opens = sa.and_(api_keys.c.digest == digest(secret), *_is_valid(now))
    row = connection.execute(sa.select(api_keys).where(opens)).first()
    if row is None:
        return None
    rights = _rights(row.scopes) - _rights(row.waiting)
    return Caller(f"{CALLER_PREFIX}{row.id}", row.name, rights, _sight(row.team), team=row.team)


def sight_of(connection: sa.Connection, caller_id: str, *, now: datetime) -> Sight:
    """What a key sees, by its caller's id; nothing where it is not valid any more."""
    which = sa.and_(api_keys.c.id == caller_id.removeprefix(CALLER_PREFIX), *_is_valid(now))
    row = connection.execute(sa.select(api_keys.c.team).where(which)).first()
    return Sight() if row is None else _sight(row.team)


def behind(connection: sa.Connection, caller: Caller) -> frozenset[str]:
    """The people in whose place a program acts: who made its key, and who approved what it may."""
    key_id = caller.id.removeprefix(CALLER_PREFIX)
    if key_id == caller.id:
        return frozenset()
    query = sa.select(api_keys.c.created_by, api_keys.c.approved_by).where(api_keys.c.id == key_id)
    return frozenset(who for row in connection.execute(query) for who in row if who)


def every(connection: sa.Connection) -> tuple[dict[str, Any], ...]:
    """All keys without their secrets, newest first."""
    kept = api_keys.c
    shown = (kept.id, kept.name, kept.scopes, kept.waiting, kept.team, kept.created_by, kept.approved_by)
    times = (kept.created_at, kept.expires_at, kept.revoked_at)
    query = sa.select(*shown, *times).order_by(kept.created_at.desc())
    return tuple(dict(row._mapping) for row in connection.execute(query))


def approve(connection: sa.Connection, key_id: str, *, by: str) -> bool:
    """The key has all its scopes from now on."""
    waits = sa.and_(api_keys.c.id == key_id, api_keys.c.waiting != "")
    done = connection.execute(api_keys.update().where(waits).values(waiting="", approved_by=by))
    return bool(done.rowcount)


def revoke(connection: sa.Connection, key_id: str, *, now: datetime) -> bool:
    """The key opens nothing from now on."""
    stands = sa.and_(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    return bool(connection.execute(api_keys.update().where(stands).values(revoked_at=now)).rowcount)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _sight(team: str) -> Sight:
    return Sight(teams=(team,)) if team else Sight(everything=True)


def _is_valid(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    still = sa.or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
    return api_keys.c.revoked_at.is_(None), still


def _rights(words: str) -> frozenset[Right]:
    return frozenset(map(Right, words.split()))


def _words(rights: frozenset[Right]) -> str:
    return " ".join(sorted(rights))
