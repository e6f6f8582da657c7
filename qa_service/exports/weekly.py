"""A team's week as a document for programs and a workbook for people."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from xlsxwriter import Workbook

from qa_service.core.figures import TeamFigures
from qa_service.exports.files import whole_file
from qa_service.exports.table import Cell, Column, Form, Kind, Row, Table
from qa_service.exports.xlsx import AS_WRITTEN, Sheets
from qa_service.i18n.catalogue import Catalogue

SCHEMA = "qa-service/weekly@1"


def write_weekly(figures: TeamFigures, form: str, file: Path, texts: Catalogue) -> None:
    """Writes the report, whole or not at all; `form` is `json` or `xlsx`."""
    if form == "json":
        with whole_file(file) as beside:
            beside.write_text(json.dumps(weekly_document(figures), ensure_ascii=False, indent=1), "utf-8")
        return
    with (
        whole_file(file) as beside,
        tempfile.TemporaryDirectory(dir=beside.parent, prefix=".rows-") as waiting,
        Workbook(str(beside), {"constant_memory": True, "tmpdir": waiting, **AS_WRITTEN}) as book,
    ):
        shown = Form(texts)
        for table, rows in _tables(figures):
            sheets = Sheets(book, table, shown)
            for row in rows:
                sheets.add([shown.cell(column, row[column.key]) for column in table.columns])


def weekly_document(figures: TeamFigures) -> Mapping[str, object]:
    """The document; what nobody knows is null."""
    told = asdict(figures)
    week = {
        "week": figures.week.name,
        "since": figures.week.since.isoformat(),
        "until": figures.week.until.isoformat(),
    }
    return {"schema": SCHEMA, **week, **{name: value for name, value in told.items() if name != "week"}}


def _tables(figures: TeamFigures) -> Iterator[tuple[Table, Sequence[Row]]]:
    yield _TEAM, [_team(figures)]
    yield (
        _AGENTS,
        [
            {
                "agent": one.agent_id,
                "calls": one.calls,
                "scored": one.scored,
                "mean_score": one.mean_score,
                "human_calls": one.needs_human,
            }
            for one in figures.agents
        ],
    )
    yield _RULES, [{"rule": one.rule, "calls": one.calls} for one in figures.rules]


def _team(figures: TeamFigures) -> Mapping[str, Cell]:
    return {
        "week": figures.week.name,
        "team": figures.team or None,
        "calls": figures.calls,
        "judged": figures.judged,
        "not_scorable": figures.not_scorable,
        "failed": figures.failed,
        "scored": figures.scored,
        "mean_score": figures.mean_score,
        "passed": figures.passed,
        "human_calls": figures.needs_human,
    }


def _columns(*keys: str) -> tuple[Column, ...]:
    texts = {"week", "team", "agent", "rule"}
    return tuple(
        Column(key, Kind.TEXT if key in texts else Kind.NUMBER if key == "mean_score" else Kind.WHOLE)
        for key in keys
    )


def _no_rows(*_: object) -> tuple[Row, ...]:
    """Rows come from figures here, not from calls."""
    return ()


_TEAM = Table(
    "weekly_team",
    _columns(
        "week",
        "team",
        "calls",
        "judged",
        "not_scorable",
        "failed",
        "scored",
        "mean_score",
        "passed",
        "human_calls",
    ),
    _no_rows,
)
_AGENTS = Table("weekly_agents", _columns("agent", "calls", "scored", "mean_score", "human_calls"), _no_rows)
_RULES = Table("weekly_rules", _columns("rule", "calls"), _no_rows)
