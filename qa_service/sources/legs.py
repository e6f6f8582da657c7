"""Sources in which a call lies as two files, one party each: listed and fetched as one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from qa_service.core.items import PAIR, Item
from qa_service.ports.sources import SourceReader
from qa_service.usecases.leg_pack import pack

#: A file whose other has not come for so long is a recording of its own.
ALONE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class LegReader:
    """Keeps the port `SourceReader` over another reader.

    Two files whose names differ in how they end before their ending (`-in.wav`, `-out.wav`) are one thing: it has the
    key of the first, and is another version whenever either is.
    """

    inner: SourceReader
    #: How the two names end.
    both: tuple[str, str]
    now: Callable[[], datetime]
    scratch: Path

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Pairs of which either changed in [since, until), and what has been alone for long."""
        # The other of what changed just now may have come long before.
        found = {item.key: item for item in self.inner.items(since - ALONE, until)}
        for key, item in found.items():
            if self._other(key, *self.both[::-1]) in found:
                continue  # it comes with its first
            one = self._paired(item, found.get(self._other(key, *self.both)))
            if one is not None and one.changed_at >= since:
                yield one

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        """Both files as a ZIP, or the one that was alone."""
        second_key, versions = self._other(item.key, *self.both), item.version.split(PAIR)
        if len(versions) != 2 or not second_key:
            return self.inner.fetch(item, into, most_bytes)
        ending = PurePosixPath(item.key).suffix
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=self.scratch))
            legs: list[tuple[str, BinaryIO]] = []
            left = most_bytes
            for key, version in zip((item.key, second_key), versions, strict=True):
                leg = stack.enter_context((Path(folder) / f"leg{len(legs)}").open("xb+"))
                left -= self.inner.fetch(replace(item, key=key, version=version), leg, left)
                leg.seek(0)
                legs.append((ending, leg))
            pack(legs, into)
        return into.tell()

    def _paired(self, item: Item, second: Item | None) -> Item | None:
        if second is not None:
            return replace(
                item,
                version=f"{item.version}{PAIR}{second.version}",
                bytes=item.bytes + second.bytes,
                changed_at=max(item.changed_at, second.changed_at),
            )
        is_leg = any(self._other(item.key, *both) for both in (self.both, self.both[::-1]))
        return None if is_leg and self.now() - item.changed_at < ALONE else item

    def _other(self, key: str, this: str, that: str) -> str:
        """The key of the other leg; empty where the name does not end so."""
        path = PurePosixPath(key)
        base = path.stem.removesuffix(this)
        return "" if base in ("", path.stem) else str(path.with_name(f"{base}{that}{path.suffix}"))
