"""`qa-service route`: the table in force, a file checked, and why a call goes where it goes."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.complaints import complain
from qa_service.cli.inputs import read_text
from qa_service.core.errors import RoutingError, UsageError
from qa_service.core.people import MACHINE, Asked
from qa_service.usecases.routing_file import MAX_BYTES

if TYPE_CHECKING:
    from qa_service.core.routing_answers import Check, Explained, Step

_ASKED = Asked(MACHINE)


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


def route(
    explain: Annotated[
        str, typer.Option(metavar="CALL", help="一通电话为什么这样走：编号 Why a call goes so.")
    ] = "",
    check: Annotated[
        Path | None, typer.Option(help="查一个路由表文件的写法 Check the writing of a file.", exists=True)
    ] = None,
    show: Annotated[bool, typer.Option(help="打印现在生效的路由表 Print the table in force.")] = False,
    draft: Annotated[bool, typer.Option(help="按草稿解释 Explain by the draft.")] = False,
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
) -> None:
    """One of --explain, --check and --show; exit 1 when a file does not say what its author meant."""
    if check is not None:
        _check(check)
    elif show:
        standing = bootstrap.routing().standing(_ASKED)
        typer.echo(standing.table.source if standing.table else "# 还没有发布过路由表 No table yet")
    elif explain:
        _explain(explain, by_draft=draft, as_json=form is Form.JSON)
    else:
        raise UsageError("route_what", problem="nothing was asked", fix="Use --explain, --check or --show")


def _check(file: Path) -> None:
    texts = bootstrap.texts()
    try:
        table = bootstrap.routing().check(read_text(file, MAX_BYTES))
    except RoutingError as error:
        for one in (error, *error.more):
            complain(one, texts)
        raise typer.Exit(1) from None
    typer.echo(texts.say("routing.checked", routes=len(table.routes), profiles=len(table.profiles)))


def _explain(call_id: str, *, by_draft: bool, as_json: bool) -> None:
    found = bootstrap.routing().explain(_ASKED, call_id, by_draft=by_draft)
    if found is None:
        raise UsageError(
            "no_such_call", where=call_id, problem="there is no such call", fix="Check the id", call=call_id
        )
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    for line in _lines(found):
        typer.echo(line)


def _lines(found: Explained) -> list[str]:
    texts, decision = bootstrap.texts(), found.explanation.decision
    said = {
        "version": found.version,
        "route": decision.route or texts.say("routing.default"),
        "rulebooks": "、".join(decision.rulebooks),
        "profile": decision.profile.name or "–",
        "jurisdiction": decision.jurisdiction or "–",
        "retention": decision.retention or "–",
        "alerts": decision.alerts or "–",
    }
    steps = [line for step in found.explanation.steps for line in _step(step)]
    missing = "、".join(decision.not_in_force)
    told = [texts.say("routing.not_in_force", rulebooks=missing)] if missing else []
    return [texts.say("routing.decided", **said), *told, *steps]


def _step(step: Step) -> list[str]:
    mark = "→" if step.is_chosen else " "
    return [f"{mark} {step.route}  {step.title}".rstrip(), *(f"    {_condition(c)}" for c in step.checks)]


def _condition(check: Check) -> str:
    mark = "✓" if check.holds else "✗"
    return f"{mark} {check.field}: {' | '.join(check.wanted)}  ← {' | '.join(check.found) or '–'}"
