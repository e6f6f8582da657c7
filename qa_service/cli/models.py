"""`qa-service models list|pull|verify [NAME]`: which models there are, fetch them, check them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from qa_service.core.errors import ModelError

if TYPE_CHECKING:
    from qa_service.assets.place import Standing
    from qa_service.assets.pull import Tried
    from qa_service.assets.spec import Accuracy, ModelSpec
    from qa_service.assets.store import ModelStore

#: Columns of characters from which every column has room; narrower terminals leave out the last two.
_WIDE = 150
#: The most that the remaining columns may take there; names and sizes are never cut.
_NARROW = (None, 10, None, 15, 8)
#: How each state stands out in the table.
_STYLES = {"ready": "green", "unchecked": "yellow", "damaged": "bold red"}
#: Every sentence for people, by language and key.
_SAYS: dict[str, dict[str, str]] = {
    "zh_CN": {
        "folder": "文件夹：{folder}",
        "hashes_from": "哈希的来历：{said}",
        "file": "  {path}  sha256 {sha256}",
        "columns": "名称|状态|大小|公布的字错率|实测字错率|许可|语言",
        "state.ready": "已就绪",
        "state.unchecked": "未校验",
        "state.missing": "未下载",
        "state.damaged": "损坏",
        "state.convert": "需自行转换",
        "pin.manifest": "",
        "pin.first_use": "首次下载时固定",
        "pin.no": "未固定",
        "unknown": "未知",
        "not_measured": "未测",
        "default": "默认",
        "note": "公布的数字由作者或第三方给出，不是本项目测得。Whisper base 用来验证流程，不宜据此给电话录音"
        "打分：先在自己的线路上测出字错率（qa-service eval）。如何选择见 docs/models.md。",
        "more": "许可、语言和全部数字：qa-service models list 名称",
        "pulled": "{name} 已就绪：{folder}",
        "verified": "{name}：{files} 个文件与清单一致",
        "verified.first_use": "{name}：{files} 个文件与首次下载时一致（清单里没有它们的哈希）",
        "not_verified": "{name}：{state}（{files}）",
        "nothing": "还没有下载任何模型。",
        "stage.fetch": "下载",
        "stage.verify": "校验",
        "stage.wait": "等待另一个进程下载完",
        "model_unknown": "没有叫“{where}”的模型。可用的有：{names}；也可以给出 CTranslate2 文件夹的路径。",
        "model_unavailable": "没有得到 {name} 的 {file}，试过：\n{tried}\n怎么办：把文件复制到 {folder}，"
        "或用 --model path:文件夹 指定一个 CTranslate2 文件夹；代理和内网环境见 docs/models.md“离线安装”。",
        "convert": "也可以自行转换 {convert}，命令见 docs/models.md。",
        "no_source": "没有登记任何来源",
        "model_damaged": "{folder} 里的文件缺失或与清单不符：{files}。\n怎么办：{fix}",
        "disk_full": "磁盘空间不够：需要 {needed:,} 字节，剩 {free:,} 字节（{where}）。"
        "请清理磁盘，或把 QA_MODELS_DIR 指到更大的磁盘。",
        "why.offline": "离线模式（QA_OFFLINE），没有访问",
        "why.no_address": "没有设置模型站地址（QA_HUB_URL）",
        "why.unreachable": "连不上",
        "why.status": "服务器拒绝",
        "why.broken_off": "传输中断",
        "why.not_what_was_asked": "服务器给的不是所要的内容",
        "why.no_tool": "没有 pip 也没有 uv",
        "why.tool_failed": "取不到安装包",
        "why.not_inside": "安装包里没有这个文件",
        "why.too_big": "文件比应有的大，已中止",
        "why.mismatch": "内容与清单不符，已丢弃",
        "why.no_folder": "文件夹不存在",
    },
    "en": {
        "folder": "Folder: {folder}",
        "hashes_from": "Where the hashes come from: {said}",
        "file": "  {path}  sha256 {sha256}",
        "convert": "You can convert {convert} yourself; the command is in docs/models.md.",
        "columns": "Name|State|Size|Published CER|Measured CER|Licence|Languages",
        "state.ready": "ready",
        "state.unchecked": "not verified",
        "state.missing": "not downloaded",
        "state.damaged": "damaged",
        "state.convert": "convert it yourself",
        "pin.manifest": "",
        "pin.first_use": "pinned on first pull",
        "pin.no": "unpinned",
        "unknown": "unknown",
        "not_measured": "not measured",
        "default": "default",
        "note": "Published figures are the authors' or third parties', not ours. Whisper base proves the pipeline "
        "and is not meant to score people on telephone audio: measure your own lines first (qa-service eval). "
        "How to choose: docs/models.md.",
        "more": "Licence, languages and every figure: qa-service models list NAME",
        "pulled": "{name} is ready: {folder}",
        "verified": "{name}: {files} files are what the manifest says",
        "verified.first_use": "{name}: {files} files are what first came (the manifest has no hashes for them)",
        "not_verified": "{name}: {state} ({files})",
        "nothing": "No model has been downloaded yet.",
        "stage.fetch": "fetch",
        "stage.verify": "verify",
        "stage.wait": "waiting for another process that is pulling",
    },
}


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


_Format = Annotated[Form, typer.Option("--format", help="text 或 json / text or json")]
_Name = Annotated[str, typer.Argument(help="模型名称 / name of a model")]


def make_app(store: Callable[[], ModelStore], language: Callable[[], str] = lambda: "zh_CN") -> typer.Typer:
    """The sub-commands over whatever `store` opens; `language` is asked at each command."""
    app = typer.Typer(no_args_is_help=True, help="查看、下载、校验模型 / list, fetch and check models")

    @app.command("list")
    def list_models(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """列出模型、准确率与状态 / list models, accuracy and state."""
        with _Desk(language(), form) as desk:
            _list(desk, store(), name)

    @app.command("pull")
    def pull(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """下载模型，可断点续传 / fetch a model; resumes where it broke off."""
        with _Desk(language(), form) as desk:
            _pull(desk, store(), name)

    @app.command("verify")
    def verify(name: _Name = "", form: _Format = Form.TEXT) -> None:
        """重新计算每个文件的哈希 / hash every file again; exit 1 on damage."""
        with _Desk(language(), form) as desk:
            _verify(desk, store(), name)

    return app


def _list(desk: _Desk, models: ModelStore, name: str) -> None:
    standings = (models.standing(name),) if name else models.standings()
    if desk.form is Form.JSON:
        rows = [_as_json(standing, models.manifest.default) for standing in standings]
        desk.json(rows[0] if name else rows)
        return
    if name:
        desk.card(standings[0], models.manifest.default)
        desk.origin(standings[0])
    else:
        desk.table(standings, models.manifest.default)
        desk.note()


def _pull(desk: _Desk, models: ModelStore, name: str) -> None:
    with _Bars(desk) as bars:
        got = models.pull(name, progress=bars)
    if desk.form is Form.JSON:
        desk.json(_as_json(models.standing(got.name), models.manifest.default))
    else:
        desk.say("pulled", name=got.name, folder=got.folder)


def _verify(desk: _Desk, models: ModelStore, name: str) -> None:
    with _Bars(desk) as bars:
        standings = [models.verify(each, progress=bars) for each in ([name] if name else _on_disk(models))]
    if desk.form is Form.JSON:
        rows = [_as_json(standing, models.manifest.default) for standing in standings]
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


class _Desk:
    """Where the commands speak: the answer on stdout, everything else on stderr, errors as exit codes."""

    def __init__(self, language: str, form: Form) -> None:
        self._says = _SAYS.get(language, _SAYS["zh_CN"])
        self._language = language
        self.form = form
        self.out = Console()
        self.side = Console(stderr=True)

    def __enter__(self) -> _Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, ModelError):
            return
        if self.form is Form.JSON:
            self.json({"error": {"code": error.code, "detail": self._sentence(error)}})
        else:
            self.side.print(self._sentence(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2 if error.code == "model_unknown" else 1) from error

    def text(self, key: str, **values: object) -> str:
        """The sentence of `key`."""
        return self._says[key].format(**values)

    def say(self, key: str, **values: object) -> None:
        """Prints the sentence of `key`."""
        self.out.print(self.text(key, **values), markup=False, highlight=False, soft_wrap=True)

    def json(self, document: object) -> None:
        """Prints one JSON document."""
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))

    def table(self, standings: tuple[Standing, ...], default: str) -> None:
        """Prints one row per model with its first published figure; what has no room is on its card."""
        wide = self.out.width >= _WIDE
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, int(wide)))
        limits = (None,) * len(self._columns) if wide else _NARROW
        for at, (column, limit) in enumerate(zip(self._columns, limits, strict=False)):
            justify: JustifyMethod = "right" if at == 2 else "left"
            table.add_column(column, no_wrap=at in (0, 2), overflow="fold", justify=justify, max_width=limit)
        for standing in standings:
            table.add_row(*self._row(standing, default) if wide else self._short_row(standing, default))
        self.out.print(table)
        if not wide:
            self.say("more")

    def card(self, standing: Standing, default: str) -> None:
        """Prints one model with every figure, a line per column of the table."""
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style="bold")
        table.add_column(overflow="fold")
        for column, value in zip(self._columns, self._row(standing, default, None), strict=True):
            table.add_row(column, value)
        self.out.print(table)

    @property
    def _columns(self) -> list[str]:
        return self.text("columns").split("|")

    def note(self) -> None:
        """Prints what the figures are worth."""
        self.out.print(self.text("note"), style="dim", markup=False, highlight=False)

    def origin(self, standing: Standing) -> None:
        """Prints where the files of a model come from and what vouches for them."""
        self.say("folder", folder=standing.folder)
        self.say("hashes_from", said=standing.spec.hashes_from)
        for file in standing.spec.files:
            self.say("file", path=file.path, sha256=file.sha256 or self.text("pin.no"))
            for source in standing.spec.sources_of(file):
                self.out.print(f"    {source}", style="dim", markup=False, highlight=False, soft_wrap=True)
        if standing.spec.convert:
            self.say("convert", convert=standing.spec.convert)

    def verdicts(self, standings: list[Standing]) -> None:
        """Prints what verifying found."""
        if not standings:
            self.say("nothing")
        for standing in standings:
            spec, count = standing.spec, len(standing.spec.files)
            if standing.state == "ready":
                key = "verified" if spec.is_pinned else "verified.first_use"
                self.say(key, name=spec.name, files=count)
            else:
                state, files = self._state(standing), ", ".join(standing.files) or str(count)
                self.say("not_verified", name=spec.name, state=state, files=files)

    def _short_row(self, standing: Standing, default: str) -> tuple[str | Text, ...]:
        """The share before the set's name, on lines of their own; a measured one stands alone."""
        name, state, size, *_ = self._row(standing, default)
        published = "\n".join(f"{a.cer:.1%}\n{a.set}" for a in standing.spec.published[:1])
        measured = "\n".join(f"{a.cer:.1%}" for a in standing.spec.measured[:1])
        return name, state, size, published or "–", measured or self._not_measured(standing.spec)

    def _row(self, standing: Standing, default: str, figures: int | None = 1) -> tuple[str | Text, ...]:
        spec = standing.spec
        return (
            f"{spec.name}\n({self.text('default')})" if spec.name == default else spec.name,
            Text(self._state(standing), _STYLES.get(standing.state, "")),
            _size(spec.bytes) or self.text("unknown"),
            "\n".join(map(_figure, spec.published[:figures])) or "–",
            "\n".join(map(_figure, spec.measured[:figures])) or self._not_measured(spec),
            spec.licence,
            ", ".join(spec.languages),
        )

    def _not_measured(self, spec: ModelSpec) -> str:
        return self.text("not_measured") if spec.kind == "asr" else "–"

    def _state(self, standing: Standing) -> str:
        pin = self.text(f"pin.{_pin(standing)}") if standing.spec.sources else ""
        return self.text(f"state.{standing.state}") + (f" · {pin}" if pin else "")

    def _sentence(self, error: ModelError) -> str:
        """The error in the language of the reader; English is the error's own text."""
        if self._language == "en" or error.code not in self._says:
            return str(error)
        tried: tuple[Tried, ...] = error.values.get("tried", ())  # type: ignore[assignment]  # set by pull.py
        listed = "\n".join(
            f"  · {one.source}：{self.text(f'why.{one.why}')}" + (f"（{one.detail}）" if one.detail else "")
            for one in tried
        )
        values: dict[str, Any] = {**error.values, "tried": listed or f"  · {self.text('no_source')}"}
        sentence = self.text(error.code, where=error.where, fix=error.fix, **values)
        convert = error.values.get("convert")
        return sentence + (self.text("convert", convert=convert) if convert else "")


