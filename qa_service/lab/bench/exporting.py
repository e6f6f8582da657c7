"""How much memory an export takes as it grows: `python -m qa_service.lab.bench.exporting --rows 100000`.

Each format is written in a process of its own, from made-up calls with one finding each, so that both
tables have as many rows. What counts is how far the process grows over what it held before the first row.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa_service.core.calls import Direction, Envelope
from qa_service.core.stored import CallState, StoredCall
from qa_service.exports.alibaba_sca import write_sca
from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.csv_table import write_csv
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.parquet import write_parquet
from qa_service.exports.table import Form
from qa_service.exports.xlsx import write_xlsx
from qa_service.i18n.catalogue import catalogue

_FORM = Form(catalogue("zh_CN"))
_STARTED = datetime(2025, 1, 1, tzinfo=UTC)
_SAID = "您放心，这个肯定保本，百分之百没有问题。"
_WRITERS: dict[str, Callable[[Iterator[Assessed], Path], None]] = {
    "csv calls": lambda calls, file: write_csv(calls, file, CALLS, _FORM),
    "csv findings": lambda calls, file: write_csv(calls, file, FINDINGS, _FORM),
    "xlsx both": lambda calls, file: write_xlsx(calls, file, _FORM),
    "parquet calls": lambda calls, file: write_parquet(calls, file, CALLS, _FORM),
    "parquet findings": lambda calls, file: write_parquet(calls, file, FINDINGS, _FORM),
    "alibaba sca": write_sca,
}


def made_calls(count: int) -> Iterator[Assessed]:
    """As many judged calls, made one by one; no two share an id or a length."""
    for number in range(count):
        yield _call(number), _document(number)


def _call(number: int) -> StoredCall:
    return StoredCall(
        id=f"call-{number:08d}",
        state=CallState.JUDGED,
        source="api",
        envelope=Envelope(f"ext-{number}", "", _STARTED, Direction.INBOUND, line="400", skill_group="报修"),
        team="",
        sha256="",
        file_name="",
        bytes=0,
        audio_key="",
        agent_channel=None,
        created_at=_STARTED,
    )


def _document(number: int) -> dict[str, Any]:
    leg = {"agent_id": str(8000 + number % 500), "start_ms": 0, "end_ms": 60_000 + number}
    return {
        "status": "scored",
        "status_because": [],
        "call": {"duration_ms": leg["end_ms"], "legs": [leg]},
        "models": {"asr": {"name": "whisper-base", "cer": 0.08}},
        "rulebook": {"name": "service-zh", "version": 3, "digest": "d" * 64},
        "utterances": [{"id": "u1", "role": "agent", "start_ms": 0, "end_ms": 4_000, "text": _SAID}],
        "measurements": {"talk_ratio": 0.53},
        "findings": [_finding(number, str(leg["agent_id"]))],
        "evaluations": [{**leg, "score": 82.5, "lowest_score": 62.5, "passed": True}],
    }


def _finding(number: int, agent: str) -> dict[str, Any]:
    return {
        "id": f"f{number:08d}",
        "rule": "guaranteed_return",
        "title": "承诺保本或收益",
        "severity": "critical",
        "stage": "score",
        "criterion": "honest",
        "start_ms": number % 60_000,
        "end_ms": 60_000,
        "confidence": 0.9,
        "because": {"text": f"说到了「肯定保本」（第 {number} 次）"},
        "needs_human": True,
        "doubts": [{"text": "这条线路的字错率没有测过"}],
        "role": "agent",
        "agent_id": agent,
        "evidence": [
            {
                "start_ms": 0,
                "end_ms": 4_000,
                "quotes": [{"utterance": "u1", "start": 4, "end": 10, "text": _SAID[4:10]}],
            }
        ],
    }


def measure(name: str, rows: int) -> str:
    """Writes one format in this process, and says what it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        before_mb, begun = _status_mb("VmRSS"), time.perf_counter()
        _WRITERS[name](made_calls(rows), file)
        took_s, grown_mb = time.perf_counter() - begun, _status_mb("VmHWM") - before_mb
        size_mb = file.stat().st_size / 1_000_000
    return f"| {name} | {rows} | {before_mb:.0f} | +{grown_mb:.1f} | {took_s:.1f} | {size_mb:.1f} |"


def _status_mb(field: str) -> float:
    """A figure of this process from Linux, in MB of 1,048,576 bytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no {field}")


def main() -> None:
    """Every format in a process of its own, as rows of a table."""
    options = argparse.ArgumentParser(description="Memory of exports")
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--only", choices=sorted(_WRITERS))
    asked = options.parse_args()
    if asked.only:
        sys.stdout.write(measure(asked.only, asked.rows) + "\n")
        return
    sys.stdout.write(
        "| format | rows | before, MB | growth, MB | s | file, MB |\n|---|---|---|---|---|---|\n"
    )
    sys.stdout.flush()
    for name in _WRITERS:
        child = [sys.executable, "-m", "qa_service.lab.bench.exporting", "--rows", str(asked.rows)]
        subprocess.run([*child, "--only", name], check=True)


if __name__ == "__main__":
    main()
