"""`qa-service rulebook show`: a book as a table of its rules, or one rule in full."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa_service import bootstrap
from qa_service.cli.complaints import plain
from qa_service.core.standard_answers import AnswerTable
from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Bundle, Rulebook, SwitchedOff
from qa_service.rulebook.places import Place
from qa_service.rulebook.reading.conditions import Line
from qa_service.rulebook.reading.sheet import Sheet
from qa_service.rules.rule import Rule

#: Columns of characters from which a rule stands on one line of a table; in a narrower one it takes two lines.
_WIDE = 110


def show(names: list[str]) -> None:
    """Each name is a book; behind a book, a rule of it: then that rule in full, and not the list."""
    console, texts = Console(), bootstrap.texts()
    for name, rules in _asked(names):
        sheet = Sheet(bootstrap.rulebook_bundle(name), texts)
        if not rules:
            _list(sheet, console)
        for rule in [_rule(sheet.bundle, one) for one in rules]:
            _print(sheet.off(rule) if isinstance(rule, SwitchedOff) else sheet.rule(rule), console)


def includes(bundle: Bundle, texts: Catalogue) -> list[str]:
    """Which version and digest each include came to, a line each."""
    told = (
        {"written": one.written, "name": f"{one.name}@{one.version}", "digest": one.digest[:12]}
        for one in bundle.includes
    )
    return [texts.say("rulebook.included", **said) for said in told]


def _asked(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Which rules of which books: what is no book is a rule of the one before it."""
    asked: list[tuple[str, list[str]]] = []
    for name in names:
        if asked and not _is_book(name):
            asked[-1][1].append(name)
        else:
            asked.append((name, []))
    return asked


def _is_book(name: str) -> bool:
    from qa_service.rulebook.load import pack_names

    return (
        name.partition("@")[0] in pack_names()
        or Path(name).suffix in {".yaml", ".yml"}
        or Path(name).is_file()
    )


def _rule(bundle: Bundle, name: str) -> Rule | SwitchedOff:
    """The rule, be it switched off, by its full name, or without the name of its book where that is plain.

    Raises:
        RulebookError: there is no such rule.
    """
    book = bundle.book
    held = {rule.id: rule for rule in (*book.rules, *book.good)} | dict(bundle.off)
    own = {rule_id.partition("/")[2]: rule_id for rule_id in held}
    full = name if name in held else own.get(name, "")
    if not full:
        raise Place(book.name).unknown("override_unknown", name, {*held, *own}, "there is no such rule")
    return held[full]


def _list(sheet: Sheet, console: Console) -> None:
    book, texts = sheet.book, sheet.texts
    console.print(Text(f"{texts.text(book.title)}  {book.name}@{book.version}  {book.digest[:12]}"))
    _print(sheet.around(), console)
    for said in includes(sheet.bundle, texts):
        console.print(Text(said))
    if console.width >= _WIDE:
        console.print(_table(sheet))
    else:
        _print(_rows(sheet), console)
    if book.good:
        console.print(Text(texts.say("sheet.strengths")))
        _print(
            (Line(1, f"{rule.id}  {texts.text(rule.title)}  {sheet.in_short(rule)}") for rule in book.good),
            console,
        )
    for table in book.answers.items():
        console.print(_answers(*table, texts))
    _print(sheet.changes(), console)


def _print(lines: Iterable[Line], console: Console) -> None:
    for line in lines:
        console.print(Text("  " * line.depth + plain(line.text)), soft_wrap=not console.is_terminal)


def _cells(rule: Rule, book: Rulebook, texts: Catalogue) -> tuple[str, ...]:
    severity, stage = (
        texts.say(f"severity.{rule.severity.word}"),
        texts.say(f"stage_of_rule.{rule.stage.value}"),
    )
    return severity, stage, rule.criterion or "–", book.origins[rule.id]


def _table(sheet: Sheet) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for at, column in enumerate(sheet.texts.say("sheet.columns").split("|")):
        # Authors and review notes name rules by their id: never cut. The others wrap.
        table.add_column(column, no_wrap=at == 0, overflow="fold")
    for rule in sheet.book.rules:
        title = sheet.texts.text(rule.title)
        cells = (rule.id, title, sheet.in_short(rule), *_cells(rule, sheet.book, sheet.texts))
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def _rows(sheet: Sheet) -> Iterable[Line]:
    """Where there is no room for a table: a rule and what it is, and below it what it listens for."""
    for rule in sheet.book.rules:
        about = " · ".join(_cells(rule, sheet.book, sheet.texts))
        yield Line(0, f"{rule.id}  {sheet.texts.text(rule.title)}  {about}")
        yield Line(2, sheet.in_short(rule))


def _answers(name: str, held: AnswerTable, texts: Catalogue) -> Table:
    """The rows of a table of standard answers: what is asked, what must and must not be said, from when to when."""
    title = texts.say("rulebook.answers", name=name, rows=len(held.rows))
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for at, column in enumerate(texts.say("rulebook.answer_columns").split("|")):
        table.add_column(column, no_wrap=at == 0, overflow="fold")
    for row in held.rows:
        must, must_not = (
            [" | ".join(point.ways) for point in points] or ["–"] for points in (row.must, row.must_not)
        )
        days = [day.isoformat() if day else "…" for day in (row.since, row.until)] if row.is_dated else ["–"]
        cells = ([row.id], row.questions, must, must_not, days)
        table.add_row(*(Text("\n".join(map(plain, lines))) for lines in cells))
    return table
