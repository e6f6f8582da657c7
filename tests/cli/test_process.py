"""`qa-service` as a process: what it imports, what it prints where, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.terminal import MIS_SOLD, command, environment, outside, transcript

#: Modules that cost a second or a hundred megabytes (numpy, a tenth of a second, comes with the ports).
HEAVY = (
    "torch",
    "ctranslate2",
    "faster_whisper",
    "onnxruntime",
    "av",
    "jieba",
    "pydub",
    "transformers",
)
MARKER = "紫色犀牛在月球上跳舞"


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["analyze", "--help"], ["models", "--help"]])
def test_help_loads_nothing_heavy(args: list[str], tmp_path: Path) -> None:
    look = (
        "import sys; from qa_service.cli.main import main\n"
        f"sys.argv = ['qa-service', *{args!r}]\n"
        "try: main()\n"
        f"finally: print('heavy:', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", look], env=environment(tmp_path), capture_output=True, encoding="utf-8"
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "heavy: []"


_STOPPED_WHILE_LOADING = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background ignore it


class Stop:
    def find_spec(self, name, *_):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)


sys.meta_path.insert(0, Stop())
sys.argv = ["qa-service", "--version"]
from qa_service.__main__ import main

main()
"""


@pytest.mark.parametrize("name", ["qa_service.cli.main", "typer", "qa_service.core.errors"])
def test_ctrl_c_while_the_program_loads_says_nothing(name: str, tmp_path: Path) -> None:
    code = _STOPPED_WHILE_LOADING.format(name=name)

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, encoding="utf-8"
    )

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ctrl_c_stays_ignored_where_the_shell_ignores_it(tmp_path: Path) -> None:
    code = _STOPPED_WHILE_LOADING.format(name="typer")
    ignoring = code.replace("sys.meta_path", "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsys.meta_path")

    done = subprocess.run(
        [sys.executable, "-c", ignoring], env=environment(tmp_path), capture_output=True, encoding="utf-8"
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_one_line(tmp_path: Path) -> None:
    from qa_service import __version__

    assert outside("--version", data=tmp_path).out == f"qa-service {__version__}\n"


def test_help_names_the_commands(tmp_path: Path) -> None:
    run = outside("--help", data=tmp_path)

    assert run.code == 0
    assert all(name in run.out for name in ("analyze", "rulebook", "models"))


def test_a_judgement_needs_no_recogniser(data: Path, tmp_path: Path) -> None:
    """Transcripts and measured calls are judged on machines without a model."""
    given = transcript(tmp_path / "a.json")
    look = (
        "import sys; from qa_service.cli.main import main\n"
        f"sys.argv = ['qa-service', 'analyze', '--transcript', {str(given)!r}, '--format', 'json']\n"
        "try: main()\n"
        "finally: print('heavy:', sorted({'torch', 'ctranslate2', 'faster_whisper', 'av'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", look], env=environment(data), capture_output=True, encoding="utf-8"
    )

    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_stdout_holds_the_document_and_nothing_else(data: Path, tmp_path: Path) -> None:
    given = [transcript(tmp_path / "a.json"), tmp_path / "gone.json"]

    run = outside(
        "analyze", "--transcript", *given, "--format", "json", env={"QA_LOG_LEVEL": "DEBUG"}, data=data
    )

    assert len(json.loads(run.out)) == 2
    assert "[1/2] a.json" in run.err
    assert "call_judged" in run.err


