"""Reads a table of standard answers, XLSX or CSV: every mistake in it named by cell, problem and fix."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from qa_service.core.errors import RulebookError
from qa_service.core.standard_answers import AnswerRow, AnswerTable
from qa_service.rulebook import answer_cells as cells
from qa_service.rulebook.answer_cells import Cell, cell_name, columns_of
from qa_service.rulebook.later import object_to
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.text.normalize import fold
from qa_service.text.table import BrokenTableError, decoded, is_too_wide, rows_of
from qa_service.text.workbook import BrokenWorkbookError, is_workbook, workbook_rows

#: 1,000 rows of 5 questions and 5 points are about 300 KB.
MAX_BYTES = 8 << 20
#: docs/standard-answers.md#limits: more rows are several tables.
MOST_ROWS = 3_000
MOST_ASKED = 6_000
#: Ways of all points of one row: each is looked for in every answer, about 20 µs each.
MOST_ROW_WAYS = 60


def table_text(content: bytes, place: Place) -> str:
    """What a file holds as CSV, its rows in place: what is kept of it, and what its digest is taken of.

    Raises:
        RulebookError: nobody can read it.
    """
    if len(content) > MAX_BYTES:
        raise place.error("answers_large", "is larger than 8 MB", "Split it into several tables")
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(_rows(content, place))
    return written.getvalue()


def _rows(content: bytes, place: Place) -> list[list[str]]:
    if is_workbook(content):
        try:
            return workbook_rows(content)
        except BrokenWorkbookError as error:
            problem, fix = "is no Excel file that can be read", "Save it as XLSX or CSV once more"
            raise place.error("answers_workbook", problem, fix) from error
    text = decoded(content)
    if text is None:
        raise place.error(
            "answers_letters", "is neither XLSX nor text in UTF-8 or GBK", "Save it as XLSX, or CSV in UTF-8"
        )
    rows: list[list[str]] = []
    for number, row in _numbered(text, place):
        rows += [[""]] * (number - 1 - len(rows))
        rows.append(row)
    return rows


def _numbered(text: str, place: Place) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from rows_of(text)
    except BrokenTableError as error:
        here = place.at(f"line {error.row}")
        raise here.error("answers_csv", "is no CSV", "Save it as CSV once more") from error


def read_table(name: str, text: str, place: Place) -> AnswerTable:
    """The table.

    Raises:
        RulebookError: everything in it that does not hold.
    """
    lines = list(_numbered(text, place))
    if not lines:
        raise place.error("answers_empty", "is empty", "Write the headers into the first line")
    (_, heads), *rest = lines
    columns = columns_of(heads, place)
    if not rest:
        raise place.error("answers_no_rows", "has no rows", "Write one below the headers")
    if len(rest) > MOST_ROWS:
        problem, fix = f"has more than {MOST_ROWS} rows", "Split it into several tables"
        object_to(place.error("answers_rows", problem, fix, most=MOST_ROWS))
    rows: list[tuple[int, AnswerRow]] = []
    with Mistakes() as mistakes:
        for number, line in rest:
            with mistakes.noted():
                rows.append((number, _row(_cells(number, line, heads, columns, place), place, number)))
        for clash in _clashes(rows, place):
            with mistakes.noted():
                object_to(clash)
    asked = sum(len(row.questions) for _, row in rows)
    if asked > MOST_ASKED:
        problem, fix = f"holds {asked} questions, more than {MOST_ASKED}", "Split it into several tables"
        object_to(place.error("answers_questions", problem, fix, count=asked, most=MOST_ASKED))
    return AnswerTable(name, tuple(row for _, row in rows))


def _cells(
    number: int, line: Sequence[str], heads: Sequence[str], columns: dict[int, str], place: Place
) -> dict[str, Cell]:
    """By our columns; what stands under several headers of one kind stands together."""
    if is_too_wide(heads, line):
        problem, fix = (
            "has more cells than there are headers",
            "Quote the cell with the comma, or drop the comma",
        )
        object_to(place.at(f"{number}").error("answers_wide", problem, fix))
    found: dict[str, Cell] = {}
    for at, name in columns.items():
        text = line[at].strip() if at < len(line) else ""
        here = place.at(cell_name(number, at, heads[at]))
        if text.startswith("="):
            problem, fix = f"{text!r} is a formula without its result", "Paste the values, and save once more"
            object_to(here.error("answers_formula", problem, fix, word=text))
        known = found.get(name)
        if known is None or not known.text:
            found[name] = Cell(here, text)
        elif text:
            found[name] = Cell(known.place, f"{known.text}\n{text}")
    return found


def _row(found: dict[str, Cell], place: Place, number: int) -> AnswerRow:
    def cell(name: str) -> Cell:
        return found.get(name) or Cell(place.at(f"{number}"))

    with Mistakes() as mistakes:
        with mistakes.noted():
            name = _needed(cell("id"))
        with mistakes.noted():
            question = cells.sentences(Cell(cell("question").place, _needed(cell("question"))))
        with mistakes.noted():
            similar = cells.sentences(cell("similar"))
        with mistakes.noted():
            about = cells.words(cell("about"))
        with mistakes.noted():
            must = cells.points(cell("must"))
        with mistakes.noted():
            must_not = cells.points(cell("must_not"))
        with mistakes.noted():
            answer, note = cells.text(cell("answer")), cells.text(cell("note"))
        with mistakes.noted():
            since = cells.day(cell("since"))
        with mistakes.noted():
            until = cells.day(cell("until"))
    row = AnswerRow(name, (*question, *similar), must, must_not, about, answer, note, since, until)
    _check(row, cell("must" if "must" in found else "must_not").place, cell("until").place)
    return row


def _needed(cell: Cell) -> str:
    if not cell.text:
        raise cell.place.error("answers_cell_empty", "is empty", "Write it")
    if len(cell.text) > cells.LONGEST:
        problem = f"is longer than {cells.LONGEST} characters"
        object_to(cell.place.error("answers_long", problem, "Shorten it", most=cells.LONGEST))
    return cell.text


def _check(row: AnswerRow, points: Place, until: Place) -> None:
    if not row.must and not row.must_not:
        problem, fix = "says neither what must be said nor what must not", "Write one of the two"
        raise points.error("answers_no_points", problem, fix, word=row.id)
    count = sum(len(point.ways) for point in (*row.must, *row.must_not))
    if count > MOST_ROW_WAYS:
        problem, fix = f"has {count} ways to say its points, more than {MOST_ROW_WAYS}", "Split the row"
        object_to(
            points.error("answers_row_ways", problem, fix, word=row.id, count=count, most=MOST_ROW_WAYS)
        )
    wanted = {fold(way).text for point in row.must for way in point.ways}
    for way in (way for point in row.must_not for way in point.ways):
        if fold(way).text in wanted:
            problem, fix = f"{way!r} must be said and must not be", "Keep it in one of the two"
            object_to(points.error("answers_both", problem, fix, word=way))
    if row.since and row.until and row.until < row.since:
        object_to(until.error("answers_days", "ends before it begins", "Exchange the two days"))


def _clashes(rows: Iterable[tuple[int, AnswerRow]], place: Place) -> Iterator[RulebookError]:
    """Rows of one id, or with one question, on the same days: nobody could say which of them holds."""
    seen: dict[tuple[str, str], list[tuple[int, AnswerRow]]] = {}
    for number, row in rows:
        told = {("id", row.id): row.id} | {("question", fold(one).text): one for one in row.questions}
        for key, said in told.items():
            other = next((at for at, known in seen.get(key, ()) if _overlap(known, row)), None)
            if other is not None:
                here = place.at(f"{number}")
                problem = f"{said!r} stands in row {other} too, for the same days"
                fix = "Keep one of them, or write days that do not overlap"
                yield here.error("answers_same", problem, fix, word=said, row=other)
            seen.setdefault(key, []).append((number, row))


def _overlap(one: AnswerRow, other: AnswerRow) -> bool:
    starts_before_end = one.since is None or other.until is None or one.since <= other.until
    return starts_before_end and (other.since is None or one.until is None or other.since <= one.until)
