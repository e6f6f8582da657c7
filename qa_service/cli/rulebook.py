"""`qa-service rulebook check|test|show|diff|schema|parity|tune`: the rulebook author's tools."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from qa_service import bootstrap
from qa_service.cli.complaints import DOUBTED, complain, say
from qa_service.cli.differing import tell_differences
from qa_service.cli.parity import parity
from qa_service.cli.show import includes
from qa_service.cli.show import show as show_books
from qa_service.cli.tune import tune
from qa_service.cli.writing import writing
from qa_service.core.errors import RulebookError
from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Bundle, Rulebook
from qa_service.rulebook.compare import differences

if TYPE_CHECKING:
    from qa_service.usecases.try_rulebook import Trial
    from qa_service.usecases.why.telling import Telling

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
_Books = Annotated[
    list[str],
    typer.Argument(
        help="方案名称或文件；后面可以跟它的规则名，只看那几条。A book; behind it rules of it, to read these in full.",
        metavar="BOOK [RULE]...",
    ),
]


@app.command("check", help="只查写法：文件、位置、怎么改。Check the writing only.")
def check(files: _Names) -> None:
    """Exit 1 when any of them does not say what its author meant; a warning beside it is no mistake."""
    texts, bundles = bootstrap.texts(), [_bundle(name) for name in files]
    for bundle in bundles:
        if bundle:
            book = bundle.book
            said = {"name": _name(book), "rules": len(book.rules), "digest": book.digest[:12]}
            typer.echo(texts.say("rulebook.checked", **said))
            for line in includes(bundle, texts):
                typer.echo(line)
            for warning in bundle.warnings[:_MOST]:
                complain(warning, texts, mark=DOUBTED)
    if None in bundles:
        raise typer.Exit(1)


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
    from qa_service.usecases.try_rulebook import outdated, try_examples
    from qa_service.usecases.why.telling import Telling

    texts = bootstrap.texts()
    trials = try_examples(
        book,
        tokens=bootstrap.tokenizer().tokens,
        interpreter=bootstrap.interpreter(),
        explain=len(book.examples),
    )
    misfits, telling = [trial for trial in trials if trial.fails], Telling.of(book, texts)
    for trial in misfits:
        _tell_misfit(trial, texts, telling)
    for trial in trials:
        if trial.undecided:
            because = texts.reason(trial.undecided)
            lines = " / ".join(trial.example.lines)
            say(
                Text(texts.say("rulebook.cannot_tell", rule=trial.example.rule, lines=lines, because=because))
            )
    others = outdated(trials)
    for rule, count in others.items():
        typer.echo(texts.say("rulebook.other_limits", rule=rule, count=count))
    good = sum(trial.as_wanted and not trial.undecided for trial in trials)
    total = len(trials) - sum(others.values())
    typer.echo(texts.say("rulebook.tested", name=_name(book), good=good, total=total))
    return len(misfits)


def _tell_misfit(trial: Trial, texts: Catalogue, telling: Telling) -> None:
    """The example, and below it why it did not do what it must."""
    example = trial.example
    key = "rulebook.missed" if example.must_match else "rulebook.false_alarm"
    said = texts.say(key, rule=example.rule, lines=" / ".join(example.lines))
    say(Text("\n".join([said, *(f"    {line}" for line in telling.lines(trial.why))])))


@app.command("show", help="读方案：每条规则听什么、从哪里来；写规则名就看全部。What rules listen for.")
def show(books: _Books) -> None:
    """A table per rulebook, or one rule in full."""
    try:
        show_books(books)
    except RulebookError as error:
        _tell(error)
        raise typer.Exit(1) from error


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
        tell_differences(found)
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


def _name(book: Rulebook) -> str:
    return f"{book.name}@{book.version}"
