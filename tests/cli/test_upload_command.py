"""`qa-service upload` against the real service: folders go up once, with what is known."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from qa_service.cli.main import app
from qa_service.cli.sender import Sender
from qa_service.core.errors import QaError, UsageError
from qa_service.core.people import Right
from tests.databases import new_file
from tests.web.service import Service, set_up

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 400


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("upload")
    with set_up(folder, new_file(folder)) as made:
        yield made


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "rec"
    (folder / "2026").mkdir(parents=True)
    new = os.urandom(100)  # nobody has sent them before; `random` is seeded anew for every test
    (folder / "8001_1.wav").write_bytes(SOUND + new)
    (folder / "2026" / "8002_2.wav").write_bytes(SOUND + new + b"2")
    (folder / ".hidden").write_bytes(b"x")
    return folder


def run(service: Service, tmp_path: Path, *args: object) -> Result:
    key = tmp_path / "key"
    if not key.exists():
        key.write_text(service.key(Right.UPLOAD) + "\n")
    asked = ["upload", *map(str, args), "--server", service.url, "--key-file", str(key)]
    return CliRunner().invoke(app, asked)


def sent(result: Result) -> dict[str, str]:
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    return {Path(path).name: call for path, call, *_ in lines}


def announced(result: Result) -> str:
    """The batch that a run announced."""
    return str(re.findall(r"批次 batch (\S+?)（", result.stderr)[0])


def said(result: Result) -> list[str]:
    """What stands behind the calls."""
    return [line.split("\t", 2)[2] for line in result.stdout.splitlines() if line.count("\t") > 1]


def closing(result: Result) -> str:
    return result.stderr.splitlines()[-1].partition("，不是")[0]


def test_a_folder_goes_up_once_however_often_it_is_sent(
    service: Service, recordings: Path, tmp_path: Path
) -> None:
    first, again = (run(service, tmp_path, recordings) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert set(sent(first)) == {"8001_1.wav", "8002_2.wav"}
    assert sent(again) == sent(first)
    assert (said(first), said(again)) == ([], ["已有 already there"] * 2)
    assert (first.stderr.splitlines()[-1], again.stderr.splitlines()[-1]) == (
        "新收 2，已有 0，不是录音 0，没收下 0 2 new, 0 already there, 0 no recordings, 0 refused",
        "新收 0，已有 2，不是录音 0，没收下 0 0 new, 2 already there, 0 no recordings, 0 refused",
    )


def options_of(way: str, folder: Path, agents: tuple[str, str] = ("8001", "8002")) -> tuple[object, ...]:
    """How what is known about two recordings is told."""
    side = folder / "list.csv"
    side.write_text(f"文件名,工号\n8001_1.wav,{agents[0]}\n8002_2.wav,{agents[1]}\n", "utf-8")
    return {
        "plain": (),
        "side": ("--side", side),
        "pattern": ("--pattern", "{agent}_{*}.wav"),
    }[way]


def test_links_out_of_the_folder_are_not_followed(service: Service, recordings: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.wav"
    outside.write_bytes(SOUND + b"secret")
    (recordings / "8003_3.wav").symlink_to(outside)
    (recordings / "8004_4.wav").symlink_to(recordings / "8001_1.wav")

    result = run(service, tmp_path, recordings)

    assert set(sent(result)) == {"8001_1.wav", "8002_2.wav", "8004_4.wav"}
    assert "8003_3.wav：链接指到文件夹外面，没有传" in result.stderr


@pytest.mark.parametrize("second", ["plain", "side", "pattern"])
@pytest.mark.parametrize("first", ["plain", "side", "pattern"])
def test_run_again_whatever_is_said_about_them_no_second_calls_are_made(
    service: Service, recordings: Path, tmp_path: Path, first: str, second: str
) -> None:
    one = run(service, tmp_path, recordings, *options_of(first, tmp_path))
    two = run(service, tmp_path, recordings, *options_of(second, tmp_path))

    assert (one.exit_code, two.exit_code) == (0, 0), one.stderr + two.stderr
    assert sent(two) == sent(one)
    rest = "" if second == "plain" else "，资料未改"
    assert [line.partition(" ")[0] for line in said(two)] == [f"已有{rest}"] * 2
    assert (closing(one), closing(two)) == ("新收 2，已有 0", "新收 0，已有 2")


def test_what_was_known_stays_where_the_list_says_something_else_now(
    service: Service, recordings: Path, tmp_path: Path
) -> None:
    one = run(service, tmp_path, recordings, *options_of("side", tmp_path))
    two = run(service, tmp_path, recordings, *options_of("side", tmp_path, ("9001", "9002")))

    client = service.everything()
    agents = {name: client.get(f"/api/v1/calls/{call}").json()["agents"] for name, call in sent(two).items()}
    assert sent(two) == sent(one)
    assert agents == {"8001_1.wav": ["8001"], "8002_2.wav": ["8002"]}
    batches = [client.get(f"/api/v1/batches/{announced(result)}").json() for result in (one, two)]
    assert [(batch["expected"], batch["received"]) for batch in batches] == [(2, 2), (2, 2)]


@pytest.mark.parametrize("way", ["plain", "side", "pattern"])
def test_what_is_no_recording_is_left_out_with_a_line(
    service: Service, recordings: Path, tmp_path: Path, way: str
) -> None:
    (recordings / "notes.txt").write_text("回访记录", "utf-8")
    (recordings / "2026" / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (recordings / "empty").touch()

    result = run(service, tmp_path, recordings, *options_of(way, tmp_path))

    assert result.exit_code == 0, result.stderr
    assert set(sent(result)) == {"8001_1.wav", "8002_2.wav"}
    left_out = [line for line in result.stderr.splitlines() if "：不是录音，没有传" in line]
    assert sorted(Path(line.partition("：")[0]).name for line in left_out) == [
        "empty",
        "logo.png",
        "notes.txt",
    ]
    assert "不是录音 3，没收下 0" in result.stderr.splitlines()[-1]
    assert way == "plain" or "0 行不能用 bad" in result.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("0001", SOUND, id="sound without an ending"),
        pytest.param("0001.dat", b"OggS" + bytes(100), id="sound under another ending"),
        pytest.param("0001.bin", b"\xff\xfb\x90\x64" + bytes(100), id="bare frames of MP3"),
        pytest.param("0001.VOX", bytes(100), id="an ending of sound without a head"),
        pytest.param("0001.wav", b"no sound at all", id="an ending of sound over something else"),
    ],
)
def test_what_may_be_a_recording_is_sent(service: Service, tmp_path: Path, name: str, content: bytes) -> None:
    """Whether it is one is the server's to say."""
    file = tmp_path / name
    file.write_bytes(content + os.urandom(8))

    result = run(service, tmp_path, file)

    assert (result.exit_code, set(sent(result))) == (0, {name}), result.stderr


