"""Our own errors. Each says where, what, and what to do.

QaError
├── UsageError            the caller asked for something that cannot be (exit 2)
│   └── NotAllThere       some of what the caller named is not there
├── RulebookError         a rulebook does not say what its author meant
├── RoutingError          a routing table does not say what its author meant
├── EnvelopeError         a call envelope or transcript cannot be read
├── RecordingError        a recording cannot be taken: not audio, too long, unreadable …
├── ModelError            a model is missing, damaged, or cannot be fetched
├── AddressError          an address outside may not be called, or does not answer as it should
├── SourcingError         a source of recordings cannot be read, or not this thing in it
├── DatabaseAway          the database does not answer
│   ├── StoreAway         the store of the recordings does not answer
│   └── StorageFull       there is no room where we write
├── Cancelled             somebody asked to stop
└── Fenced                another worker has taken the work over
"""

from __future__ import annotations


class QaError(Exception):
    """An error with a stable `code`, the place, the problem, and the way out.

    >>> str(QaError("not_audio", problem="not a recording", fix="Upload WAV or MP3", where="a.txt"))
    'a.txt: not a recording. Upload WAV or MP3.'
    """

    def __init__(self, code: str, *, problem: str, fix: str = "", where: str = "", **values: object) -> None:
        self.code = code
        self.where = where
        self.problem = problem
        self.fix = fix
        #: Facts for the sentence in other languages (i18n renders `error.<code>` with them).
        self.values = values
        super().__init__(code, problem)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f" {self.fix.rstrip('.')}." if self.fix else ""
        return f"{place}{self.problem.rstrip('.')}.{mend}"


class UsageError(QaError):
    """The caller asked for something that cannot be."""


class NotAllThere(UsageError):  # noqa: N818 - an answer, not a fault
    """Some of what somebody named is not there, or not for them, and nothing was done; `more` is an error for each."""

    def __init__(
        self,
        code: str,
        *,
        problem: str,
        fix: str = "",
        where: str = "",
        more: tuple[UsageError, ...] = (),
        **values: object,
    ) -> None:
        super().__init__(code, problem=problem, fix=fix, where=where, **values)
        self.more = more


class RulebookError(QaError):
    """A rulebook does not say what its author meant; names file, path, problem and fix.

    >>> print(RulebookError(source="books/insurance.yaml", where="rules[3].window",
    ...                     problem="'30 sec' is not a duration", fix="Write it as 30s or 2m"))
    books/insurance.yaml: rules[3].window: '30 sec' is not a duration. Write it as 30s or 2m.
    """

    def __init__(
        self,
        *,
        source: str,
        where: str = "",
        problem: str,
        fix: str = "",
        code: str = "rulebook_invalid",
        **values: object,
    ) -> None:
        place = f"{source}: {where}" if source and where else source or where
        super().__init__(code, where=place, problem=problem, fix=fix, **values)
        self.source = source
        #: The way to the place inside the file, as keys and positions; for putting mistakes in order.
        self.steps: tuple[int | str, ...] = ()
        #: The other mistakes of the same book, where reading went on past this one.
        self.more: tuple[RulebookError, ...] = ()


class RoutingError(QaError):
    """A routing table does not say what its author meant; names place, problem and fix."""

    def __init__(self, code: str, *, problem: str, fix: str = "", where: str = "", **values: object) -> None:
        super().__init__(code, problem=problem, fix=fix, where=where, **values)
        #: The other mistakes of the same table.
        self.more: tuple[RoutingError, ...] = ()


class EnvelopeError(QaError):
    """A call envelope or a handed-in transcript cannot be read."""


class RecordingError(QaError):
    """A recording cannot be taken: not audio, empty, too long, unreadable."""


class ModelError(QaError):
    """A model is missing, damaged, or could not be fetched from any source."""


class AddressError(QaError):
    """An address outside may not be called, or does not answer as it should."""


class SignOnError(QaError):
    """Signing in through a provider did not succeed."""


class SourcingError(QaError):
    """A source of recordings cannot be read, or one thing in it cannot be had."""


class DatabaseAway(QaError):  # noqa: N818 - a state, not a fault
    """The database does not answer; what was being done was not done, or nobody knows."""

    def __init__(self) -> None:
        super().__init__(
            "database_away",
            problem="the database does not answer",
            fix="Check that it runs and can be reached",
        )


class StoreAway(DatabaseAway):
    """The store of the recordings does not answer: for whoever waits it is the same as a database that is away."""

    def __init__(self) -> None:
        QaError.__init__(
            self,
            "store_away",
            problem="the store of the recordings does not answer",
            fix="Check that it runs, can be reached, and lets us in",
        )


class StorageFull(DatabaseAway):
    """There is no room for what is to be written: a disk, a quota or the database is full.

    For whoever waits it is the same as a database that is away: nothing was done, and later the same may be done.
    """

    def __init__(self) -> None:
        QaError.__init__(
            self,
            "storage_full",
            problem="there is no room left where the service writes",
            fix="Make room on the disk of QA_DATA_DIR, the database and the recordings",
        )


class Cancelled(QaError):  # noqa: N818 - a state, not a fault
    """Somebody asked to stop; nothing was kept."""

    def __init__(self) -> None:
        super().__init__("cancelled", problem="stopped on request")


class Fenced(QaError):  # noqa: N818 - a state, not a fault
    """Another worker has taken the work over; what was made is thrown away."""

    def __init__(self) -> None:
        super().__init__("fenced", problem="another worker has taken the work over")