class _Bars:
    """Progress on stderr: bars with speed on a terminal, one line per step elsewhere."""

    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._tasks: dict[str, TaskID] = {}
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        self._progress = Progress(TextColumn("{task.description}"), *columns, console=desk.side)

    def __enter__(self) -> _Bars:
        if self._desk.side.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, stage: str, done: float, total: float) -> None:
        """Keeps `ports.Progress`."""
        if stage in self._tasks:
            self._progress.update(self._tasks[stage], completed=done, total=total or None)
            return
        step, _, path = stage.partition(":")
        said = f"{self._desk.text(f'stage.{step}')} {path}".rstrip()
        # What an earlier pull left counts as done, not as speed.
        self._tasks[stage] = self._progress.add_task(said, completed=int(done), total=total or None)
        if not self._desk.side.is_terminal:
            self._desk.side.print(said, markup=False, highlight=False)


def _figure(accuracy: Accuracy) -> str:
    return f"{accuracy.cer:.1%} {accuracy.set} (n = {accuracy.size or '?'})"


def _size(bytes_: int) -> str:
    for unit, one in (("GB", 10**9), ("MB", 10**6)):
        if bytes_ >= one:
            return f"{bytes_ / one:.1f} {unit}"
    return f"{bytes_:,} B" if bytes_ else ""


def _pin(standing: Standing) -> str:
    """Who vouches for the hashes."""
    if standing.spec.is_pinned:
        return "manifest"
    return "first_use" if standing.is_pinned else "no"


def _as_json(standing: Standing, default: str) -> dict[str, object]:
    spec = standing.spec
    return {
        "name": spec.name,
        "kind": spec.kind,
        "title": spec.title,
        "is_default": spec.name == default,
        "state": standing.state,
        "problem_files": list(standing.files),
        "pinned_by": _pin(standing),
        "folder": str(standing.folder),
        "revision": spec.revision,
        "licence": spec.licence,
        "languages": list(spec.languages),
        "used_by": spec.used_by,
        "hashes_from": spec.hashes_from,
        "convert": spec.convert,
        "bytes": spec.bytes or None,
        "published": [asdict(figure) for figure in spec.published],
        "measured": [asdict(figure) for figure in spec.measured],
        "files": [
            {
                "path": file.path,
                "bytes": file.bytes or None,
                "sha256": file.sha256 or None,
                "sources": [str(source) for source in spec.sources_of(file)],
            }
            for file in spec.files
        ],
    }
