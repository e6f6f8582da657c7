"""Reports of kept calls, as pages to read in a browser or to hand on as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from qa_service.ports.playing import Outline

#: Of a call's Ogg Opus, so much lies in a report: it should still go through a mail gateway.
MOST_SOUND_BYTES = 8_000_000
#: A report draws no more buckets of an outline.
BUCKETS = 600


@dataclass(frozen=True, slots=True)
class ReportSound:
    """Sound for a report: its outline, and the beginning of its Ogg Opus."""

    outline: Outline
    content: bytes
    #: Whether `content` is all of it.
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page that needs nothing else, and what a browser may do with it (a Content-Security-Policy)."""

    html: str
    policy: str


class Reporter(Protocol):
    """Writes the report of one call."""

    def __call__(self, document: Mapping[str, Any], heard: ReportSound | None) -> Page:
        """The page; `document` has passed the mask already."""
