"""One model on this disk: which of its files are there, and whether they are what they should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_service.assets.folders import used_in_place
from qa_service.assets.pins import Pin, read_pins, write_pins
from qa_service.assets.sources import BuiltinSource, FolderSource, SourceError
from qa_service.assets.spec import FileSpec, ModelSpec
from qa_service.assets.verify import Stamps
from qa_service.ports import Progress


class State(StrEnum):
    """How a model stands on this machine."""

    #: All files are there and were verified.
    READY = "ready"
    #: All files are there; their hashes are taken at the next use.
    UNCHECKED = "unchecked"
    MISSING = "missing"
    #: A file is not what the manifest or the pins say.
    DAMAGED = "damaged"
    #: Nobody offers the converted files: the owner converts them (docs/models.md).
    CONVERT = "convert"


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of `models list`."""

    spec: ModelSpec
    folder: Path
    state: State
    #: What is missing or damaged.
    files: tuple[str, ...]
    #: Whether every hash is known: from the manifest, or pinned by an earlier pull.
    is_pinned: bool


class Place:
    """The files of one model below `models_dir`, or, where the manifest says so, where others put them."""

    def __init__(self, spec: ModelSpec, models_dir: Path, manifest: Path) -> None:
        self.spec = spec
        self.own_folder = models_dir / spec.name
        self.folder = _folder_in_place(spec, manifest) or self.own_folder
        self._pins_path = self.own_folder / "pinned.toml"
        self._stamps = Stamps(models_dir / ".stamps" / f"{spec.name}.json")

    @property
    def is_in_place(self) -> bool:
        """Whether the files belong to somebody else, and are never fetched."""
        return any(isinstance(source, FolderSource | BuiltinSource) for source in self.spec.sources)

    def pins(self) -> dict[str, Pin]:
        """The hashes taken on first use."""
        return read_pins(self._pins_path)

    def pin(self, new: dict[str, Pin]) -> None:
        """Holds the files of `new`, those that the manifest does not know, to what they are now."""
        unknown = {file.path for file in self.spec.files if not file.sha256}
        if kept := {path: pin for path, pin in new.items() if path in unknown}:
            write_pins(self._pins_path, {**self.pins(), **kept})

    def came(self, path: str, sha256: str) -> None:
        """A file was fetched into its place and had this sha256 on the way."""
        self._stamps.vouch(self.folder / path, sha256)
        self._stamps.keep()

    def absent(self) -> tuple[str, ...]:
        """The files that are not there."""
        return tuple(file.path for file in self.spec.files if not (self.folder / file.path).is_file())

    def hashes(self, progress: Progress, *, again: bool) -> dict[str, str]:
        """The sha256 of every file that is there; taken anew where changed, or everywhere with `again`."""
        hashes = {}
        for file in self.spec.files:
            path = self.folder / file.path
            if path.is_file():
                hashes[file.path] = sha256_once(self._stamps, path, progress, again=again)
        self._stamps.keep()
        return hashes

    def wrong(self, hashes: dict[str, str]) -> tuple[str, ...]:
        """The files that are there and are not what they should be; one that nobody knows is never wrong."""
        pins = self.pins()
        expected = {file.path: _expected(file, pins) for file in self.spec.files}
        return tuple(path for path, sha256 in hashes.items() if expected[path] not in ("", sha256))

    def standing(self) -> Standing:
        """How the model stands, from sizes and remembered hashes: nothing is hashed."""
        pins = self.pins()
        is_pinned = all(_expected(file, pins) for file in self.spec.files)
        if wrong := tuple(file.path for file in self.spec.files if self._looks_wrong(file, pins)):
            return Standing(self.spec, self.folder, State.DAMAGED, wrong, is_pinned)
        if absent := self.absent():
            nobody = not any(self.spec.sources_of(file) for file in self.spec.files)
            return Standing(
                self.spec, self.folder, State.CONVERT if nobody else State.MISSING, absent, is_pinned
            )
        known = all(self._stamps.known(self.folder / file.path) for file in self.spec.files)
        state = State.READY if known and is_pinned else State.UNCHECKED
        return Standing(self.spec, self.folder, state, (), is_pinned)

    def _looks_wrong(self, file: FileSpec, pins: dict[str, Pin]) -> bool:
        path = self.folder / file.path
        if not path.is_file():
            return False
        size = file.bytes or (pins[file.path].bytes if file.path in pins else 0)
        known, expected = self._stamps.known(path), _expected(file, pins)
        return bool(size and path.stat().st_size != size) or bool(known and expected not in ("", known))


def sha256_once(stamps: Stamps, path: Path, progress: Progress, *, again: bool) -> str:
    """The remembered sha256 of `path`, or, where it changed or with `again`, the one taken now."""
    if not again and (known := stamps.known(path)):
        return known
    size = path.stat().st_size
    return stamps.take(path, lambda done: progress(f"verify:{path.name}", done, size))


def _expected(file: FileSpec, pins: dict[str, Pin]) -> str:
    """What the file must be; empty where nobody vouches for it yet."""
    return file.sha256 or (pins[file.path].sha256 if file.path in pins else "")


def _folder_in_place(spec: ModelSpec, manifest: Path) -> Path | None:
    for source in spec.sources:
        if isinstance(source, FolderSource | BuiltinSource):
            try:
                return used_in_place(source, manifest)
            except SourceError:
                continue
    return None
