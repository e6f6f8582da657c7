"""The command line from outside, and inside this process with a scripted recogniser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MIS_SOLD = (
    ("agent", "您好，晨光银行客服，工号8012，很高兴为您服务，请问有什么可以帮您？"),
    ("customer", "你好，我想问一下我买的那个理财产品会不会亏本，我很担心。"),
    ("agent", "您放心，这款产品保本的，没有任何风险，我帮您查一下。"),
    ("customer", "好的，那我考虑一下，谢谢你。"),
)


@dataclass(frozen=True)
class Run:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def last_words(self) -> str:
        return self.err.strip().splitlines()[-1]


def outside(*args: object, env: Mapping[str, str] | None = None, data: Path, cwd: Path | None = None) -> Run:
    """`qa-service` as a process of its own."""
    done = subprocess.run(
        command(*args),
        env=environment(data, env),
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return Run(done.returncode, done.stdout, done.stderr)


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "qa_service", *map(str, args)]


def environment(data: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's own, without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    root = str(Path(__file__).parents[2])
    return {**kept, "PYTHONPATH": root, "PYTHONUTF8": "1", "QA_DATA_DIR": str(data), **(more or {})}


def transcript(file: Path, lines: Sequence[tuple[str, str]] = MIS_SOLD, **more: object) -> Path:
    """A handed-in transcript, five seconds a sentence."""
    said = [
        {"id": f"u{n}", "role": role, "start_ms": 6_000 * n, "end_ms": 6_000 * n + 5_000, "text": text}
        for n, (role, text) in enumerate(lines)
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"utterances": said, **more}, ensure_ascii=False), "utf-8")
    return file


def wav(file: Path, rows: npt.NDArray[np.int16], *, rate: int = 16_000) -> Path:
    """A PCM file with one row per channel."""
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(rows.shape[0])
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(np.ascontiguousarray(rows.T).tobytes())
    return file
