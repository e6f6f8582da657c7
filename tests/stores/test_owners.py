"""Whoever began an upload is told of calls that they see when it ends, and of no others."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.people import GUEST, MACHINE, KeyToAdd, Right, Sight, User, UserRole
from qa_service.stores import api_keys, owners, people
from tests.stores.rows import NOW

NOBODY = Sight()


def sight(connection: sa.Connection, owner: str) -> Sight:
    asked = owners.asked_by(connection, owner, ("r", "t"), now=NOW)
    assert (asked.caller.id, asked.caller.rights, asked.request_id, asked.trace) == (
        owner,
        frozenset(),
        "r",
        "t",
    )
    return asked.caller.sight


@pytest.mark.parametrize(
    ("role", "teams", "sees"),
    [
        (UserRole.SUPERVISOR, ("north", "south"), Sight(teams=("north", "south"))),
        (UserRole.QA_LEAD, (), Sight(everything=True)),
        (UserRole.AGENT, ("north",), Sight(agent_id="8001")),
    ],
)
def test_people_see_what_they_see(
    engine: sa.Engine, role: UserRole, teams: tuple[str, ...], sees: Sight
) -> None:
    user = User("user-1", "somebody", role, teams=teams, agent_id="8001")
    with engine.begin() as connection:
        people.add_user(connection, user, "long enough to be kept", now=NOW)
        able = sight(connection, user.id)
        people.disable(connection, user.id, now=NOW)

        assert (able, sight(connection, user.id)) == (sees, NOBODY)


@pytest.mark.parametrize(
    ("team", "sees"), [("north", Sight(teams=("north",))), ("", Sight(everything=True))], ids=["team", "all"]
)
def test_keys_see_their_team_as_long_as_they_are_valid(engine: sa.Engine, team: str, sees: Sight) -> None:
    rights, ends = frozenset({Right.UPLOAD}), NOW + timedelta(hours=1)
    with engine.begin() as connection:
        ids = [
            api_keys.add(connection, KeyToAdd("k", rights, team, expires_at), frozenset(), by="x", now=NOW)[0]
            for expires_at in (ends, NOW - timedelta(seconds=1))
        ]
        valid, ended = (sight(connection, f"key:{key_id}") for key_id in ids)
        api_keys.revoke(connection, ids[0], now=NOW)

        assert (valid, ended, sight(connection, f"key:{ids[0]}")) == (sees, NOBODY, NOBODY)


@pytest.mark.parametrize("owner", ["", "nobody", "key:", "key:nobody", "source:1"])
def test_who_is_not_known_sees_nothing(engine: sa.Engine, owner: str) -> None:
    with engine.begin() as connection:
        assert sight(connection, owner) == NOBODY


@pytest.mark.parametrize("caller", [GUEST, MACHINE], ids=["guest", "machine"])
def test_who_never_signs_in_sees_everything(engine: sa.Engine, caller: object) -> None:
    with engine.begin() as connection:
        assert sight(connection, str(getattr(caller, "id", ""))) == Sight(everything=True)
