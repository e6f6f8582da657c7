"""The wheels of a folder as a list that pip installs from and nothing else: name, version, hash of each.

Run as a script before anything is installed (`python pins.py WHEELS`), so it stands on the standard library alone.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Beside the wheels: what `install.sh` gives to pip.
FILE = "wheels.lock"


@dataclass(frozen=True, slots=True, order=True)
class Wheel:
    """One wheel that is there."""

    #: As package indexes compare names: lower case, `-` for every row of `-`, `_`, `.`.
    name: str
    version: str
    file: str
    sha256: str


def plain_name(name: str) -> str:
    """A package's name as indexes compare it.

    >>> plain_name("Ruamel.YAML_clib")
    'ruamel-yaml-clib'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def wheels(folder: Path) -> Iterator[Wheel]:
    """The wheels of a folder, by name."""
    for file in sorted(folder.glob("*.whl")):
        name, version = file.name.split("-")[:2]
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        yield Wheel(plain_name(name), version, file.name, sha256)


def pinned(found: Iterator[Wheel]) -> str:
    """The list, a line for each wheel."""
    return "".join(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n" for one in found)


def main() -> None:
    """Writes the list beside the wheels."""
    folder = Path(sys.argv[1])
    (folder / FILE).write_text(pinned(wheels(folder)), "utf-8")


if __name__ == "__main__":
    main()
