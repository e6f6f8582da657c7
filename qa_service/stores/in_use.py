"""Whether a version of a rulebook can go out of use: on no day from today on may the routing table miss it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.core.rulebooks import BookOrigin, BookVersion
from qa_service.stores import routes
from qa_service.stores.tables import rulebooks

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that a version judges, both ends included; None is without end."""

    digest: str
    version: int
    since: date | None
    until: date | None

    def hold(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def changes(self) -> Iterable[date]:
        """Days on which it begins to judge, or does so no longer."""
        yield from () if self.since is None else (self.since,)
        yield from () if self.until in {None, date.max} else (self.until + _ONE_DAY,)


def check_unused(connection: sa.Connection, retiring: BookVersion, *, now: datetime) -> None:
    """The table in force still finds what it names, today and on every later day on which it would have.

    Versions of this name stay locked until the transaction ends: of two that are retired at once, one waits.

    Raises:
        UsageError: `rulebook_in_use`.
    """
    kept = _versions(connection, retiring.name)
    _, table = routes.in_force(connection)
    today = now.astimezone(ZoneInfo(table.timezone)).date()
    for ref in sorted(routes.named(table)):
        name, _, version = ref.partition("@")
        meant = [days for days in kept if not version or days.version == int(version)]
        if name == retiring.name and (day := _missed(meant, retiring.digest, today)):
            raise UsageError(
                "rulebook_in_use",
                where=ref,
                problem=f"the routing table names {ref}, of which no version would judge calls of {day}",
                fix="Publish another version first, or change the routing table",
                word=ref,
                day=day.isoformat(),
            )


def _missed(meant: Sequence[_Days], retiring: str, today: date) -> date | None:
    """The first day from today on that loses its only version; today, where no version at all is left."""
    left = [days for days in meant if days.digest != retiring]
    if len(left) == len(meant):
        return None
    if not left:
        return today
    turns = sorted({today, *(day for days in meant for day in days.changes() if day > today)})
    lost = (day for day in turns if _any(meant, day) and not _any(left, day))
    return next(lost, None)


def _any(kept: Iterable[_Days], day: date) -> bool:
    return any(days.hold(day) for days in kept)


def _versions(connection: sa.Connection, name: str) -> Sequence[_Days]:
    """The centre's own versions of a name that are not retired."""
    row = rulebooks.c
    query = sa.select(row.digest, row.version, row.effective_from, row.effective_to).where(
        row.name == name, row.origin == BookOrigin.PUBLISHED.value, row.retired_at.is_(None)
    )
    return [_Days(*found) for found in connection.execute(query.with_for_update())]
