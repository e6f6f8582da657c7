"""What a figure was measured on: hardware, versions, and when."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qa_service import __version__

#: Whose versions can change a figure.
_PACKAGES = ("faster-whisper", "ctranslate2", "onnxruntime", "numpy", "av", "jieba", "ahocorasick-rs")


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, versions and the time of day."""
    return {
        "processor": _proc("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "memory": _proc("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "qa_service": __version__,
        "versions": {name: _version(name) for name in _PACKAGES},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _proc(file: str, key: str) -> str | None:
    """The first value of `key: value` lines; None where the system keeps no such file."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), None)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
