"""Users and their sessions. Secrets are kept as hashes and never shown again."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from qa_service.core.people import Caller, User, UserRole, caller_of
from qa_service.core.staff import plain_id
from qa_service.stores.api_keys import digest
from qa_service.stores.engine import UtcTime
from qa_service.stores.tables import api_keys, sessions, user_teams, users

#: A session ends after a shift, and earlier when nobody used it for an hour.
SESSION = timedelta(hours=12)
IDLE = timedelta(hours=1)
#: Use is noted this often: not every request is a write.
_NOTED = timedelta(minutes=1)
_HASHER = PasswordHasher()


def add_user(connection: sa.Connection, user: User, password: str, *, now: datetime) -> None:
    """A user who can sign in from now on; the caller has checked name and password."""
    connection.execute(
        users.insert().values(
            id=user.id,
            name=user.name,
            shown_as=user.shown_as,
            password=_HASHER.hash(password),
            role=user.role.value,
            agent_id=plain_id(user.agent_id),
            created_at=now,
        )
    )
    if user.teams:
        connection.execute(
            user_teams.insert(), [{"user_id": user.id, "team": team} for team in sorted(set(user.teams))]
        )


def find_user(connection: sa.Connection, user_id: str) -> User | None:
    """The user with this id."""
    row = connection.execute(sa.select(users).where(users.c.id == user_id)).first()
    return None if row is None else _user(connection, row)


def named(connection: sa.Connection, name: str) -> User | None:
    """The user with this name who may come in."""
    able = sa.and_(users.c.name == name, users.c.disabled_at.is_(None))
    row = connection.execute(sa.select(users).where(able)).first()
    return None if row is None else _user(connection, row)


def names(connection: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """What these people are called, and these programs (`key:<id>`), of those that are known."""
    shown = sa.case((users.c.shown_as != "", users.c.shown_as), else_=users.c.name)
    of_keys = [one.removeprefix("key:") for one in ids if one.startswith("key:")]
    found = {
        row[0]: row[1] for row in connection.execute(sa.select(users.c.id, shown).where(users.c.id.in_(ids)))
    }
    keys = sa.select(api_keys.c.id, api_keys.c.name).where(api_keys.c.id.in_(of_keys))
    return found | {f"key:{row.id}": row.name for row in connection.execute(keys)}


def id_of(connection: sa.Connection, name: str) -> str | None:
    """Who has this name, also of those who may not come in any more."""
    return connection.execute(sa.select(users.c.id).where(users.c.name == name)).scalar()


def has_one_like(connection: sa.Connection, name: str) -> bool:
    """Whether somebody is called so, or so that people would take one for the other (ADMIN, ａｄｍｉｎ)."""
    wanted = _plain(name)
    return any(_plain(known) == wanted for known in connection.execute(sa.select(users.c.name)).scalars())


def is_somebodys(connection: sa.Connection, agent_id: str, *, but: str = "") -> bool:
    """Whether somebody who may come in, other than `but`, is this agent, or one whose number looks the same."""
    able = sa.and_(users.c.agent_id != "", users.c.disabled_at.is_(None), users.c.id != but)
    known = connection.execute(sa.select(users.c.agent_id).where(able)).scalars()
    return bool(agent_id) and _plain(agent_id) in map(_plain, known)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def all_users(connection: sa.Connection) -> tuple[User, ...]:
    """Everybody, by name."""
    return tuple(
        _user(connection, row) for row in connection.execute(sa.select(users).order_by(users.c.name)).all()
    )


def disable(connection: sa.Connection, user_id: str, *, now: datetime) -> bool:
    """Ends somebody's sessions, and nobody signs in with that name again."""
    done = connection.execute(
        users.update().where(users.c.id == user_id, users.c.disabled_at.is_(None)).values(disabled_at=now)
    )
    connection.execute(sessions.delete().where(sessions.c.user_id == user_id))
    return bool(done.rowcount)


