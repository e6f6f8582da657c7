"""Hashes that the manifest does not know: taken once, on first use, and held to from then on."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qa_service.assets.disk import write_text
from qa_service.core.errors import ModelError

_HEAD = """\
# Written by qa-service on the first pull: nobody vouched for these hashes before (trust on first use).
# From now on a file that differs is refused. To accept a new version, delete the whole folder and pull again.
"""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a file was when it first came."""

    sha256: str
    bytes: int
    #: Where it came from, with the commit where the hub named one.
    source: str


def read_pins(path: Path) -> dict[str, Pin]:
    """The pins at `path`; none where there is no such file.

    Raises:
        ModelError: `pins_unreadable`; guessing would throw the trust away.
    """
    if not path.exists():
        return {}
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["file"]
        return {row["path"]: Pin(str(row["sha256"]), int(row["bytes"]), str(row["source"])) for row in rows}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            "pins_unreadable",
            where=str(path),
            problem=f"the pinned hashes cannot be read ({error})",
            fix="Put the file back, or delete the model's folder and pull it again",
        ) from error


def write_pins(path: Path, pins: Mapping[str, Pin]) -> None:
    """Writes the pins of one model."""
    today = datetime.datetime.now(datetime.UTC).date()
    lines = [_HEAD, f"pinned_at = {today}\n"]
    for name, pin in sorted(pins.items()):
        lines.append(
            f"\n[[file]]\npath = {_quoted(name)}\nsha256 = {_quoted(pin.sha256)}\n"
            f"bytes = {pin.bytes}\nsource = {_quoted(pin.source)}\n"
        )
    write_text(path, "".join(lines), durable=True)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
