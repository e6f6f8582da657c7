"""What lies in a source, what is told with it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qa_service.core.sources import Secrets, Source


class ItemState(StrEnum):
    """Where a thing in a source stands; the last four are ends."""

    #: It is there; whether it is whole is not known yet.
    SEEN = "seen"
    WAITING = "waiting"
    TAKEN = "taken"
    #: The very same recording was taken in before.
    DUPLICATE = "duplicate"
    #: Another recording of a call that is there already.
    SAME_CALL = "same_call"
    #: It failed too often, or cannot do at all; a person may try it again.
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Tied:
    """An item that is no call of its own: whose it is, and what it is called itself."""

    state: ItemState
    call_id: str
    #: As its name and its record call it: where that is another call, people want to know.
    external_id: str
    began_at: datetime


#: Why something that was listed is a dead letter without a try; the next look finds it again, unless it was mended.
UNFIT: frozenset[str] = frozenset(
    {
        *("name_not_utf8", "name_too_long"),
        *("cdr_no_call_id", "cdr_no_start", "cdr_no_change", "cdr_time", "cdr_too_long"),
    }
)
#: Before the key of a row of call records in the books.
ROW = "row:"

#: Between the versions of two legs that are one thing.
PAIR = "|"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing in a source: the same key and version are always the same bytes."""

    key: str
    version: str
    bytes: int
    changed_at: datetime
    #: Why it can never be taken in as it is (UNFIT); empty for all others.
    unfit: str = ""

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]

    @property
    def is_pair(self) -> bool:
        """Two files that are one call; the key is the first's."""
        return PAIR in self.version


@dataclass(frozen=True, slots=True)
class Noticed:
    """An item that is in the books: since when it is as it is, and how often it was tried."""

    item: Item
    state: ItemState
    seen_at: datetime
    tries: int = 0
    reason: str = ""
    #: What a program told us with it.
    handed: Handed | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A recording that a program tells us about; the link is a secret in itself."""

    url: str = field(repr=False)
    #: JSON of an envelope that was read already: numbers have become tokens.
    envelope: str = "{}"
    file_name: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter."""

    id: str
    source: str
    key: str
    bytes: int
    reason: str
    tries: int
    seen_at: datetime
    died_at: datetime


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a recording lies that was not copied."""

    source_id: str
    item: Item
    sha256: str


@dataclass(frozen=True, slots=True)
class CdrRecord:
    """A call detail record: a call that there was, whether or not its recording ever comes."""

    call_id: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    extension: str = ""
    agent_id: str = ""
    #: A token, never a number.
    customer: str = ""
    direction: str = ""
    line: str = ""
    skill_group: str = ""
    #: Where its sound can be had, if the record says so. A secret where it carries a signature.
    recording_url: str = field(default="", repr=False)
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """Which agent sat at an extension, from when until when; `until_at` None: still."""

    agent_id: str
    extension: str
    from_at: datetime
    until_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the agent sat there at that moment."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, slots=True)
class Lease:
    """A source that this process alone may collect from; whoever comes later has a higher fence."""

    source: Source
    fence: int
    #: Everything that changed before this has been noticed.
    watermark: datetime | None
    #: How many may still be taken in within this minute.
    room: int
    secrets: Secrets = field(default=Secrets(), repr=False)
