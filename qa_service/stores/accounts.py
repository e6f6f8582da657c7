"""The port `Accounts`: who can come in. Every change is written into the audit log in its own transaction."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.passwords import LEAST, MOST, why_weak
from qa_service.core.people import CENTRE_ROLES, RIGHTS, Asked, Caller, User, UserChange, UserRole
from qa_service.stores import audit, people
from qa_service.stores.api_keys import CALLER_PREFIX
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.key_desk import KeyDesk

#: What is wrong with a password, in English (i18n `value.why` has it in other languages).
_WEAK = {
    "password_length": f"is not of {LEAST} to {MOST} characters",
    "password_name": "holds the name",
    "password_few": "has too few different characters",
    "password_repeats": "is one piece again and again",
    "password_row": "is a row of characters that follow each other",
    "password_common": "is one that many people take",
}
_NAME = re.compile(r"[\w.@-]{2,100}")


@dataclass(frozen=True, slots=True)
class StoreAccounts(KeyDesk):
    """Users and sessions, beside the keys."""

    def sign_in(
        self, name: str, password: str, request_id: str, *, address: str = ""
    ) -> tuple[User, str] | None:
        """The user and the secret of a new session; a try that failed is written down too."""
        with reading(self.shelves.engine) as connection:
            user = people.check_password(connection, name, password)
        with self.shelves.engine.begin() as connection:
            return self._came_in(connection, user, name, request_id, {"address": address})

    def sign_in_as(self, name: str, request_id: str, *, address: str = "") -> tuple[User, str] | None:
        """A session for somebody whom a provider knows by this name."""
        with self.shelves.engine.begin() as connection:
            user = people.named(connection, name)
            return self._came_in(connection, user, name, request_id, {"address": address, "by": "oidc"})

    def _came_in(
        self, connection: sa.Connection, user: User | None, name: str, request_id: str, detail: dict[str, str]
    ) -> tuple[User, str] | None:
        """The session of who may come in; else the try stands in the audit log.

        A name that nobody has may be a password in the wrong field: of it an alias is written down.
        """
        now = self.shelves.now()
        if user is not None:
            audit.write(connection, audit.Entry(user.id, "sign_in", "", detail, request_id), now=now)
            return user, people.begin_session(connection, user, now=now)
        known = people.id_of(connection, name)
        told = detail if known else {**detail, "alias": self.shelves.key.alias(name)}
        on = f"user:{known}" if known else ""
        audit.write(connection, audit.Entry("nobody", "sign_in_failed", on, told, request_id), now=now)
        return None

    def by_session(self, secret: str) -> Caller | None:
        """Whose session this is."""
        now = self.shelves.now()
        with reading(self.shelves.engine) as connection:
            caller, is_due = people.of_session(connection, secret, now=now)
        if caller and is_due:
            with self.shelves.engine.begin() as connection:
                people.seen(connection, secret, now=now)
        return caller

    def sign_out(self, asked: Asked, secret: str) -> None:
        """Ends a session."""
        with self.shelves.engine.begin() as connection:
            people.end_session(connection, secret)
            self._write(connection, asked, "sign_out")

    def users(self, asked: Asked) -> Sequence[User]:  # noqa: ARG002
        """Everybody."""
        with reading(self.shelves.engine) as connection:
            return people.all_users(connection)

    def names(self, ids: Collection[str]) -> Mapping[str, str]:
        """What people and programs are called, of those ids that are known."""
        with reading(self.shelves.engine) as connection:
            return people.names(connection, ids)

    def add_user(self, asked: Asked, user: User, password: str) -> User:
        """A new user."""
        _check(user, password)
        now = self.shelves.now()
        added = replace(user, id=new_id(now))
        _check_may_make(asked, added)
        with self.shelves.engine.begin() as connection:
            if people.has_one_like(connection, added.name):
                raise UsageError("name_taken", where="name", problem="is taken", fix="Choose another name")
            _check_agent(connection, added)
            people.add_user(connection, added, password, now=now)
            self._write(connection, asked, "add_user", f"user:{added.id}", {"role": added.role.value})
        return added

    def change_user(self, asked: Asked, user_id: str, change: UserChange) -> User | None:
        """The user as changed."""
        with self.shelves.engine.begin() as connection:
            admins = people.hold_admins(connection)
            before = people.find_user(connection, user_id)
            if before is None:
                return None
            after = change.of(before)
            _check_user(after)
            _check_may_make(asked, before)
            _check_may_make(asked, after)
            if not after.is_disabled:
                _check_agent(connection, after)
            if change.password is not None:
                _check_password(after, change.password)
            if not after.is_admin:
                _check_admins(admins, user_id)
            people.change(connection, after, change.password, now=self.shelves.now())
            self._write(connection, asked, "change_user", f"user:{user_id}", _changes(before, after, change))
        return after

    def change_password(self, asked: Asked, old: str, new: str, *, keeps: str) -> bool:
        """Changes one's own password; sessions but `keeps` end."""
        name, user_id = asked.caller.name, asked.caller.id
        with reading(self.shelves.engine) as connection:
            user = people.check_password(connection, name, old)
        if user is None or user.id != user_id:
            return False
        _check_password(user, new)
        with self.shelves.engine.begin() as connection:
            people.set_password(connection, user_id, new)
            people.end_sessions(connection, user_id, keeps=keeps)
            self._write(connection, asked, "change_password", f"user:{user_id}")
        return True

    def disable_user(self, asked: Asked, user_id: str) -> bool:
        """Ends somebody's access at once."""
        with self.shelves.engine.begin() as connection:
            _check_admins(people.hold_admins(connection), user_id)
            done = people.disable(connection, user_id, now=self.shelves.now())
            if done:
                self._write(connection, asked, "disable_user", f"user:{user_id}")
        return done


