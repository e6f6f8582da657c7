"""A recording that lies complete on disk: what its bytes are, and what is asked for with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from qa_service.core.errors import RecordingError
from qa_service.ports.serving import Upload
from qa_service.privacy.labels import covered
from qa_service.stores.envelopes import to_text


def checked(upload: Upload) -> tuple[str, int]:
    """Digest and size of what came.

    Raises:
        RecordingError: `empty`, `sha256_differs`.
    """
    sha256, size = _digest(upload.file)
    if not size:
        name = covered(upload.file_name)
        raise RecordingError(
            "empty", where=name, problem="the file is empty", fix="Export the recording again"
        )
    if upload.sha256 and upload.sha256 != sha256:
        raise RecordingError(
            "sha256_differs",
            problem="these are not the bytes that were announced",
            fix="Send the recording again",
        )
    return sha256, size


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return digest, opened.tell()


def body_digest(sha256: str, upload: Upload) -> str:
    """Of everything that is asked for: the same under the same idempotency key is the same call."""
    parts = (sha256, to_text(upload.envelope), upload.team, str(upload.agent_channel), upload.file_name)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
