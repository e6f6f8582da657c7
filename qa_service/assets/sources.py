"""Where a model's files may come from, as the manifest writes it.

>>> read_source("hf:Systran/faster-whisper-base@ebe41f7")
HubSource(repo='Systran/faster-whisper-base', revision='ebe41f7')
>>> read_source("builtin:faster_whisper/assets")
BuiltinSource(package='faster_whisper', folder='assets')
>>> str(read_source("pip:weights==1.0!weights/a.bin+more==2!more/b.bin"))
'pip:weights==1.0!weights/a.bin+more==2!more/b.bin'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

_HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>[\w./-]+)")
_PART = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.]+)!(?P<path>[^!+]+)")
_BUILTIN = re.compile(r"(?P<package>[A-Za-z_]\w*)/(?P<folder>[\w./-]+)")


class SourceError(Exception):
    """One source did not give a file: `why` is a stable word, `detail` what the outside said.

    Words: `offline`, `no_address`, `unreachable`, `status`, `broken_off`, `not_what_was_asked`, `no_tool`,
    `tool_failed`, `not_inside`, `too_big`, `mismatch`, `no_folder`.
    """

    def __init__(self, why: str, detail: str = "") -> None:
        self.why = why
        self.detail = detail
        super().__init__(f"{why}: {detail}" if detail else why)


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository on the model hub, at one revision."""

    repo: str
    revision: str

    def __str__(self) -> str:
        return f"hf:{self.repo}@{self.revision}"


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A file inside the wheel of one release of a package."""

    name: str
    version: str
    path: str

    @property
    def requirement(self) -> str:
        """As pip and uv want it."""
        return f"{self.name}=={self.version}"

    def __str__(self) -> str:
        return f"{self.requirement}!{self.path}"


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files inside wheels, joined in this order into one."""

    parts: tuple[WheelPart, ...]

    def __str__(self) -> str:
        return "pip:" + "+".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder beside the manifest, used where it is."""

    folder: str

    def __str__(self) -> str:
        return f"file:{self.folder}"


@dataclass(frozen=True, slots=True)
class BuiltinSource:
    """A folder inside an installed Python package, used where it is."""

    package: str
    folder: str

    def __str__(self) -> str:
        return f"builtin:{self.package}/{self.folder}"


Source: TypeAlias = HubSource | WheelSource | FolderSource | BuiltinSource


def read_source(text: str) -> Source:
    """The source that `text` writes.

    Raises:
        ValueError: the text is none of the four forms; the message says what was wrong.
    """
    scheme, _, rest = text.partition(":")
    if scheme == "hf" and (found := _HUB.fullmatch(rest)):
        return HubSource(found["repo"], found["revision"])
    if scheme == "pip":
        return WheelSource(tuple(_part(part) for part in rest.split("+")))
    if scheme == "file":
        return FolderSource(inner_path(rest))
    if scheme == "builtin" and (found := _BUILTIN.fullmatch(rest)):
        return BuiltinSource(found["package"], inner_path(found["folder"]))
    raise ValueError(f"'{text}' is not a source")


def _part(text: str) -> WheelPart:
    found = _PART.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not NAME==VERSION!PATH")
    return WheelPart(found["name"], found["version"], inner_path(found["path"]))


def inner_path(text: str) -> str:
    """`text`, if it is a plain relative path that cannot leave its folder.

    Raises:
        ValueError: absolute, empty, or with a `..` in it.
    """
    path = PurePosixPath(text)
    if not text or path.is_absolute() or ".." in path.parts or "\\" in text:
        raise ValueError(f"'{text}' is not a path inside its folder")
    return str(path)