def _changes(before: User, after: User, change: UserChange) -> dict[str, Any]:
    """What became different, for the audit log; a password is only said to be new."""
    named = ("role", "shown_as", "teams", "agent_id", "is_disabled")
    told: dict[str, Any] = {
        name: [getattr(before, name), getattr(after, name)]
        for name in named
        if getattr(before, name) != getattr(after, name)
    }
    return {**told, "password": "new"} if change.password is not None else told


def _check_admins(admins: frozenset[str], user_id: str) -> None:
    """That somebody can still look after users when this one cannot."""
    if admins == {user_id}:
        raise UsageError(
            "last_admin", problem="nobody could look after users any more", fix="Add an admin first"
        )


def _check_may_make(asked: Asked, user: User) -> None:
    """A program makes nobody who may do more than itself, and opens no such account: its scopes alone were approved."""
    is_program = asked.caller.id.startswith(CALLER_PREFIX)
    if is_program and not RIGHTS[user.role] <= asked.caller.rights:
        raise UsageError(
            "user_beyond_key",
            where="role",
            problem="a program cannot make or change people who may do more than itself",
            fix="Let an admin do it",
        )


def _check_agent(connection: sa.Connection, user: User) -> None:
    """Two people with one number would read each other's calls."""
    people.hold_admins(connection)  # two users are not added at once
    if people.is_somebodys(connection, user.agent_id, but=user.id):
        raise UsageError(
            "agent_taken",
            where="agent_id",
            problem="is another user's number",
            fix="Disable that user first; where two sites number alike, put the site before the number",
        )


def _check(user: User, password: str) -> None:
    _check_user(user)
    _check_password(user, password)


def _check_user(user: User) -> None:
    if not _NAME.fullmatch(user.name):
        raise UsageError(
            "user_invalid",
            where="name",
            problem="is no name to sign in with",
            fix="Use 2 to 100 letters, digits, dots, hyphens or @",
        )
    if user.role in CENTRE_ROLES and user.teams:
        raise UsageError(
            "role_of_centre",
            where="teams",
            problem="admins and auditors are of the whole centre, and of no team",
            fix="Leave the teams out",
        )
    if (user.role is UserRole.AGENT) != bool(user.agent_id):
        raise UsageError(
            "user_invalid",
            where="agent_id",
            problem="goes with the role agent, and only with it",
            fix="Name the agent's own id for an agent, and none for others",
        )


def _check_password(user: User, password: str) -> None:
    if why := why_weak(password, user.name):
        raise UsageError(
            "password_weak",
            where="password",
            problem=_WEAK[why],
            fix="Use a sentence of your own",
            why=why,
            least=LEAST,
            most=MOST,
        )
