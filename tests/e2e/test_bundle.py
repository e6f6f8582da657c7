"""`make bundle`: the archive installs where there is no network, from nothing but what is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa_service import __version__

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
#: The only one whose files lie in the repository: nothing has to be fetched for it.
MODEL = "ge2e-speaker"
#: Nobody listens there: whatever asks the network fails at once.
NOWHERE = "http://127.0.0.1:9"
TRANSCRIPT = {
    "call_id": "T1",
    "utterances": [
        {
            "id": "u1",
            "role": "agent",
            "start_ms": 0,
            "end_ms": 3_000,
            "text": "您好，这款产品保本，没有任何风险。",
        },
        {"id": "u2", "role": "customer", "start_ms": 3_500, "end_ms": 5_000, "text": "那我再想想。"},
    ],
}


@dataclass(frozen=True)
class Unpacked:
    """The archive on the machine without a network."""

    folder: Path
    installed: Path
    said: str

    @property
    def sbom(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "sbom.cdx.json").read_text("utf-8"))
        return document


def cut_off(folder: Path) -> dict[str, str]:
    """The environment of a machine that reaches nothing, and of nobody who was here before."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "QA_OFFLINE": "1",
        "PYTHONUTF8": "1",
        **proxies,
    }


def run(*command: str | Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(c) for c in command], env=env, capture_output=True, text=True, cwd=env["HOME"])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make bundle` packs it, with a model that needs no network."""
    build, dist = tmp_path_factory.mktemp("build"), tmp_path_factory.mktemp("dist")
    make = ["make", f"BUILD={build}", f"PYTHON={sys.executable}", f"{build}/wheels/wheels.lock"]
    made = subprocess.run(make, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    pack = ["-m", "qa_service.lab.bundle", "--lock", "requirements.lock", "--wheels", str(build / "wheels")]
    packed = subprocess.run(
        [sys.executable, *pack, "--models", MODEL, "--out", str(dist)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert packed.returncode == 0, packed.stderr
    (found,) = dist.iterdir()
    return found


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    """Installed with the network cut."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    ran = run("sh", inside / "install.sh", folder / "qa-service", env=cut_off(folder))
    assert ran.returncode == 0, ran.stderr
    return Unpacked(inside, folder / "qa-service", ran.stdout)


def test_it_says_its_version(unpacked: Unpacked) -> None:
    assert unpacked.said.strip() == f"qa-service {__version__}"


def test_it_analyses_a_transcript(unpacked: Unpacked, tmp_path: Path) -> None:
    (tmp_path / "call.json").write_text(json.dumps(TRANSCRIPT), "utf-8")

    ran = run(
        unpacked.installed / "bin/qa-service", "analyze", "--transcript", tmp_path / "call.json", "--format", "json",
        env=cut_off(tmp_path),
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["call"]["id"] == "T1"
    assert [said["text"] for said in document["utterances"]] == [u["text"] for u in TRANSCRIPT["utterances"]]  # type: ignore[index]


def test_nothing_leads_back_to_where_it_was_made(unpacked: Unpacked) -> None:
    ran = run(
        unpacked.installed / "bin/python", "-c", "import qa_service; print(qa_service.__file__)",
        env=cut_off(unpacked.folder),
    )  # fmt: skip

    assert Path(ran.stdout.strip()).is_relative_to(unpacked.installed)


def test_the_model_lies_where_it_is_looked_for(unpacked: Unpacked) -> None:
    models = unpacked.folder.parent / ".local/share/qa-service/models"

    assert [path.name for path in models.iterdir()] == [MODEL]
    assert (models / MODEL / f"{MODEL}.onnx").stat().st_size > 1_000_000


def test_the_list_of_parts_names_every_wheel_and_model(unpacked: Unpacked) -> None:
    document = unpacked.sbom
    parts = {part["name"]: part for part in document["components"]}

    wheels = {path.name for path in (unpacked.folder / "wheels").glob("*.whl")}
    assert len(parts) == len(wheels) - 1 + 1, "all wheels but our own, and one model"
    assert parts["faster-whisper"]["purl"].startswith("pkg:pypi/faster-whisper@")
    assert parts["fastapi"]["licenses"] == [{"expression": "MIT"}]
    assert parts[MODEL]["type"] == "machine-learning-model"
    assert document["metadata"]["component"]["version"] == __version__


def test_the_list_of_parts_says_who_needs_whom(unpacked: Unpacked) -> None:
    needs = {
        re.sub("@.*", "", entry["ref"]): {re.sub("@.*", "", on) for on in entry["dependsOn"]}
        for entry in unpacked.sbom["dependencies"]
    }

    assert {"pkg:pypi/fastapi", "pkg:pypi/dbos"} <= needs["pkg:pypi/qa-service"]
    assert "pkg:pypi/ctranslate2" in needs["pkg:pypi/faster-whisper"]
    assert "pkg:pypi/ctranslate2" not in needs["pkg:pypi/fastapi"]


def damaged(unpacked: Unpacked, tmp_path: Path) -> Path:
    """A copy of the archive that tests may spoil; wheels are linked, for they are large."""
    copy = tmp_path / "copy"
    shutil.copytree(unpacked.folder, copy, copy_function=os.link)
    return copy


def test_what_was_changed_on_the_way_is_not_installed(unpacked: Unpacked, tmp_path: Path) -> None:
    copy = damaged(unpacked, tmp_path)
    (wheel,) = (copy / "wheels").glob("structlog-*.whl")
    spoiled = wheel.read_bytes()[:-1] + b"!"
    wheel.unlink()
    wheel.write_bytes(spoiled)

    ran = run("sh", copy / "install.sh", tmp_path / "to", env=cut_off(tmp_path))

    assert ran.returncode != 0
    assert "structlog" in ran.stdout + ran.stderr
    assert not (tmp_path / "to").exists()


def test_another_python_is_told_so(unpacked: Unpacked, tmp_path: Path) -> None:
    copy = damaged(unpacked, tmp_path)
    for name in ("made-for", "SHA256SUMS"):
        (copy / name).unlink()
    (copy / "made-for").write_text("cpython-399 Linux x86_64\n", "utf-8")

    ran = run("sh", copy / "install.sh", tmp_path / "to", env=cut_off(tmp_path))

    assert ran.returncode == 1
    assert "Made for cpython-399" in ran.stderr
