"""`qa-service upload --legs`: two files of one call go up as one, and are heard as two parties."""

from __future__ import annotations

import io
import itertools
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa_service.cli.leg_files import Legs
from qa_service.cli.main import app
from qa_service.core.errors import UsageError
from qa_service.core.people import Right
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, Format, encode, tone
from tests.databases import new_file
from tests.web.service import Service, set_up

MONO = Format(".wav", "wav", "pcm_alaw")
_TAKES = itertools.count()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("legs")
    with set_up(folder, new_file(folder)) as made:
        yield made


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "rec"
    folder.mkdir()
    take = next(_TAKES)  # each test brings recordings that nobody has sent before
    for name, hz in (("0001-in", RIGHT_HZ), ("0001-out", LEFT_HZ), ("0002-in", 440), ("0002-out", 660)):
        content = encode(tone(hz + take, seconds=2, rate=MONO.rate)[:, None], MONO)
        (folder / f"{name}.wav").write_bytes(content)
    return folder


def upload(service: Service, tmp_path: Path, *args: object) -> Result:
    key = tmp_path / "key"
    if not key.exists():  # what one program sends again is the same call
        key.write_text(service.key(Right.UPLOAD) + "\n")
    asked = ["upload", *map(str, args), "--server", service.url, "--key-file", str(key)]
    return CliRunner().invoke(app, asked)


def calls_of(result: Result) -> list[str]:
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


def test_two_files_are_one_call_with_two_channels(service: Service, recordings: Path, tmp_path: Path) -> None:
    first, again = (upload(service, tmp_path, recordings, "--legs=-in,-out") for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + first.stderr
    assert len(set(calls_of(first))) == 2
    assert calls_of(again) == calls_of(first)
    assert all(line.endswith("\t已有 already there") for line in again.stdout.splitlines())
    client = service.everything()
    sound = client.get(f"/api/v1/calls/{calls_of(first)[0]}/audio", params={"as": "wav"})
    with wave.open(io.BytesIO(sound.content)) as opened:
        assert (opened.getnchannels(), opened.getnframes()) == (2, 2 * opened.getframerate())


def test_a_side_file_names_them_as_one(service: Service, recordings: Path, tmp_path: Path) -> None:
    side = tmp_path / "list.csv"
    side.write_text("文件名,工号\n0001.zip,8001\n0002.zip,8002\n", "utf-8")

    result = upload(service, tmp_path, recordings, "--legs=-in,-out", "--side", side)

    assert result.exit_code == 0, result.output + result.stderr
    client = service.everything()
    assert [client.get(f"/api/v1/calls/{call}").json()["agents"] for call in calls_of(result)] == [
        ["8001"],
        ["8002"],
    ]


def test_where_one_has_no_other_nothing_is_sent(service: Service, recordings: Path, tmp_path: Path) -> None:
    (recordings / "0002-out.wav").unlink()

    result = upload(service, tmp_path, recordings, "--legs=-in,-out")

    assert isinstance(result.exception, UsageError)
    assert (result.exception.code, Path(result.exception.where).name) == ("leg_alone", "0002-in.wav")
    assert result.stdout == ""


@pytest.mark.parametrize("written", ["-in", "-in,", ",-out", "-in,-in", "-a,-b,-c", ""])
def test_how_names_end_is_said_in_two_different_words(written: str) -> None:
    with pytest.raises(UsageError) as refused:
        Legs.of(written)

    assert refused.value.code == "leg_names"


@pytest.mark.parametrize(
    ("names", "alone"),
    [
        pytest.param(("a-in.wav", "b-out.wav"), "a-in.wav", id="of two different calls"),
        pytest.param(("a-in.wav", "a-out.wav", "readme.txt"), "readme.txt", id="of neither kind"),
        pytest.param(("x/a-in.wav", "y/a-out.wav"), "a-in.wav", id="in different folders"),
        pytest.param(("-in.wav", "-out.wav"), "-in.wav", id="nothing in common"),
    ],
)
def test_what_is_no_pair_is_named(names: tuple[str, ...], alone: str) -> None:
    with pytest.raises(UsageError) as refused:
        Legs("-in", "-out").pairs([Path(name) for name in names])

    assert Path(refused.value.where).name == alone
