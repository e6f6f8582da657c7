"""Files that are there completely and on the disk, or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def copy_file(source: Path, target: Path) -> None:
    """The same file once more; its folder is made, for nobody else to read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    settle(part, target)


def settle(part: Path, whole: Path) -> None:
    """It is there completely and on the disk, or not at all."""
    with part.open("rb+") as opened:
        os.fsync(opened.fileno())
    part.replace(whole)
