"""The whole: one installation, one server, everything that is promised of it under load."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.lab.bench.serving.busy import Busy, bench_busy
from qa_service.lab.bench.serving.fill import fill
from qa_service.lab.bench.serving.lists import Listing, bench_lists
from qa_service.lab.bench.serving.overload import Overload, bench_overload
from qa_service.lab.bench.serving.server import Server, serving
from qa_service.lab.bench.serving.upload import Uploading, bench_upload
from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import migrate
from qa_service.stores.tables import calls

#: A file of 500 MB, and what goes around it.
_MOST_MEGABYTES = 2_048
_LATE = "qa_loop_late_seconds"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured; 0 or nothing leaves a part out."""

    calls: tuple[int, ...]
    repeat: int
    upload_mb: int
    busy_s: float
    overload_s: float
    #: Empty: SQLite in a folder that is gone afterwards.
    database: str = ""
    recordings: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """What was measured; nothing where it was left out."""

    database: str
    upload: Uploading | None
    lists: tuple[Listing, ...]
    busy: Busy | None
    overload: Overload | None
    #: How often the event loop was more than 0.1 s late, of how many times it was looked at, and while it was measured
    #: what the parts named do.
    blocked: Mapping[str, int]
    beats: int


def bench_serving(wanted: Wanted, env: Mapping[str, str], tell: Callable[[str], None]) -> Served:
    """Everything in a fixed order; `env` names the models, `tell` hears what is being done.

    Raises:
        UsageError: `not_empty`: somebody's calls are in the database.
    """
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        url = wanted.database or f"sqlite:///{folder / 'qa.db'}"
        engine = _empty(url)
        try:
            own = {**env, "QA_DATA_DIR": str(folder / "data"), "QA_DATABASE_URL": url}
            with serving({**own, "QA_MAX_MEGABYTES": str(_MOST_MEGABYTES)}) as server:
                return _Bench(server, engine, wanted, own, folder, tell).all()
        finally:
            engine.dispose()


def _empty(url: str) -> sa.Engine:
    engine = make_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        if connection.execute(sa.select(calls.c.seq).limit(1)).first() is not None:
            raise UsageError(
                "not_empty",
                where="--database",
                problem="there are calls in this database already",
                fix="Give an empty one: it is filled with made-up calls",
            )
    return engine


@dataclass(slots=True)
class _Bench:
    """One run."""

    server: Server
    engine: sa.Engine
    wanted: Wanted
    env: Mapping[str, str]
    folder: Path
    tell: Callable[[str], None]

    def all(self) -> Served:
        """The parts that are wanted; the event loop is watched in each."""
        blocked: dict[str, int] = {}
        with self._loop("upload", blocked):
            upload = self._upload()
        with self._loop("lists", blocked):
            lists = tuple(self._lists())
        with self._loop("busy", blocked):
            busy = self._busy()
        with self._loop("overload", blocked):
            overload = self._overload()
        beats = int(self.server.metrics()[f"{_LATE}_count"])
        return Served(self.engine.dialect.name, upload, lists, busy, overload, blocked, beats)

    @contextmanager
    def _loop(self, part: str, blocked: dict[str, int]) -> Iterator[None]:
        before = self._late()
        yield
        blocked[part] = self._late() - before

    def _late(self) -> int:
        told = self.server.metrics()
        return int(told[f"{_LATE}_count"] - told[f'{_LATE}_bucket{{le="0.1"}}'])

    def _upload(self) -> Uploading | None:
        if not self.wanted.upload_mb:
            return None
        self.tell(f"upload {self.wanted.upload_mb} MB")
        return bench_upload(self.server, self.wanted.upload_mb, self.folder)

    def _lists(self) -> Iterator[Listing]:
        there = 0
        for count in self.wanted.calls:
            self.tell(f"fill {count}")
            fill(
                self.engine,
                there,
                count,
                lambda done: self.tell(f"fill {done}") if not done % 100_000 else None,
            )
            there = count
            self.tell(f"lists {count}")
            yield bench_lists(self.server, count, self.wanted.repeat)

    def _busy(self) -> Busy | None:
        if not self.wanted.busy_s or not self.wanted.recordings:
            return None
        self.tell(f"busy {self.wanted.busy_s:g} s")
        return bench_busy(self.server, self.env, self.wanted.recordings, self.wanted.busy_s)

    def _overload(self) -> Overload | None:
        if not self.wanted.overload_s:
            return None
        self.tell(f"overload {self.wanted.overload_s:g} s")
        return bench_overload(self.server, self.engine, self.wanted.overload_s)
