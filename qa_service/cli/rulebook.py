"""`qa-service rulebook check|test|show|diff|schema|parity|tune`: the rulebook author's tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa_service import bootstrap
from qa_service.cli.complaints import complain, plain, say
from qa_service.cli.parity import parity
from qa_service.cli.tune import tune
from qa_service.cli.writing import writing
from qa_service.core.errors import RulebookError
from qa_service.core.standard_answers import AnswerTable
from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Bundle, Rulebook
from qa_service.rulebook.compare import Change, Difference, differences

#: Columns of characters from which titles have room beside the ids.
_WIDE = 110
#: Characters of a value that a difference shows.
_BRIEF = 80
#: Mistakes told of one book: what is more is seen when these are mended.
_MOST = 20


class Form(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("parity", help="我们的规则和那边的结果比。Ours beside another system's results.")(parity)
app.command("tune", help="限值对照自己的通话来定。Limits read off your own calls.")(tune)
_Names = Annotated[list[str], typer.Argument(help="方案名称或 YAML 文件 Names or files.")]


@app.command("check", help="只查写法：文件、位置、怎么改。Check the writing only.")
def check(files: _Names) -> None:
    """Exit 1 when any of them does not say what its author meant; a warning beside it is no mistake."""
    texts, bundles = bootstrap.texts(), [_bundle(name) for name in files]
    for bundle in bundles:
        if bundle:
            book = bundle.book
            said = {"name": _name(book), "rules": len(book.rules), "digest": book.digest[:12]}
            typer.echo(texts.say("rulebook.checked", **said))
            _tell_includes(bundle, texts)
            for warning in bundle.warnings[:_MOST]:
                complain(warning, texts)
    if None in bundles:
        raise typer.Exit(1)


def _tell_includes(bundle: Bundle, texts: Catalogue) -> None:
    """Which version and digest each include came to."""
    for one in bundle.includes:
        said = {"written": one.written, "name": f"{one.name}@{one.version}", "digest": one.digest[:12]}
        typer.echo(texts.say("rulebook.included", **said))


@app.command("test", help="逐条试每条规则的例句。Run every rule's examples.")
def test(files: _Names) -> None:
    """Exit 1 when a book does not say what its author meant, or an example does not do what it must."""
    books = [_whole(name) for name in files]
    wrong = [_misfits(book) for book in books if book]
    if None in books or any(wrong):
        raise typer.Exit(1)


def _whole(name: str) -> Rulebook | None:
    """The rulebook; nothing where there are mistakes in it, which are told."""
    try:
        return bootstrap.rulebook(name)
    except RulebookError as error:
        _tell(error)
        return None


def _tell(error: RulebookError) -> None:
    texts, mistakes = bootstrap.texts(), (error, *error.more)
    for one in mistakes[:_MOST]:
        complain(one, texts)
    if len(mistakes) > _MOST:
        said = texts.say("rulebook.not_listed", total=len(mistakes), count=len(mistakes) - _MOST)
        typer.echo(said, err=True)
    elif error.more:
        typer.echo(texts.say("rulebook.in_all", total=len(mistakes)), err=True)


def _misfits(book: Rulebook) -> int:
    """How many examples do not do what they must; each is told."""
    from qa_service.usecases.try_rulebook import try_examples

    texts = bootstrap.texts()
    trials = try_examples(book, tokens=bootstrap.tokenizer().tokens, interpreter=bootstrap.interpreter())
    misfits = [trial.example for trial in trials if not trial.as_wanted]
    for example in misfits:
        key = "rulebook.missed" if example.must_match else "rulebook.false_alarm"
        say(Text(texts.say(key, rule=example.rule, lines=" / ".join(example.lines))))
    for trial in trials:
        if trial.undecided:
            because = texts.reason(trial.undecided)
            lines = " / ".join(trial.example.lines)
            say(
                Text(texts.say("rulebook.cannot_tell", rule=trial.example.rule, lines=lines, because=because))
            )
    good = sum(trial.as_wanted and not trial.undecided for trial in trials)
    typer.echo(texts.say("rulebook.tested", name=_name(book), good=good, total=len(trials)))
    return len(misfits)


@app.command("show", help="合并后的全部规则与来处。All rules and where they come from.")
def show(files: _Names) -> None:
    """A table per rulebook."""
    texts, console = bootstrap.texts(), Console()
    for name in files:
        bundle = bootstrap.rulebook_bundle(name)
        book = bundle.book
        console.print(_table(book, texts, wide=console.width >= _WIDE))
        _tell_includes(bundle, texts)
        for table in book.answers.items():
            console.print(_answers(*table, texts))
        for rule_id, reason in book.disabled.items():
            console.print(texts.say("rulebook.disabled", rule=rule_id, reason=reason), markup=False)


@app.command("diff", help="两份方案差在哪里。What differs between two rulebooks.")
def diff(
    before: Annotated[str, typer.Argument(help="原来的 Before.", metavar="A")],
    after: Annotated[str, typer.Argument(help="现在的 After.", metavar="B")],
    form: Annotated[Form, typer.Option("--format", help="输出格式。Output format.")] = Form.TEXT,
) -> None:
    """Exit 0 when they are the same, 1 when something differs or one of them is wrong."""
    bundles = [_bundle(name) for name in (before, after)]
    if None in bundles:
        raise typer.Exit(1)
    was, now = (bundle for bundle in bundles if bundle)
    found = differences(was, now)
    if form is Form.JSON:
        told = [
            {"change": d.change.value, "path": d.path, "before": d.before, "after": d.after} for d in found
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell_differences(found)
    if found:
        raise typer.Exit(1)


@app.command("schema", help="方案写法的 JSON Schema，给编辑器用。The JSON Schema of rulebooks, for editors.")
def schema(
    out: Annotated[Path | None, typer.Option(help="写到这个文件；不写就打印。Write to this file.")] = None,
) -> None:
    """The same text as docs/schema/rulebook-1.json."""
    from qa_service.rulebook.json_schema import schema_text

    if out is None:
        typer.echo(schema_text(), nl=False)
        return
    with writing(out):
        out.write_text(schema_text(), "utf-8", newline="\n")


def _bundle(name: str) -> Bundle | None:
    try:
        return bootstrap.rulebook_bundle(name)
    except RulebookError as error:
        _tell(error)
        return None


def _tell_differences(found: Sequence[Difference]) -> None:
    texts = bootstrap.texts()
    for one in found:
        said = {"path": one.path, "before": _brief(one.before), "after": _brief(one.after)}
        typer.echo(plain(texts.say(f"rulebook.diff_{one.change}", **said)))
    counts = {change.value: sum(one.change is change for one in found) for change in Change}
    typer.echo(texts.say("rulebook.differences" if found else "rulebook.same", **counts))


def _brief(value: object) -> str:
    """A value in a line; of a whole rule its title says enough."""
    if isinstance(value, dict) and isinstance(title := value.get("title") or value.get("text"), dict):
        return str(title.get("zh_CN") or next(iter(title.values()), ""))
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= _BRIEF else said[:_BRIEF] + "……"


def _table(book: Rulebook, texts: Catalogue, *, wide: bool) -> Table:
    """The title of a rule stands beside its id or, where there is little room, below it."""
    title = f"{texts.text(book.title)}  {_name(book)}  {book.digest[:12]}"
    table = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=0 if not wide else (0, 1),
    )
    columns = texts.say("rulebook.columns").split("|")
    for at, column in enumerate(columns if wide else ["\n".join(columns[:2]), *columns[2:]]):
        # Authors and review notes name rules by their id: never cut. The others wrap.
        table.add_column(column, no_wrap=at == 0, overflow="fold")
    for rule in book.rules:
        first = (rule.id, texts.text(rule.title))
        table.add_row(
            *(first if wide else ["\n".join(first)]),
            texts.say(f"severity.{rule.severity.word}"),
            texts.say(f"stage_of_rule.{rule.stage.value}"),
            rule.criterion or "–",
            book.origins[rule.id],
        )
    return table


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


def _name(book: Rulebook) -> str:
    return f"{book.name}@{book.version}"
