"""Where `qa-service models` speaks: tables, cards and sentences on stdout, the rest on stderr."""

from __future__ import annotations

import json
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from qa_service.cli.model_json import pinned_by
from qa_service.cli.model_words import SAYS
from qa_service.core.errors import ModelError

if TYPE_CHECKING:
    from qa_service.assets.place import Standing
    from qa_service.assets.pull import Tried
    from qa_service.assets.spec import Accuracy, ModelSpec

#: Columns of characters from which every column has room; narrower terminals leave out the last two.
_WIDE = 150
#: The most that the remaining columns may take there; names and sizes are never cut.
_NARROW = (None, 10, None, 15, 8)
#: How each state stands out in the table.
_STYLES = {"ready": "green", "unchecked": "yellow", "damaged": "bold red"}


class Form(StrEnum):
    """What comes out on stdout."""

    TEXT = "text"
    JSON = "json"


class Desk:
    """Where the commands speak: the answer on stdout, everything else on stderr, errors as exit codes."""

    def __init__(self, language: str, form: Form) -> None:
        self._says = SAYS.get(language, SAYS["zh_CN"])
        self._language = language
        self.form = form
        self.out = Console()
        self.side = Console(stderr=True)

    def __enter__(self) -> Desk:
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
        pin = self.text(f"pin.{pinned_by(standing)}") if standing.spec.sources else ""
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


def _figure(accuracy: Accuracy) -> str:
    return f"{accuracy.cer:.1%} {accuracy.set} (n = {accuracy.size or '?'})"


def _size(bytes_: int) -> str:
    for unit, one in (("GB", 10**9), ("MB", 10**6)):
        if bytes_ >= one:
            return f"{bytes_ / one:.1f} {unit}"
    return f"{bytes_:,} B" if bytes_ else ""
