"""What the API says and hears about sources."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from qa_service.core.sources import (
    Handling,
    JoinBy,
    Keep,
    NewSource,
    Place,
    Secrets,
    SinceAs,
    Source,
    SourceKind,
)
from qa_service.ports.sources import Tried
from qa_service.web.deps import in_utc
from qa_service.web.schemas import Id, Label, Moment, Name, Said, Text, shown

Ending = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\.[^\x00/]*$", examples=[".wav"])]
LegEnd = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00/.]*$", examples=["-in"])]


class PlaceSaid(Said):
    """Where a source lies; which fields count depends on its kind (docs/sources.md)."""

    folder: Text = Field(default="", max_length=1_000, examples=["/srv/recordings"])
    url: Text = Field(default="", max_length=1_000, examples=["s3://recordings/2026"])
    endpoint: Text = Field(default="", max_length=500)
    region: Name = ""
    host: Text = Field(default="", max_length=253)
    port: int = Field(default=22, ge=1, le=65_535)
    user: Name = ""
    host_key: Text = Field(default="", max_length=2_000, description="ssh-keyscan 打印的那一行。")
    query: Text = Field(default="", max_length=10_000)
    since_as: SinceAs = SinceAs.LOCAL


class SecretsGiven(Said):
    """What opens a source; it is not shown again."""

    password: Text = Field(default="", max_length=500, repr=False)
    private_key: Text = Field(default="", max_length=20_000, repr=False)
    key_id: Text = Field(default="", max_length=500, repr=False)
    secret_key: Text = Field(default="", max_length=20_000, repr=False)
    database_url: Text = Field(default="", max_length=2_000, repr=False)

    def value(self) -> Secrets:
        """As the ports take it."""
        return Secrets(**self.model_dump())


class HandlingSaid(Said):
    """What is done with what comes (docs/sources.md)."""

    pattern: Text = Field(
        default="", max_length=500, examples=["{started_at:%Y%m%d-%H%M%S}_{extension}_{call_id}.wav"]
    )
    endings: list[Ending] = Field(default=[], max_length=20)
    legs: list[LegEnd] = Field(default=[], max_length=2, examples=[["-in", "-out"]])
    team: Name = ""
    timezone: Name = "Asia/Shanghai"
    keep: Keep = Keep.COPY
    quiet_s: int = Field(default=60, ge=1, le=86_400)
    marker: Annotated[str, Field(max_length=20, pattern=r"^(\.[^\x00/]*)?$", examples=[".done"])] = ""
    per_minute: int = Field(default=60, ge=1, le=6_000)
    every_s: int = Field(default=30, ge=1, le=86_400)
    join: JoinBy = JoinBy.NOTHING
    cdr: Name = ""
    join_within_s: int = Field(default=120, ge=1, le=3_600)
    cdr_wait_s: int = Field(default=0, ge=0, le=604_800)
    same_call_hours: int = Field(default=24, ge=1, le=720)

    def value(self) -> Handling:
        """As the ports take it."""
        said: dict[str, Any] = self.model_dump()
        return Handling(**{**said, "endings": tuple(self.endings), "legs": tuple(self.legs)})

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise PydanticCustomError("time_zone", "is not a time zone such as Asia/Shanghai") from error
        return value


class SourceToChange(Said):
    """What is to be different; what is not named stays. Where it lies stays: that would be another source."""

    model_config = shown({"handling": {"pattern": "{call_id}.wav", "quiet_s": 120}})

    handling: HandlingSaid | None = Field(default=None, description="整份换掉。Replaced as a whole.")
    secrets: SecretsGiven | None = Field(default=None, repr=False)


class SourceToAdd(Said):
    """A source to be added; it is off until it is switched on."""

    model_config = shown({"name": "录音服务器", "kind": "folder", "place": {"folder": "/srv/recordings"}})

    name: Name = Field(min_length=1, examples=["录音服务器"])
    kind: SourceKind
    place: PlaceSaid = PlaceSaid()
    handling: HandlingSaid = HandlingSaid()
    secrets: SecretsGiven = Field(default=SecretsGiven(), repr=False)
    begin_at: Moment | None = Field(default=None, description="早于它的不收；不写就是从现在起。")

    def new(self) -> NewSource:
        """As a value.

        Raises:
            Denied: `time_without_zone`, `request_invalid`.
        """
        return NewSource(
            name=self.name,
            kind=self.kind,
            place=Place(**self.place.model_dump()),
            handling=self.handling.value(),
            secrets=self.secrets.value(),
            begin_at=in_utc("begin_at", self.begin_at),
        )


class SourceMade(Said):
    """A new source; a dialler's secret is shown this once, of others it is empty."""

    id: Id
    secret: str


class SourceRow(Said):
    """A source without what opens it."""

    id: Id
    name: str
    kind: SourceKind
    place: PlaceSaid
    handling: HandlingSaid
    is_on: bool
    begin_at: datetime
    created_at: datetime
    looked_at: datetime | None
    trouble: str
    filling: list[datetime]

    @classmethod
    def of(cls, kept: Source) -> SourceRow:
        """The row of a source."""
        how = kept.handling
        handling = HandlingSaid.like(how, endings=list(how.endings), legs=list(how.legs))
        return cls.like(
            kept, place=PlaceSaid.like(kept.place), handling=handling, filling=list(kept.fill or ())
        )


class SourceList(Said):
    """All sources, oldest first."""

    sources: list[SourceRow]


class TriedItem(Said):
    """A thing that lies in a source, and what its name says; null: the pattern does not fit."""

    key: Label
    bytes: int
    changed_at: datetime
    read: dict[str, Label] | None

    @classmethod
    def of(cls, tried: Tried) -> TriedItem:
        """The row of an item."""
        item = tried.item
        return cls(key=item.key, bytes=item.bytes, changed_at=item.changed_at, read=tried.read)


class TriedList(Said):
    """The first things that lie in a source; nothing was taken in."""

    items: list[TriedItem]


class Filling(Said):
    """What changed in this time is to be filled in; days or years of it."""

    model_config = shown({"since": "2026-11-01T00:00:00+08:00", "until": "2026-11-08T00:00:00+08:00"})

    since: Moment = Field(examples=["2026-11-01T00:00:00+08:00"])
    until: Moment = Field(examples=["2026-11-08T00:00:00+08:00"])
