"""What the API says and hears about what sources bring: dead letters, logins, recordings handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from qa_service.core.items import Letter, Login
from qa_service.web.schemas.base import Id, Label, Moment, Name, Said, Text, shown


class LetterRow(Said):
    """A dead letter."""

    id: Id
    source: str
    key: Label
    bytes: int
    reason: str
    tries: int
    seen_at: datetime
    died_at: datetime

    @classmethod
    def of(cls, letter: Letter) -> LetterRow:
        """The row of a letter."""
        return cls.like(letter)


class LetterList(Said):
    """Dead letters, newest first; `next` goes into `before` of the next request."""

    letters: list[LetterRow]
    next: str | None


class LoginSaid(Said):
    """Which agent sat at which extension; `until_at` null: still."""

    agent_id: Name = Field(min_length=1)
    extension: Name = Field(min_length=1)
    from_at: Moment = Field(examples=["2026-11-25T08:00:00+08:00"])
    until_at: Moment | None = None

    @classmethod
    def of(cls, login: Login) -> LoginSaid:
        """The row of a login."""
        return cls.like(login)


class LoginTable(Said):
    """The whole table."""

    model_config = shown(
        {"logins": [{"agent_id": "8001", "extension": "6001", "from_at": "2026-11-25T08:00:00+08:00"}]}
    )

    logins: list[LoginSaid] = Field(max_length=20_000)


class CallHanded(Said):
    """A recording that lies behind a link."""

    model_config = shown(
        {"call_id": "c-20261125-77", "recording_url": "https://dialler.example.com/r/77?sig=x"}
    )

    call_id: Name = Field(min_length=1, examples=["c-20261125-77"])
    recording_url: Text = Field(
        max_length=2_000, repr=False, examples=["https://dialler.example.com/r/77?sig=…"]
    )
    expires_at: Moment | None = Field(default=None, description="链接何时失效。When the link expires.")
    file_name: Text = Field(default="", max_length=255)
    envelope: dict[str, Any] = Field(default={}, description="随录数据（docs/envelope.md）。")


class Noted(Said):
    """It is written down and will be fetched."""

    is_known: bool = Field(description="以前报过。It was told before.")
