"""Runs one task in a fresh process and watches how much memory it and its children hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from qa_service.core.errors import QaError
from qa_service.lab.bench.child import Outcome, Task

#: 20 looks a second find any peak that lasts (speed-and-safety A10).
_LOOK_S = 0.05


def run_apart(task: Task) -> Outcome:
    """The outcome of a task in its own process; its peak is that of the whole process tree.

    Raises:
        QaError: `bench_failed` with the last line that the process wrote.
    """
    with tempfile.TemporaryDirectory(prefix="qa-bench-") as folder:
        given, result, errors = (Path(folder) / name for name in ("task.json", "result.json", "errors.txt"))
        given.write_text(json.dumps(asdict(task), ensure_ascii=False), "utf-8")
        peak_mb, status = _watched(
            [sys.executable, "-m", "qa_service.lab.bench.child", str(given), str(result)], errors
        )
        if status != 0 or not result.exists():
            raise _failed(task, status, errors)
        outcome = _read(result)
    return replace(outcome, peak_mb=max(outcome.peak_mb, peak_mb))


def _watched(command: list[str], errors: Path) -> tuple[float, int]:
    """The largest memory of the tree in MB, and the exit status."""
    peak_kb = 0
    with errors.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, env=os.environ)
        while process.poll() is None:
            peak_kb = max(peak_kb, _tree_kb(process.pid))
            time.sleep(_LOOK_S)
    return peak_kb * 1_024 / 1e6, process.returncode


def _tree_kb(pid: int) -> int:
    """Resident memory of a process and its children; 0 for what has ended meanwhile or cannot be read."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "ignore")
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text("ascii").split()
        ]
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return own + sum(_tree_kb(child) for child in children)


def _read(result: Path) -> Outcome:
    outcome = json.loads(result.read_text("utf-8"))
    outcome["lanes"] = tuple(tuple(lane) for lane in outcome["lanes"])
    return Outcome(**outcome)


def _failed(task: Task, status: int, errors: Path) -> QaError:
    said = errors.read_text("utf-8", "replace").strip().splitlines()
    return QaError(
        "bench_failed",
        where=f"bench {task.way}",
        problem=f"the run ended with status {status}: {said[-1] if said else 'no message'}",
        fix="Run `qa-service analyze` on a sample call to see whether recognition works here",
    )
