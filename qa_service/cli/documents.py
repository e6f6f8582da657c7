"""Files of another system: read as JSON, and every error that they lead to names the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa_service.cli.inputs import read_text
from qa_service.core.errors import UsageError
from qa_service.moving.fields import read_json

#: So much tells JSON from a table.
_HEAD_BYTES = 64


def read_document(file: Path, most: int) -> object:
    """What is in a JSON file of at most so many bytes.

    Raises:
        RecordingError: it is not there, or no text in UTF-8.
        UsageError: it is too large, or no JSON.
    """
    if file.is_file() and file.stat().st_size > most:
        limit = most >> 20
        problem, fix = f"is larger than {limit} MB", "Export it in several files"
        raise UsageError("moving_too_large", where=str(file), problem=problem, fix=fix, megabytes=limit)
    return read_json(read_text(file, most), str(file))


def is_json(file: Path) -> bool:
    """Whether it begins as JSON does, whatever it is called; where nothing can be read, by its name."""
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        head = b""
    return head[:1] in {b"{", b"["} if head else file.suffix.lower() == ".json"


@contextmanager
def naming(file: Path, **others: Path | None) -> Iterator[None]:
    """An error names the file as well as the place: the one whose kind the place begins with, or else the first."""
    try:
        yield
    except UsageError as error:
        named = others.get(re.split(r"[.\[]", error.where)[0]) or file
        if error.code != "moving_name":  # an option, and no file
            error.where = f"{named}: {error.where}" if error.where else str(named)
        raise