@pytest.mark.parametrize(("form", "begins"), [("json", "["), ("text", "")])
def test_a_terminal_shows_progress_and_the_pipe_gets_the_document(
    data: Path, tmp_path: Path, form: str, begins: str
) -> None:
    given = [transcript(tmp_path / f"{name}.json") for name in ("first", "second")]
    screen, terminal = os.openpty()
    shown: list[bytes] = []
    watcher = threading.Thread(target=_watch, args=(screen, shown))
    watcher.start()

    done = subprocess.run(
        command("analyze", "--transcript", *given, "--format", form),
        env={**environment(data), "TERM": "xterm-256color"},
        stdout=subprocess.PIPE,
        stderr=terminal,
        encoding="utf-8",
    )
    os.close(terminal)
    watcher.join()

    assert done.returncode == 0
    assert done.stdout.startswith(begins)
    assert all(path.name in done.stdout for path in given)
    assert "\x1b" not in done.stdout
    assert b"[1/2]" in b"".join(shown)
    assert "保本".encode() not in b"".join(shown)


def _watch(screen: int, shown: list[bytes]) -> None:
    """Reads a terminal until nobody writes to it any more."""
    with contextlib.suppress(OSError):
        while seen := os.read(screen, 1 << 16):
            shown.append(seen)
    os.close(screen)


def test_no_log_line_holds_what_was_said(data: Path, tmp_path: Path) -> None:
    marked = (*MIS_SOLD[:2], ("agent", f"这款产品保本的，{MARKER}。"), *MIS_SOLD[3:])
    who = {"id": MARKER, "kind": "agent", "agent_id": MARKER}
    envelope = {"skill_group": MARKER, "participants": [who]}
    wrong = transcript(tmp_path / "wrong.json", [(MARKER, MARKER)])
    given = [transcript(tmp_path / "good.json", marked, envelope=envelope), wrong]

    run = outside(
        *("analyze", "--transcript", *given, "--format", "json", "--save"),
        *("--reports", tmp_path / "reports"),
        env={"QA_LOG_LEVEL": "DEBUG"},
        data=data,
    )

    assert MARKER in run.out
    assert "call_judged" in run.err
    assert MARKER not in run.err


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_terminal_that_cannot_show_a_character_stops_nothing(
    data: Path, tmp_path: Path, encoding: str
) -> None:
    given = transcript(tmp_path / "a.json", [*MIS_SOLD, ("customer", "谢谢😀")])

    run = outside(
        "analyze",
        *("--transcript", given),
        env={"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "PYTHONCOERCECLOCALE": "0"},
        data=data,
    )

    assert run.code == 0, run.err


def test_a_name_that_is_not_utf_8_is_only_a_name(data: Path, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff.json"
    os.rename(transcript(tmp_path / "a.json"), odd)  # noqa: PTH104 - Path does not take bytes

    run = outside("analyze", "--transcript", os.fsdecode(odd), "--format", "json", data=data)

    assert run.code == 0
    assert json.loads(run.out)["call"]["source"] == "?.json"


def _interrupted(process: subprocess.Popen[str]) -> str:
    """What a process says when somebody presses Ctrl-C until it stops: the first may come too early to count."""
    for _ in range(30):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=2)[1]
    return ""


def test_ctrl_c_ends_with_130_and_without_a_traceback(data: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "call.json"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        command("analyze", "--transcript", pipe),
        env=environment(data),
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background hands down an ignored SIGINT: nobody's Ctrl-C, then.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        with pipe.open("w", encoding="utf-8"):  # opens when the reader is there, and reads on
            err = _interrupted(process)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("form", "lines"), [("json", 4), ("text", 400)], ids=["little", "more than a pipe holds"]
)
def test_nobody_reads_on_and_nothing_is_said_about_it(
    data: Path, tmp_path: Path, form: str, lines: int
) -> None:
    given = transcript(tmp_path / "a.json", (MIS_SOLD * (lines // 4 + 1))[:lines])
    process = subprocess.Popen(
        command("analyze", "--transcript", given, "--format", form),
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    if lines > 4:
        process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()

    process.wait(timeout=120)

    assert "Traceback" not in err
    assert "Exception ignored" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_full_disk_behind_stdout_is_one_sentence(data: Path, tmp_path: Path, form: str) -> None:
    given = transcript(tmp_path / "a.json")

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("analyze", "--transcript", given, "--format", form),
            env=environment(data),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("✗ 写不进去（No space left on device）")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
