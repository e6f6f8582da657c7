"""former alerts: when rulebooks alerted that judged before. A rulebook is read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qa_service.core.alerts import AlertPolicy
from qa_service.core.errors import RulebookError, UsageError
from qa_service.core.routing import BookRef
from qa_service.rulebook.book import Bundle


@dataclass(frozen=True, slots=True)
class FormerAlerts:
    """By the name and digest of a rulebook."""

    bundle: Callable[[BookRef], Bundle]
    _kept: dict[str, Mapping[str, AlertPolicy] | None] = field(default_factory=dict)

    def of(self, name: str, digest: str) -> Mapping[str, AlertPolicy] | None:
        """Its alerts; None where it is gone."""
        if digest not in self._kept:
            self._kept[digest] = self._read(name, digest)
        return self._kept[digest]

    def _read(self, name: str, digest: str) -> Mapping[str, AlertPolicy] | None:
        """Of the centre's own rulebook, or of the shipped or installed one if that is still the same."""
        for ref in (BookRef(name, digest), BookRef(name, ""), BookRef("", "")):
            try:
                book = self.bundle(ref).book
            except (RulebookError, UsageError):
                continue
            if book.digest == digest:
                return book.alerts
        return None
