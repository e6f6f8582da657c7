"""What we are built on reports nothing of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_onnxruntime_leaves_no_session_id_behind(tmp_path: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    code = "import qa_service.inference.speakers, faster_whisper.vad"

    subprocess.run([sys.executable, "-c", code], check=True, env={**environment, "TMPDIR": str(tmp_path)})

    assert list(tmp_path.iterdir()) == []