def change(connection: sa.Connection, user: User, password: str | None, *, now: datetime) -> None:
    """The user as it is from now on; open sessions end."""
    values = {"shown_as": user.shown_as, "role": user.role.value, "agent_id": plain_id(user.agent_id)}
    secret = {} if password is None else {"password": _HASHER.hash(password)}
    # A second shutting out leaves the moment of the first.
    shut_out = sa.func.coalesce(users.c.disabled_at, sa.literal(now, UtcTime)) if user.is_disabled else None
    connection.execute(
        users.update().where(users.c.id == user.id).values(**values, **secret, disabled_at=shut_out)
    )
    connection.execute(user_teams.delete().where(user_teams.c.user_id == user.id))
    if user.teams:
        connection.execute(
            user_teams.insert(), [{"user_id": user.id, "team": team} for team in sorted(set(user.teams))]
        )
    end_sessions(connection, user.id)


def end_sessions(connection: sa.Connection, user_id: str, *, keeps: str = "") -> None:
    """All sessions of a user end, but the one with this secret."""
    others = sa.and_(sessions.c.user_id == user_id, sessions.c.digest != digest(keeps))
    connection.execute(sessions.delete().where(others))


def hold_admins(connection: sa.Connection) -> frozenset[str]:
    """Who can look after users, by id; nobody else takes one of them away before this transaction ends."""
    able = sa.and_(users.c.role == UserRole.ADMIN.value, users.c.disabled_at.is_(None))
    # In one order, so that two who take each other away do not wait for each other.
    query = sa.select(users.c.id).where(able).order_by(users.c.id).with_for_update()
    return frozenset(connection.execute(query).scalars())


def set_password(connection: sa.Connection, user_id: str, password: str) -> None:
    """Opens with this from now on."""
    connection.execute(users.update().where(users.c.id == user_id).values(password=_HASHER.hash(password)))


def check_password(connection: sa.Connection, name: str, password: str) -> User | None:
    """Whose password this is. Unknown names take as long as known ones."""
    row = connection.execute(sa.select(users).where(users.c.name == name)).first()
    try:
        _HASHER.verify(row.password if row else _nobody(), password)
    except VerificationError:
        return None
    return None if row is None or row.disabled_at is not None else _user(connection, row)


def begin_session(connection: sa.Connection, user: User, *, now: datetime) -> str:
    """The secret of a new session; old ones of anybody that have ended are removed."""
    secret = secrets.token_urlsafe(32)
    connection.execute(sessions.delete().where(sessions.c.expires_at < now))
    connection.execute(
        sessions.insert().values(
            digest=digest(secret), user_id=user.id, created_at=now, seen_at=now, expires_at=now + SESSION
        )
    )
    return secret


def of_session(connection: sa.Connection, secret: str, *, now: datetime) -> tuple[Caller | None, bool]:
    """Whose session this is, while it lasts, and whether it is time to note that it was used."""
    query = (
        sa.select(users, sessions.c.seen_at)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            sessions.c.digest == digest(secret),
            sessions.c.expires_at > now,
            sessions.c.seen_at > now - IDLE,
            users.c.disabled_at.is_(None),
        )
    )
    row = connection.execute(query).first()
    if row is None:
        return None, False
    return caller_of(_user(connection, row)), row.seen_at < now - _NOTED


def seen(connection: sa.Connection, secret: str, *, now: datetime) -> None:
    """The session was used."""
    connection.execute(sessions.update().where(sessions.c.digest == digest(secret)).values(seen_at=now))


def end_session(connection: sa.Connection, secret: str) -> None:
    """Nobody comes in with this any more."""
    connection.execute(sessions.delete().where(sessions.c.digest == digest(secret)))


def _user(connection: sa.Connection, row: Any) -> User:
    teams = connection.execute(
        sa.select(user_teams.c.team).where(user_teams.c.user_id == row.id).order_by(user_teams.c.team)
    ).scalars()
    return User(
        id=row.id,
        name=row.name,
        role=UserRole(row.role),
        shown_as=row.shown_as,
        teams=tuple(teams),
        agent_id=row.agent_id,
        is_disabled=row.disabled_at is not None,
    )


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
