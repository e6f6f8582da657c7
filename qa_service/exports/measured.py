"""Measured calls on disk: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

from qa_service.core.errors import RecordingError
from qa_service.core.measured import MeasuredCall
from qa_service.text.files import read_bytes
from qa_service.usecases.measured_file import MAX_JSON_BYTES, SUFFIX, pack, unpack

_UNSAFE = re.compile(r"[^\w-]+")


def save_measured(call: MeasuredCall, folder: Path) -> Path:
    """Writes `<call id>.measured.zst` into `folder`: it holds what people said, so mode 0600."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A call id comes from strangers; as a file name it may not leave the folder.
    file = folder / f"{_UNSAFE.sub('_', call.call_id)}{SUFFIX}"
    fresh = file.with_name(file.name + ".tmp")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(pack(call))
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
    return file


def load_measured(file: Path) -> MeasuredCall:
    """The measured call in a file.

    Raises:
        RecordingError: `missing`, or `unreadable` for a file that cannot be opened.
        EnvelopeError: it is not a measured call, or a newer version wrote it.
    """
    try:
        data = read_bytes(file, MAX_JSON_BYTES)
    except FileNotFoundError as error:
        raise RecordingError(
            "missing", where=str(file), problem="is not there", fix="Check the path"
        ) from error
    except OSError as error:
        raise RecordingError(
            "unreadable", where=str(file), problem="cannot be read", fix="Check its rights"
        ) from error
    return unpack(data, source=file.name)
