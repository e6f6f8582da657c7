"""Measures this machine with one call, in a process and an installation of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from qa_service.core.errors import QaError
from qa_service.lab.bench.sizing.child import Sized

#: Kept so many times: the database's own pages are then shared out.
_COPIES = 20


def measure(wav: Path, env: Mapping[str, str]) -> Sized:
    """What one call costs here; `env` names models and device.

    Raises:
        QaError: `bench_failed`, with the last line that the process wrote.
    """
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as name:
        folder = Path(name)
        result = folder / "result.json"
        own = {"QA_DATA_DIR": str(folder / "data"), "QA_DATABASE_URL": f"sqlite:///{folder / 'qa.db'}"}
        ran = subprocess.run(
            [sys.executable, "-m", "qa_service.lab.bench.sizing.child", str(wav), str(_COPIES), str(result)],
            env={**os.environ, **env, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0 or not result.exists():
            raise _failed(ran)
        return Sized(**json.loads(result.read_text("utf-8")))


def _failed(ran: subprocess.CompletedProcess[str]) -> QaError:
    said = ran.stderr.strip().splitlines()
    return QaError(
        "bench_failed",
        where="bench size",
        problem=f"the run ended with status {ran.returncode}: {said[-1] if said else 'no message'}",
        fix="Run `qa-service analyze` on a sample call to see whether recognition works here",
    )
