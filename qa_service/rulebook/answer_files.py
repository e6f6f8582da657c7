"""Finds the tables of standard answers that a book names: beside its file, or among the texts kept with it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa_service.core.errors import RulebookError
from qa_service.core.standard_answers import AnswerTable, Point
from qa_service.rulebook.answer_table import MAX_BYTES, read_table, table_text
from qa_service.rulebook.found import Found
from qa_service.rulebook.later import told_as
from qa_service.rulebook.mistakes import Mistakes, each
from qa_service.rulebook.places import Place
from qa_service.text.files import read_bytes


def kept_as(book: str, file: str) -> str:
    """The name under which a table is kept with the texts of a rulebook; no book has a name like this."""
    return f"{book}/{file}"


def with_files(book: Found, folder: Path) -> Found:
    """The book with the tables that lie in its folder."""
    return _with(book, lambda file: _text(folder / file, Place(file)))


def with_tables(book: Found, own: Callable[[str], str | None]) -> Found:
    """The book with the tables that are kept as texts."""
    return _with(book, lambda file: own(kept_as(book.written.name, file)))


def given_tables(files: Mapping[str, str]) -> Mapping[str, str]:
    """Tables as a request brings them, CSV as text and workbooks in Base64, all as CSV.

    Raises:
        RulebookError: one of them cannot be read.
    """
    return {file: _given(file, text) for file, text in files.items()}


def _given(file: str, text: str) -> str:
    place = Place(file)
    if not file.lower().endswith(".xlsx"):
        return table_text(text.encode(), place)
    try:
        return table_text(b64decode(text, validate=True), place)
    except ValueError as error:
        problem, fix = "is not the Base64 of an Excel file", "Send it so, or send CSV"
        raise place.error("answers_base64", problem, fix) from error


def _text(path: Path, place: Place) -> str | None:
    try:
        return table_text(read_bytes(path, MAX_BYTES), place)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem, fix = "cannot be read", "Check that it is a file and yours to read"
        raise place.error("answers_unreadable", problem, fix) from error


def _with(book: Found, text_of: Callable[[str], str | None]) -> Found:
    """What cannot be read is noted in the book, as what is wrong with it."""
    tables: dict[str, str] = {}
    wrong: list[RulebookError] = []
    for name, written in book.written.answers.items():
        place = Place(book.source).at("answers", name)
        if not written.file or written.file in tables:
            continue
        try:
            text = text_of(written.file)
        except RulebookError as error:
            wrong += _seen_from(place, written.file, error)
            continue
        if text is None:
            problem, fix = f"{written.file} is not there", "Put it beside the rulebook"
            wrong.append(place.error("answers_missing", problem, fix, word=written.file))
        else:
            tables[written.file] = text
    return replace(book, tables=tables, mistakes=(*book.mistakes, *wrong)) if tables or wrong else book


def read_tables(book: Found, place: Place, mistakes: Mistakes) -> Mapping[str, AnswerTable | None]:
    """The tables of a book by its own names for them; what is wrong with one is noted, and nothing stands for it."""
    found: dict[str, AnswerTable | None] = {}
    for name, written in book.written.answers.items():
        # An empty file is a mistake; one that is not there at all was told before.
        text = written.table or book.tables.get(written.file)
        found[name] = None
        if text is None:
            continue
        here = place.at("answers", name)
        try:
            with told_as(partial(_seen_from, here, written.file)):
                found[name] = read_table(name, text, Place(written.file))
        except RulebookError as error:
            mistakes.note(*_seen_from(here, written.file, error))
    return found


def _seen_from(place: Place, file: str, error: RulebookError) -> list[RulebookError]:
    """The mistakes of a table, with the place in the book that names it and the file."""
    told = []
    for one in each(error):
        where = one.where if file else one.where.removeprefix(": ")
        seen = RulebookError(
            source=place.source,
            where=f"{place.path} → {where}",
            problem=one.problem,
            fix=one.fix,
            code=one.code,
            **one.values,
        )
        seen.steps = place.steps
        told.append(seen)
    return told


def rows_of(table: AnswerTable) -> list[dict[str, object]]:
    """What the digest is taken of: a row by its id and first day, what it leaves out left out."""
    return [
        {
            "id": row.id if row.since is None else f"{row.id}@{row.since.isoformat()}",
            "questions": list(row.questions),
            "must": _ways(row.must),
            "must_not": _ways(row.must_not),
            "about": list(row.about),
            "answer": row.answer,
            "note": row.note,
            "since": row.since.isoformat() if row.since else "",
            "until": row.until.isoformat() if row.until else "",
        }
        for row in table.rows
    ]


def _ways(points: tuple[Point, ...]) -> list[list[str]]:
    return [list(point.ways) for point in points]
