"""Rulebooks as the service keeps them: versions that never change, named by digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_service.core.texts import Text


class BookOrigin(StrEnum):
    """Where a rulebook comes from."""

    #: The centre's own, approved here.
    PUBLISHED = "published"
    #: Came with the program, or is the file that the settings name.
    SHIPPED = "shipped"
    #: A draft by which stored calls were judged to see what it would change; it judges nothing that counts.
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class BookVersion:
    """One version of a rulebook."""

    digest: str
    name: str
    version: int
    title: Text
    origin: BookOrigin
    authors: tuple[str, ...] = ()
    published_by: str = ""
    note: str = ""
    #: When it was published or first judged here; nothing for a pack that never did.
    created_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that there is under one name: the version in force, if any, and whether there is a draft."""

    name: str
    current: BookVersion | None
    has_draft: bool = False
