"""`qa-service rescore --dry-run`: stored calls judged again by another rulebook, and what would be different."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_service import bootstrap
from qa_service.cli.writing import writing
from qa_service.core.errors import RulebookError, UsageError
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.alerts import AlertPolicy
    from qa_service.rulebook.book import Rulebook
    from qa_service.stores.measured_calls import Drawn
    from qa_service.usecases.rescored import Diff, Volume

_ASKED = Asked(MACHINE)
_DAYS = ["%Y-%m-%d"]


class Form(StrEnum):
    """How the difference is told."""

    TEXT = "text"
    JSON = "json"


def rescore(
    book: Annotated[str, typer.Option("--rulebook", help="方案名称或文件 A name or a file.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只比较，不保存 Compare, keep nothing.")] = False,
    since: Annotated[datetime | None, typer.Option(formats=_DAYS, help="从这天收下的起 From.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="到这天为止，含 Up to.")] = None,
    team: Annotated[str, typer.Option(help="只看这个组 Of this team.")] = "",
    agent: Annotated[str, typer.Option(help="只看这位坐席 Of this agent.")] = "",
    line: Annotated[list[str] | None, typer.Option(help="只看这条线路，可以几次 Of this line.")] = None,
    calls: Annotated[int, typer.Option(help="最多判几通 Calls to judge.", min=1, max=50_000)] = 1_000,
    seed: Annotated[int, typer.Option(help="抽样的种子 Seed of the sample.", min=0)] = 1,
    per_day: Annotated[int | None, typer.Option(help="中心一天几通 Calls a day.", min=1)] = None,
    hours: Annotated[
        float | None, typer.Option("--supervisor-hours", help="主管一天共几小时 Their hours a day.", min=0.1)
    ] = None,
    most_reviewed: Annotated[float, typer.Option(help="复核最多占多少通，% Warn above.", min=0, max=100)] = 5,
    most_alerts: Annotated[float, typer.Option(help="每主管小时最多几条告警 Warn above.", min=0)] = 6,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="写到这个文件 Write to this file.")] = None,
) -> None:
    """Exit 0 also where nothing would change: that is said."""
    from qa_service.core.lists import Filter
    from qa_service.stores.measured_calls import Sought
    from qa_service.usecases.rescored import Volume

    if not dry_run:
        raise UsageError(
            "rescore_dry_run",
            problem="only the comparison can be asked for here; nothing is kept",
            fix="Say --dry-run",
        )
    rulebook, store = bootstrap.rulebook_in_force(book), bootstrap.stored_measures()
    after = None if until is None else until + timedelta(days=1)
    within = Filter(since=_midnight(since), until=_midnight(after), team=team, agent_id=agent)
    sought = Sought(calls, seed, tuple(dict.fromkeys(line or ())), within)
    drawn = store.draw(_ASKED, sought, f"rulebook:{rulebook.name}", "rescore_dry_run")
    diff = _compared(rulebook, drawn)
    volume = Volume(per_day, hours, most_reviewed / 100, most_alerts)
    told = {
        "rulebook": {"name": rulebook.name, "version": rulebook.version, "digest": rulebook.digest},
        "drawn": len(drawn.places),
        "candidates": drawn.candidates,
        "seed": seed,
    }
    _write(told, diff, volume, form, out)


def _midnight(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=bootstrap.zone())


def _compared(book: Rulebook, drawn: Drawn) -> Diff:
    from qa_service.cli.progress import counting
    from qa_service.stores.history import StoreHistory
    from qa_service.usecases.judge_again import GONE, NEVER_JUDGED, NOT_MEASURED, JudgeAgain
    from qa_service.usecases.rescore import Rescoring

    store = bootstrap.stored_measures()
    again = JudgeAgain(
        bootstrap.analyst(book), book, _Policies().of, StoreHistory(bootstrap.shelves().engine)
    )
    counted = Rescoring()
    with counting(bootstrap.texts().say("rescore.reading"), len(drawn.places)) as done:
        for call, measured in store.read(_ASKED, drawn.places):
            former = None if call is None else store.former(call, book.name)
            if call is None:
                counted.leave_out(GONE)
            elif measured is None:
                counted.leave_out(NOT_MEASURED)
            elif former is None:
                counted.leave_out(NEVER_JUDGED)
            else:
                counted.add(again.one(call, measured, former))
            done()
    return counted.diff()


class _Policies:
    """When former rulebooks alerted; each is read once."""

    def __init__(self) -> None:
        self._kept: dict[str, Mapping[str, AlertPolicy] | None] = {}
        self._books = bootstrap.books(bootstrap.shelves())

    def of(self, name: str, digest: str) -> Mapping[str, AlertPolicy] | None:
        if digest not in self._kept:
            self._kept[digest] = self._read(name, digest)
        return self._kept[digest]

    def _read(self, name: str, digest: str) -> Mapping[str, AlertPolicy] | None:
        """Of the centre's own rulebook, or of the shipped or installed one if that is still the same."""
        from qa_service.core.routing import BookRef

        for ref in (BookRef(name, digest), BookRef(name, ""), BookRef("", "")):
            try:
                book = self._books(ref).book
            except (RulebookError, UsageError):
                continue
            if book.digest == digest:
                return book.alerts
        return None


def _write(told: Mapping[str, Any], diff: Diff, volume: Volume, form: Form, out: Path | None) -> None:
    import io

    from rich.console import Console

    from qa_service.cli.rescore_table import show_rescored
    from qa_service.exports.files import whole_file
    from qa_service.exports.rescored import rescored_json

    if form is Form.JSON:
        text = json.dumps(rescored_json(told, diff, volume), ensure_ascii=False, indent=2) + "\n"
    elif out is None:
        show_rescored(Console(), bootstrap.texts(), told, diff, volume)
        return
    else:
        file = Console(file=io.StringIO(), width=80)
        show_rescored(file, bootstrap.texts(), told, diff, volume)
        text = file.file.getvalue()  # type: ignore[attr-defined]
    if out is None:
        typer.echo(text, nl=False)
        return
    with writing(out), whole_file(out) as beside:
        beside.write_text(text, "utf-8", newline="\n")
