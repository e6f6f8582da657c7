"""`qa-service serve` as a process of its own, as whoever runs it starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.web.service import wait_until

PATIENCE_S = 240
_WORDS = re.compile(r"password: (\S+).*qa-service: (http://\S+)", re.DOTALL)


@dataclass(frozen=True)
class Serving:
    """The running service: where it is, its first admin's password, and the file that holds what it says."""

    url: str
    password: str
    words: Path
    process: subprocess.Popen[bytes]
    #: What commands on the same machine need to find it.
    env: Mapping[str, str]

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def scratch(self) -> list[Path]:
        """Plain sound that lies on the disk."""
        found = (self.words.parent / "data" / "scratch").rglob("*")
        return [path for path in found if path.is_file() and path.name != "lock"]

    def worker(self) -> int:
        """The process that works for this one, as soon as it says so."""
        wait_until(lambda: bool(children(self.pid)), seconds=PATIENCE_S)
        (child,) = children(self.pid)
        return child

    def said(self, event: str) -> int:
        """How often an event stands in the log."""
        return self.words.read_text().count(f'"event": "{event}"')

    def program(self, *scopes: str) -> httpx.Client:
        """A program with a key, made on the machine: an admin gives nobody what admins may not do."""
        asked = [sys.executable, "-m", "qa_service", "key", "add", "测试"]
        asked += [word for scope in scopes for word in ("--scope", scope)]
        made = subprocess.run(asked, env=dict(self.env), capture_output=True, text=True, check=True)
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)


@contextmanager
def serving(folder: Path, *options: str, **settings: str) -> Iterator[Serving]:
    """The service on an empty folder; it is asked to stop in the end, and must."""
    words = folder / "words"
    env = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    env |= {
        "QA_DATA_DIR": str(folder / "data"),
        "QA_MASTER_KEY_FILE": str(folder / "master.key"),
        "QA_MODELS_DIR": str(_models()),
        **settings,
    }
    asked = (sys.executable, "-m", "qa_service", "serve", "--port", "0", "--no-samples", *options)
    with words.open("w") as opened, subprocess.Popen(asked, env=env, stderr=opened) as process:
        try:
            wait_until(lambda: bool(_WORDS.search(words.read_text())), seconds=PATIENCE_S)
            password, url = re.findall(_WORDS, words.read_text())[0]
            yield Serving(url, password, words, process, env)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


def children(pid: int) -> list[int]:
    """The living children of a process, whichever of its threads started them."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for thread in threads for child in thread.read_text().split()]
    return [child for child in found if "qa_service" in _command(child)]


def runs(pid: int) -> bool:
    """Whether a process of ours lives."""
    return "qa_service" in _command(pid)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def allowed(*ports: int) -> str:
    """The setting that lets messages go to these ports of this machine."""
    return json.dumps([f"127.0.0.1:{port}" for port in ports])


def _models() -> Path:
    from qa_service import bootstrap

    return bootstrap.settings().models
