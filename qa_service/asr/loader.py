"""A Whisper model in memory: loaded once from a verified folder, with a fixed number of threads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from qa_service.core.errors import ModelError
from qa_service.core.measured import HearingModel
from qa_service.ports import ModelFiles

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

#: Without tokenizer.json the library would silently ask a model hub for one.
NEEDED = ("model.bin", "config.json", "tokenizer.json")
#: Each worker holds the state of a batch of its own; a recording of ten minutes has windows for eight.
MOST_WORKERS = 8
#: As CTranslate2 and CUDA say it.
_NO_MEMORY = re.compile(r"out of memory|bad_alloc|cannot allocate", re.IGNORECASE)


def load_whisper(
    folder: Path, *, threads: int = 2, device: str = "cpu", compute_type: str = "int8"
) -> WhisperModel:
    """Loads a CTranslate2 folder; nothing is fetched.

    On a CPU `threads` are shared out over workers that decode side by side: two workers with a thread each
    get through a call in less time than one with two threads (docs/speech.md#efforts). All read the same
    weights.

    Raises:
        ModelError: `model_incomplete` when a file is missing, `model_unreadable` when it is not a Whisper model,
            `model_no_memory` when there is not enough memory for it.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            "model_incomplete",
            where=str(folder),
            problem=f"{', '.join(missing)} is missing",
            fix="Run `qa-service models pull`, or name a complete CTranslate2 Whisper folder",
        )
    from faster_whisper import WhisperModel

    workers = min(threads, MOST_WORKERS) if device == "cpu" else 1
    try:
        return WhisperModel(
            str(folder),
            device=device,
            compute_type=compute_type,
            cpu_threads=max(1, threads // workers),
            num_workers=workers,
        )
    except (RuntimeError, ValueError, MemoryError) as error:
        if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
            raise ModelError(
                "model_no_memory",
                where=str(folder),
                problem="there is not enough memory for this model",
                fix="Add memory, run fewer workers on this machine, or choose a smaller model",
            ) from error
        raise ModelError(
            "model_unreadable",
            where=str(folder),
            problem=f"this is not a Whisper model that CTranslate2 can read ({error})",
            fix="Run `qa-service models verify`",
        ) from error


def identity(files: ModelFiles) -> HearingModel:
    """Which model listens; its error rate is the manifest's `cer` where somebody measured it."""
    return HearingModel(files.name, files.revision, files.digest, files.measured.get("cer"))
