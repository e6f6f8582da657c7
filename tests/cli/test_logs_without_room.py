"""A log that cannot be written, for its disk is full, ends nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
SAYS = """
import structlog
from qa_service.observability import set_up_logs
set_up_logs("INFO")
for _ in range(3):
    structlog.get_logger().warning("node_unfit", code="storage_full")
print("still here", flush=True)
import os; os._exit(0)
"""


@pytest.mark.skipif(not FULL.exists(), reason="no file here that is always full")
def test_whoever_logs_goes_on() -> None:
    with FULL.open("w") as full:
        done = subprocess.run([sys.executable, "-c", SAYS], stdout=subprocess.PIPE, stderr=full, check=False)

    assert (done.returncode, done.stdout) == (0, b"still here\n")
