"""The port `Health`: do the database and the store answer, is there room, does anybody work, and can they?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from qa_service.core.errors import DatabaseAway
from qa_service.stores import takeover
from qa_service.stores.engine import answering, time_of
from qa_service.stores.workbench import Shelves

#: On a small disk less than was asked for is kept free: this share of it.
_MOST_SHARE = 0.15
#: Of what is kept free, new recordings may use all but this: what was taken in before has to be worked on.
_KEPT_FOR_WORK = 1 / 3


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Looks at the database and at the disks of `places`: where recordings lie open and sealed, and the database."""

    shelves: Shelves
    places: tuple[Path, ...]
    #: Less than this, in bytes, is little.
    little: int = 2 << 30

    def troubles(self) -> Sequence[str]:
        """Codes of what is in the way; empty when ready."""
        return tuple(dict.fromkeys(self._troubles()))

    def has_room(self) -> bool:
        """Whether another recording may be taken in."""
        return not any(self._is_short(place, _KEPT_FOR_WORK) for place in self.places)

    def free_bytes(self) -> int:
        """What is free on the fullest of the disks."""
        return min(shutil.disk_usage(place).free for place in self.places)

    def nodes(self) -> Mapping[str, int]:
        """How many processes work, under the empty code, and how many draw no work, by why."""
        with answering(), self.shelves.engine.begin() as connection:
            return takeover.troubles(connection, now=time_of(connection, self.shelves.now))

    def _troubles(self) -> Iterator[str]:
        if any(self._is_short(place, 1) for place in self.places):
            yield "disk_nearly_full"
        try:
            self.shelves.sounds.answers()
        except DatabaseAway as error:
            yield error.code
        try:
            nodes = self.nodes()
        except DatabaseAway as error:
            yield error.code
            return
        if not nodes:
            yield "no_worker"
        elif "" not in nodes:
            yield from sorted(nodes)

    def _is_short(self, place: Path, share: float) -> bool:
        disk = shutil.disk_usage(place)
        return disk.free < share * min(self.little, _MOST_SHARE * disk.total)


def places_of(scratch: Path, database: str, store: str) -> tuple[Path, ...]:
    """The folders of this machine that must have room, one for each disk; addresses elsewhere are not ours to watch."""
    url, found = make_url(database), {scratch.stat().st_dev: scratch}
    folders = [Path(url.database).parent] if url.get_backend_name() == "sqlite" and url.database else []
    sounds = urlsplit(store)
    if sounds.scheme == "file":
        folders.append(Path(sounds.path))
    for folder in folders:
        with suppress(OSError):
            found.setdefault(folder.stat().st_dev, folder)
    return tuple(found.values())
