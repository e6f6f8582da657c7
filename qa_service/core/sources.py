"""Where recordings come from by themselves: what a source is, where it lies, and what is done with what comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SourceKind(StrEnum):
    """How a source is reached."""

    #: A folder of this machine, or one that is mounted here.
    FOLDER = "folder"
    #: A prefix of an object store.
    BUCKET = "bucket"
    SFTP = "sftp"
    #: A table of call detail records, asked by SQL: which calls there were, and perhaps where their sound lies.
    CDR = "cdr"
    #: A program that tells us about a recording, with a link that expires.
    DIALLER = "dialler"


class Keep(StrEnum):
    """What is kept of a recording: a sealed copy, or where it lies and its sha256."""

    COPY = "copy"
    REFERENCE = "reference"


class JoinBy(StrEnum):
    """How a recording finds its call detail record."""

    NOTHING = ""
    CALL_ID = "call_id"
    #: The extension and the time of day; the record nearest in time.
    EXTENSION = "extension"


class SinceAs(StrEnum):
    """How `:since` is handed to a query."""

    #: A time without a zone, in the source's own.
    LOCAL = "local"
    UTC = "utc"
    #: Seconds since 1970.
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source lies. Which fields count depends on its kind (docs/sources.md); nothing here is secret."""

    folder: str = ""
    #: `s3://bucket/prefix`, `gs://…`, `az://…`.
    url: str = ""
    endpoint: str = ""
    region: str = ""
    host: str = ""
    port: int = 22
    user: str = ""
    #: The server's own key, as `ssh-keyscan` prints it: `ssh-ed25519 AAAA…`.
    host_key: str = ""
    query: str = ""
    since_as: SinceAs = SinceAs.LOCAL


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens a source; sealed with the master key, never shown."""

    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    key_id: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    #: An address as SQLAlchemy takes it, with its password.
    database_url: str = field(default="", repr=False)
    #: `whsec_…`: what a dialler signs with.
    signing: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with what comes."""

    #: What stands in the name of a file (docs/file-names.md); nothing is read where it is empty.
    pattern: str = ""
    #: Names with one of these endings count (`.wav`); all where there are none.
    endings: tuple[str, ...] = ()
    team: str = ""
    #: Of times that come without a zone.
    timezone: str = "Asia/Shanghai"
    keep: Keep = Keep.COPY
    #: Size and time of a file must not have changed for so long.
    quiet_s: int = 60
    #: A file is whole when one with this ending stands beside it (`.done`); then `quiet_s` does not count.
    marker: str = ""
    per_minute: int = 60
    #: How often one looks, at most.
    every_s: int = 30
    join: JoinBy = JoinBy.NOTHING
    #: The name of the source of kind `cdr` to join with.
    cdr: str = ""
    #: How far the time in a name may lie from that of its record.
    join_within_s: int = 120
    #: A recording without a record waits so long for it, and then goes on without.
    cdr_wait_s: int = 0
    #: A call lies as two files, one party each: how their names end before their ending (`-in`, `-out`).
    legs: tuple[str, ...] = ()
    #: Two recordings with one call id within this time are one call.
    same_call_hours: int = 24


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be; it is off until somebody switches it on."""

    name: str
    kind: SourceKind
    place: Place = Place()
    handling: Handling = Handling()
    secrets: Secrets = Secrets()
    #: What changed before is left alone; None: from now on.
    begin_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it may be shown."""

    id: str
    name: str
    kind: SourceKind
    place: Place
    handling: Handling
    begin_at: datetime
    created_at: datetime
    is_on: bool = False
    #: When it was last looked into, and the code of what was in the way then.
    looked_at: datetime | None = None
    trouble: str = ""
    #: What was changed in this time is being filled in.
    fill: tuple[datetime, datetime] | None = None
