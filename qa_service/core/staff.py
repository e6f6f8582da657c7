"""Who takes calls, and in which team, from when to when."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from qa_service.core.errors import UsageError

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def plain_id(written: str) -> str:
    """A number of an agent or an extension as it is kept: full-width digits and letters are the usual ones.

    What nobody sees (spreadsheets leave zero-width characters behind) is no part of it.

    >>> plain_id("８００１ "), plain_id("80\u200b01\ufeff")
    ('8001', '8001')
    """
    usual = unicodedata.normalize("NFKC", written)
    return "".join(char for char in usual if unicodedata.category(char) != "Cf").strip()


@dataclass(frozen=True, slots=True)
class Membership:
    """In a team from `since` on and before `until`; None is always."""

    team: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who takes calls. Calls name them by `id`."""

    id: str
    shown_as: str = ""
    extension: str = ""
    teams: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """A team and what it is called."""

    name: str
    shown_as: str = ""


def check_memberships(agent_id: str, memberships: Sequence[Membership]) -> None:
    """At no time is somebody in two teams: a call that comes then would belong to both.

    Raises:
        UsageError: `staff_overlap`.
    """
    spans = sorted((one.since or _EVER, one.until or _NEVER) for one in memberships)
    if any(since >= until for since, until in spans) or any(a[1] > b[0] for a, b in pairwise(spans)):
        raise UsageError(
            "staff_overlap",
            where=agent_id,
            problem="the times in teams overlap, or end before they begin",
            fix="Let each end when the next begins",
        )
