"""`qa-service partitions`: calls, findings and measures as Parquet, a folder a day, for whoever counts with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.writing import writing
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_ASKED = Asked(MACHINE)
_DAYS = ["%Y-%m-%d"]
_DAY = timedelta(days=1)
#: A day has fewer calls than this; what is asked for is all of them.
_ALL = 10_000_000
_MOST_DAYS = 3_700


def partitions(
    out: Annotated[Path, typer.Option(help="写到这个文件夹。Write into this folder.")],
    since: Annotated[datetime, typer.Option(formats=_DAYS, help="从这天收下的起。From.")],
    until: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="到这天为止，含；默认昨天。Up to; yesterday.")
    ] = None,
) -> None:
    """Each day anew and whole: `calls/day=2026-11-01/part.parquet`, and the same for findings and utterances."""
    from qa_service.core.lists import Export, Filter
    from qa_service.exports.call_table import CALLS
    from qa_service.exports.finding_table import FINDINGS
    from qa_service.exports.parquet import write_partition
    from qa_service.exports.table import Form
    from qa_service.exports.utterance_table import UTTERANCES

    zone, archive = bootstrap.zone(), bootstrap.archive()
    last = until.date() if until else (bootstrap.now().astimezone(zone) - _DAY).date()
    form = Form(bootstrap.texts(), keys=True)
    for day in _days(since.date(), last):
        begins = datetime(day.year, day.month, day.day, tzinfo=zone)
        ends = datetime.combine(day + _DAY, begins.timetz())
        within = Filter(since=begins.astimezone(UTC), until=ends.astimezone(UTC))
        files = {
            table: out / table.name / f"day={day.isoformat()}" / "part.parquet"
            for table in (CALLS, FINDINGS, UTTERANCES)
        }
        with writing(out):
            for file in files.values():
                file.parent.mkdir(parents=True, exist_ok=True)
            leaving = archive.assessed(_ASKED, Export("partitions", within, _ALL))
            calls = write_partition(leaving.assessed, files, form)
        typer.echo(bootstrap.texts().say("partitions.day", day=day.isoformat(), calls=calls))


def _days(first: date, last: date) -> Iterator[date]:
    """Both included.

    Raises:
        UsageError: `wrong_days`.
    """
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise UsageError(
            "wrong_days",
            where="--since --until",
            problem=f"{first} to {last} is no stretch of days, or one of more than ten years",
            fix="Name the first day and a later one",
        )
    yield from (first + timedelta(days=at) for at in range((last - first).days + 1))
