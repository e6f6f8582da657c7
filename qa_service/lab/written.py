"""Files that say what is right: no more is read than a person writes, and what is larger is told, never cut off."""

from __future__ import annotations

import errno
from pathlib import Path

from qa_service.core.errors import UsageError
from qa_service.text.files import read_text

#: A list of recordings or labelled calls; a hundred hours of transcripts fit.
MOST_LIST_BYTES = 64 << 20


def read_written(path: Path, most: int = MOST_LIST_BYTES) -> str:
    """The text of a file of at most so many bytes.

    Raises:
        UsageError: `list_too_large`, or `not_regular` for a device or a pipe; OSError, UnicodeDecodeError.
    """
    try:
        text = read_text(path, most)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise UsageError(
            "not_regular", where=path.name, problem="is a device or a pipe", fix="Save it as a file first"
        ) from error
    # What is read goes on past the limit, whatever the last character is.
    if len(text) > most or len(text.encode("utf-8", "surrogatepass")) > most:
        megabytes = most >> 20
        raise UsageError(
            "list_too_large",
            where=path.name,
            problem=f"is larger than {megabytes} MB",
            fix="Split it into several files",
            limit_megabytes=megabytes,
        )
    return text
