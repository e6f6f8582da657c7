"""One recording behind a link that a program gave us; fetched through the guard, at its own address alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from qa_service.core.items import Item

#: Fetches (url, at most so many bytes, into): alerts.guard.Guard.fetch.
Fetch = Callable[[str, int, BinaryIO], int]


@dataclass(frozen=True, slots=True)
class LinkReader:
    """Keeps the port `SourceReader`; what there is stands in the books already."""

    fetch_url: Fetch
    url: str = field(repr=False)

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:  # noqa: ARG002
        """Nothing: programs tell us."""
        return iter(())

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:  # noqa: ARG002
        """What lies behind the link.

        Raises:
            AddressError: as the guard does.
        """
        return self.fetch_url(self.url, most_bytes, into)
