"""Recordings on their way in: in pieces, or from an address. What is known about them comes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qa_service.core.calls import Envelope


@dataclass(frozen=True, slots=True)
class Cover:
    """What comes with a recording, whichever way it comes."""

    file_name: str
    envelope: Envelope = field(default_factory=Envelope)
    team: str = ""
    agent_channel: int | None = None
    #: Of the recording's bytes, in hex, where the sender says it: other bytes are not taken.
    sha256: str = ""
    #: The same key and content bring the same answer again.
    idempotency_key: str = ""
    #: The batch that the recording belongs to; its row is found by the file's name.
    batch: str = ""
    #: Take the very same recording in once more.
    allows_duplicate: bool = False


class Arrival(StrEnum):
    """Where a recording on its way in stands."""

    #: Pieces are missing, or it waits to be fetched.
    OPEN = "open"
    #: It is a call now.
    DONE = "done"
    #: It will not become one; `error` says why.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PartUpload:
    """An upload in pieces."""

    id: str
    length: int
    #: So many bytes are kept, from the first one on.
    received: int
    state: Arrival
    #: What was not finished by then is thrown away; every piece puts it off.
    expires_at: datetime
    call_id: str = ""
    job_id: str = ""
    #: Why it failed (a code); empty else.
    error: str = ""
    #: The very same recording was there: the call is the one that it became then.
    is_duplicate: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every byte is there."""
        return self.received == self.length


@dataclass(frozen=True, slots=True)
class Fetch:
    """A recording that is to be fetched from an address."""

    id: str
    #: The host alone: paths and queries of expiring links hold secrets.
    host: str
    state: Arrival
    attempts: int
    created_at: datetime
    #: When it is tried next, while it waits.
    due_at: datetime
    #: After this it is not tried again.
    give_up_at: datetime
    call_id: str = ""
    job_id: str = ""
    #: What the last try ended in (a code); empty where there was none, or it went well.
    error: str = ""
    #: The very same recording was there: the call is the one that it became then.
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class TakenFetch:
    """A fetch whose time has come, with what is needed for it; it is ours for a while."""

    id: str
    url: str = field(repr=False)
    host: str
    cover: Cover
    owner: str
    request_id: str
    trace: str
    attempts: int
    give_up_at: datetime
