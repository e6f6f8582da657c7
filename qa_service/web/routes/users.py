"""Users: added, changed, shut out; and one's own password."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from qa_service.core.people import Right, User, UserChange, UserRole
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import Denied, done, people_only, there
from qa_service.web.deps import COOKIE, AskedBy, Here, address_of, check_team, check_tries, wants
from qa_service.web.schemas import Id, Name, Said, Text, shown
from qa_service.web.schemas.people import NewUser, UserList, UserRow

router = APIRouter(tags=["users"], responses=answers(*SIGNED_IN))
_Password = Annotated[Text, Field(max_length=200, examples=["一句只有自己知道的话"])]


class UserToChange(Said):
    """What is to be different; what is not named stays."""

    model_config = shown({"role": "supervisor", "teams": ["北区"]})
    role: UserRole | None = None
    shown_as: Name | None = None
    teams: list[Annotated[Name, Field(min_length=1)]] | None = Field(default=None, max_length=50)
    agent_id: Name | None = Field(default=None, description="坐席角色必写，其他角色写空。For agents only.")
    password: _Password | None = Field(default=None, repr=False, description="重设口令。A new password.")
    is_disabled: bool | None = Field(default=None, description="停用，或恢复。Shut out, or let in again.")


class PasswordChange(Said):
    """One's own password."""

    model_config = shown({"old": "从前用过的另外一句话", "new": "一句只有自己知道的话"})
    old: _Password = Field(repr=False)
    new: _Password = Field(repr=False)


@router.get("/users", summary="用户列表 List users", dependencies=[wants(Right.MANAGE_PEOPLE)])
def users(here: Here, by: AskedBy) -> UserList:
    """Everybody who can sign in."""
    return UserList(users=[UserRow.of(user) for user in here.accounts.users(by)])


@router.post(
    "/users",
    summary="加用户 Add a user",
    status_code=201,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses=answers(409, 422),
)
def add_user(here: Here, by: AskedBy, given: NewUser) -> UserRow:
    """Adds somebody."""
    _check_teams(here, given.teams)
    user = User(
        id="",
        name=given.name,
        role=given.role,
        shown_as=given.shown_as,
        teams=tuple(given.teams),
        agent_id=given.agent_id,
    )
    return UserRow.of(here.accounts.add_user(by, user, given.password))


@router.post(
    "/users/{user_id}/disable",
    summary="停用用户 Disable a user",
    **NOTHING,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses=answers(404, 409, 422),
)
def disable_user(here: Here, by: AskedBy, user_id: Id) -> None:
    """Ends somebody's access at once, also in sessions that are open."""
    done(here.accounts.disable_user(by, user_id))


@router.patch(
    "/users/{user_id}",
    summary="改用户 Change a user",
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses=answers(404, 409, 422),
)
def change_user(here: Here, by: AskedBy, user_id: Id, given: UserToChange) -> UserRow:
    """Changes somebody. Open sessions end where role, teams, password or access change."""
    _check_teams(here, given.teams or ())
    wanted = given.model_dump()
    if wanted["teams"] is not None:
        wanted["teams"] = tuple(wanted["teams"])
    return UserRow.of(there(here.accounts.change_user(by, user_id, UserChange(**wanted))))


@router.post(
    "/me/password",
    summary="改口令 Change one's password",
    **NOTHING,
    responses=answers(422),
)
def change_password(here: Here, by: AskedBy, request: Request, given: PasswordChange) -> None:
    """Changes one's own password; other sessions end. Programs have none."""
    if by.caller.role is None:
        raise people_only("a program has no password")
    check_tries(here, by.caller.name, address_of(request))
    kept = request.cookies.get(COOKIE, "")
    if not here.accounts.change_password(by, given.old, given.new, keeps=kept):
        raise Denied("password_wrong", where="old", problem="is not the password", fix="Type it again")


def _check_teams(here: Here, teams: Iterable[str]) -> None:
    """A slip in a team's name leaves somebody with nothing to see.

    Raises:
        Denied: `team_unknown`.
    """
    for place, team in enumerate(teams):
        check_team(here, team, f"teams[{place}]")
