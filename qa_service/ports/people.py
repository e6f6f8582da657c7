"""Who comes in, as the API sees it: users, sessions, keys, and signing in through somebody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from qa_service.core.people import Asked, Caller, KeyToAdd, User, UserChange


class Tries(Protocol):
    """How often somebody tries to come in."""

    def hit(self, kind: str, who: str, most: int) -> bool:
        """Counts a try of the last minute; one too many is answered with False, and not counted.

        Raises:
            DatabaseAway: it cannot be counted.
        """


class Accounts(Protocol):
    """Who can come in."""

    def sign_in(
        self, name: str, password: str, request_id: str, *, address: str = ""
    ) -> tuple[User, str] | None:
        """The user and the secret of a new session; `address` is where the request came from."""

    def sign_in_as(self, name: str, request_id: str, *, address: str = "") -> tuple[User, str] | None:
        """The same for who has shown elsewhere who they are; None where nobody here has that name."""

    def by_session(self, secret: str) -> Caller | None:
        """Whose session this is."""

    def by_key(self, secret: str) -> Caller | None:
        """Whose API key this is."""

    def sign_out(self, asked: Asked, secret: str) -> None:
        """Ends a session."""

    def users(self, asked: Asked) -> Sequence[User]:
        """Everybody."""

    def names(self, ids: Collection[str]) -> Mapping[str, str]:
        """What people and programs are called, of those ids that are known."""

    def add_user(self, asked: Asked, user: User, password: str) -> User:
        """A new user; the id is given here.

        Raises:
            UsageError: `name_taken`, `agent_taken`, `password_weak`, `user_invalid`.
        """

    def change_user(self, asked: Asked, user_id: str, change: UserChange) -> User | None:
        """The user as changed; None where there is none. Sessions end where rights or password change.

        Raises:
            UsageError: `agent_taken`, `password_weak`, `user_invalid`, `last_admin`.
        """

    def change_password(self, asked: Asked, old: str, new: str, *, keeps: str) -> bool:
        """Changes one's own password; sessions but `keeps` end. False where `old` is wrong.

        Raises:
            UsageError: `password_weak`.
        """

    def disable_user(self, asked: Asked, user_id: str) -> bool:
        """Ends somebody's access at once.

        Raises:
            UsageError: `last_admin`.
        """

    def keys(self, asked: Asked) -> Sequence[Mapping[str, Any]]:
        """All API keys, without their secrets."""

    def waiting_keys(self, asked: Asked) -> Sequence[Mapping[str, Any]]:
        """The keys with scopes that wait for somebody who sees what they would."""

    def add_key(self, asked: Asked, wanted: KeyToAdd) -> tuple[str, str]:
        """A new key: its id, and its secret, shown this once. What its maker may not do waits."""

    def approve_key(self, asked: Asked, key_id: str) -> bool:
        """The key has all its scopes from now on. False where none waits that one sees.

        Raises:
            UsageError: `own_key`, `key_too_wide`.
        """

    def revoke_key(self, asked: Asked, key_id: str) -> bool:
        """The key opens nothing from now on."""


class SignOn(Protocol):
    """Signing in through somebody else."""

    def begin(self) -> tuple[str, str]:
        """Where the browser goes, and what it keeps for us meanwhile (a cookie's value).

        Raises:
            SignOnError: `sign_on_away`, `sign_on_refused`.
        """

    def finish(self, kept: str, state: str, code: str) -> str:
        """The name of who has signed in.

        Raises:
            SignOnError: `sign_on_away`, `sign_on_refused`.
        """