@pytest.mark.parametrize("way", ["side", "pattern"])
def test_what_is_known_goes_with_them(service: Service, recordings: Path, tmp_path: Path, way: str) -> None:
    side = recordings / "list.csv"
    options: tuple[object, ...] = ("--pattern", "{agent}_{*}.wav")
    if way == "side":
        side.write_bytes("文件名,工号\n8001_1.wav,8001\n8002_2.wav,8002\n".encode("gbk"))
        options = ("--side", side)

    result = run(service, tmp_path, recordings, *options)

    assert result.exit_code == 0, result.output
    client = service.everything()
    agents = {
        name: client.get(f"/api/v1/calls/{call}").json()["agents"] for name, call in sent(result).items()
    }
    assert agents == {"8001_1.wav": ["8001"], "8002_2.wav": ["8002"]}


def test_a_bad_row_is_said_and_the_rest_goes_up(service: Service, recordings: Path, tmp_path: Path) -> None:
    side = tmp_path / "list.csv"
    side.write_text("file,direction\n8001_1.wav,呼入\n8002_2.wav,左转\n", "utf-8")

    looked = run(service, tmp_path, recordings, "--side", side, "--preview")
    result = run(service, tmp_path, recordings, "--side", side)

    assert (looked.exit_code, looked.stdout) == (0, "")
    assert "#3" in looked.stderr
    assert (result.exit_code, set(sent(result))) == (1, {"8001_1.wav"})
    assert "8002_2.wav" in result.stderr


def test_ways_to_say_what_is_known_do_not_mix(service: Service, recordings: Path, tmp_path: Path) -> None:
    result = run(service, tmp_path, recordings, "--pattern", "{agent}_{*}", "--batch", "x")

    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "one_of_three"


class Breaking(httpx.BaseTransport):
    """A line that breaks in the middle of a piece, so many times."""

    def __init__(self, times: int) -> None:
        self.left, self._line = times, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH" and self.left:
            self.left -= 1
            raise httpx.WriteError("broken")
        return self._line.handle_request(request)

    def close(self) -> None:
        self._line.close()


@pytest.mark.parametrize(("times", "arrives"), [(0, True), (1, True), (5, True), (6, False)])
def test_a_line_that_breaks_is_gone_on_with(
    service: Service, tmp_path: Path, times: int, arrives: bool
) -> None:
    file, slept = tmp_path / f"{times}.wav", list[float]()
    file.write_bytes(SOUND + bytes([times]))
    headers = {"Authorization": f"Bearer {service.key(Right.UPLOAD)}"}
    with httpx.Client(base_url=service.url, headers=headers, transport=Breaking(times)) as client:
        sender = Sender(client, slept.append)
        if arrives:
            assert not sender.send(file).is_known
        else:
            with pytest.raises(UsageError, match="does not answer"):
                sender.send(file)

    assert len(slept) == min(times, 5)


def test_a_key_that_opens_nothing_is_said(service: Service, recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("qa_nobody")

    result = run(service, tmp_path, recordings)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "没有登录" in result.stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("名称".encode("gbk"), "unreadable_text", id="another encoding"),
        pytest.param("工号,姓名\n".encode(), "no_key_in_file", id="a table"),
        pytest.param(b"", "no_key_in_file", id="nothing"),
        pytest.param(b"one two", "no_key_in_file", id="two words"),
        pytest.param(b"a\x00b", "no_key_in_file", id="bytes"),
    ],
)
def test_a_file_that_holds_no_key_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    key, sound = tmp_path / "key", tmp_path / "a.wav"
    key.write_bytes(content)
    sound.write_bytes(SOUND)

    told = CliRunner().invoke(
        app, ["upload", str(sound), "--key-file", str(key), "--server", "http://127.0.0.1:1"]
    )

    assert isinstance(told.exception, QaError)
    assert (told.exception.code, told.exception.where) == (code, str(key))
