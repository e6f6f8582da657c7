"""What the API says and hears about the keys of programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from qa_service.core.people import Right
from qa_service.web.schemas.base import Id, Moment, Name, Names, Said, shown


class NewKey(Said):
    """A key to be added; without a team it sees the calls of all teams."""

    model_config = shown(
        {
            "name": "录音平台",
            "scopes": ["calls:upload", "calls:read"],
            "expires_at": "2027-01-01T00:00:00+08:00",
        }
    )
    name: Name = Field(min_length=1, examples=["录音平台"])
    scopes: list[Right] = Field(min_length=1, examples=[["calls:upload", "calls:read"]])
    team: Name = Field(default="", description="只看这一组；不写看所有组。")
    expires_at: Moment | None = Field(default=None, examples=["2027-01-01T00:00:00+08:00"])


class KeyMade(Said):
    """The secret of a new key; it is not shown again."""

    id: Id
    secret: str
    waiting: list[Right] = Field(description="您自己没有的权限：等有它们的人批准。Until somebody approves.")


class KeyRow(Said):
    """A key without its secret."""

    id: Id
    name: str
    scopes: list[str]
    waiting: list[str] = Field(description="还不能用的权限。Scopes that wait.")
    team: str
    created_by: str
    approved_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> KeyRow:
        """The row of a key."""
        return cls(**{**row, "scopes": row["scopes"].split(), "waiting": row["waiting"].split()})


class KeyList(Said):
    """Keys, newest first."""

    keys: list[KeyRow]
    names: Names
