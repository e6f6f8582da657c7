"""`qa-service upload` against the real service: folders go up once, with what is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from qa_service.cli.main import app
from qa_service.cli.sender import Sender
from qa_service.core.errors import UsageError
from qa_service.core.people import Right
from tests.web.service import Service, set_up

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 400


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("upload")
    with set_up(folder, f"sqlite:///{folder / 'qa.db'}") as made:
        yield made


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "rec"
    (folder / "2026").mkdir(parents=True)
    (folder / "8001_1.wav").write_bytes(SOUND)
    (folder / "2026" / "8002_2.wav").write_bytes(SOUND + b"2")
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
    return {Path(path).name: call for path, call in lines}


def test_a_folder_goes_up_once_however_often_it_is_sent(
    service: Service, recordings: Path, tmp_path: Path
) -> None:
    first, again = (run(service, tmp_path, recordings) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert set(sent(first)) == {"8001_1.wav", "8002_2.wav"}
    assert sent(again) == sent(first)


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
            assert sender.send(file)
        else:
            with pytest.raises(UsageError, match="does not answer"):
                sender.send(file)

    assert len(slept) == min(times, 5)


def test_a_key_that_opens_nothing_is_said(service: Service, recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("qa_nobody")

    result = run(service, tmp_path, recordings)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "没有登录" in result.stderr
