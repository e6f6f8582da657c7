"""What the API says and hears about people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qa_service.core.people import Right, User, UserRole
from qa_service.web.schemas.base import Id, Name, Said, Text, shown


class SignIn(Said):
    """Name and password."""

    model_config = shown({"name": "li.wei", "password": "一句只有自己知道的话"})
    name: Name = Field(examples=["li.wei"])
    password: Text = Field(max_length=200, repr=False, examples=["一句只有自己知道的话"])


class Me(Said):
    """Who is signed in."""

    id: str
    name: str
    role: UserRole | None
    teams: list[str]
    rights: list[Right]


class UserRow(Said):
    """Somebody who can sign in."""

    id: Id
    name: str
    shown_as: str
    role: UserRole
    teams: list[str]
    agent_id: str
    is_disabled: bool

    @classmethod
    def of(cls, user: User) -> UserRow:
        """The row of a user."""
        return cls.like(user, teams=list(user.teams))


class UserList(Said):
    """Everybody, by name."""

    users: list[UserRow]


class NewUser(Said):
    """A user to be added."""

    model_config = shown(
        {"name": "li.wei", "password": "一句只有自己知道的话", "role": "reviewer", "teams": ["北区"]}
    )
    name: Name = Field(examples=["li.wei"])
    password: Text = Field(max_length=200, repr=False, examples=["一句只有自己知道的话"])
    role: UserRole
    shown_as: Name = Field(default="", examples=["李伟"])
    teams: list[Annotated[Name, Field(min_length=1)]] = Field(default=[], max_length=50, examples=[["北区"]])
    agent_id: Name = Field(default="", description="坐席角色必写，其他角色不写。For agents only.")
