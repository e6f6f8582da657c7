"""`qa-service models list|pull|verify [NAME]`: which models there are, fetch them, check them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service.cli.model_bars import Bars
from qa_service.cli.model_desk import Desk, Form
from qa_service.cli.model_json import as_json

if TYPE_CHECKING:
    from qa_service.assets.place import Standing
    from qa_service.assets.store import ModelStore

_Format = Annotated[Form, typer.Option("--format", help="text 或 json / text or json")]
_Name = Annotated[str, typer.Argument(help="模型名称 / name of a model")]


def make_app(store: Callable[[], ModelStore], language: Callable[[], str] = lambda: "zh_CN") -> typer.Typer:
    """The sub-commands over whatever `store` opens; `language` is asked at each command."""
    app = typer.Typer(no_args_is_help=True, help="查看、下载、校验模型 / list, fetch and check models")

    @app.command("list")
    def list_models(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """列出模型、准确率与状态 / list models, accuracy and state."""
        with Desk(language(), form) as desk:
            _list(desk, store(), name)

    @app.command("pull")
    def pull(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """下载模型，可断点续传 / fetch a model; resumes where it broke off."""
        with Desk(language(), form) as desk:
            _pull(desk, store(), name)

    @app.command("verify")
    def verify(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """重新计算每个文件的哈希 / hash every file again; exit 1 on damage."""
        with Desk(language(), form) as desk:
            _verify(desk, store(), name)

    return app


def _list(desk: Desk, models: ModelStore, name: str) -> None:
    standings = (models.standing(name),) if name else models.standings()
    if desk.form is Form.JSON:
        rows = [as_json(standing, models.manifest.default) for standing in standings]
        desk.json(rows[0] if name else rows)
        return
    if name:
        desk.card(standings[0], models.manifest.default)
        desk.origin(standings[0])
    else:
        desk.table(standings, models.manifest.default)
        desk.note()


def _pull(desk: Desk, models: ModelStore, name: str) -> None:
    with Bars(desk) as bars:
        got = models.pull(name, progress=bars)
    if desk.form is Form.JSON:
        desk.json(as_json(models.standing(got.name), models.manifest.default))
    else:
        desk.say("pulled", name=got.name, folder=got.folder)


def _verify(desk: Desk, models: ModelStore, name: str) -> None:
    with Bars(desk) as bars:
        standings = [models.verify(each, progress=bars) for each in ([name] if name else _on_disk(models))]
    if desk.form is Form.JSON:
        rows = [as_json(standing, models.manifest.default) for standing in standings]
        desk.json(rows[0] if name else rows)
    else:
        desk.verdicts(standings)
    if any(standing.state != "ready" and not _is_first_seen(standing) for standing in standings):
        raise typer.Exit(1)


def _on_disk(models: ModelStore) -> list[str]:
    there = [one for one in models.standings() if len(one.files) < len(one.spec.files)]
    return [one.spec.name for one in there]


def _is_first_seen(standing: Standing) -> bool:
    """Files that nobody vouches for yet cannot be wrong: they are pinned at first use."""
    return standing.state == "unchecked" and not standing.is_pinned
