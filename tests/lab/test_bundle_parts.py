"""What stands in the archive's list of parts, and what may not be in the archive."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from qa_service.lab.bundle.pins import pinned, wheels
from qa_service.lab.bundle.sbom import Model, sbom

LOCK = """
tool-a==1.0 ; python_version < '3.12' \\
    --hash=sha256:00
    # via
    #   qa-service (pyproject.toml)
tool-a==2.0 ; python_version >= '3.12' \\
    --hash=sha256:01
    # via
    #   qa-service (pyproject.toml)
tool-b==3.0 \\
    --hash=sha256:02
    # via tool-a
"""
MIT = "License-Expression: MIT\n"


def wheel(folder: Path, name: str, version: str, told: str = MIT) -> None:
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as opened:
        opened.writestr(f"{name}-{version}.dist-info/METADATA", f"Name: {name}\n{told}\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wheel(tmp_path, "qa_service", "0.1.0")
    wheel(tmp_path, "Tool_A", "2.0")
    wheel(tmp_path, "tool_b", "3.0")
    return tmp_path


def test_parts_are_what_is_there_of_the_lock(folder: Path) -> None:
    document = sbom(LOCK, folder, tuple(wheels(folder)), ())

    assert [part["purl"] for part in document["components"]] == ["pkg:pypi/tool-a@2.0", "pkg:pypi/tool-b@3.0"]
    assert {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]} == {
        "pkg:pypi/qa-service@0.1.0": ["pkg:pypi/tool-a@2.0"],
        "pkg:pypi/tool-a@2.0": ["pkg:pypi/tool-b@3.0"],
        "pkg:pypi/tool-b@3.0": [],
    }


def test_the_same_parts_make_the_same_document(folder: Path) -> None:
    found = tuple(wheels(folder))

    assert sbom(LOCK, folder, found, ()) == sbom(LOCK, folder, found, ())


@pytest.mark.parametrize(
    ("told", "licences"),
    [
        pytest.param(MIT, [{"expression": "MIT"}], id="an expression"),
        pytest.param("License: BSD\n", [{"license": {"name": "BSD"}}], id="a name"),
        pytest.param(
            "Classifier: License :: OSI Approved :: MIT License\n",
            [{"license": {"name": "MIT License"}}],
            id="a classifier",
        ),
        pytest.param(f"License: {'Permission is hereby ' * 20}\n", [], id="a whole licence is no name"),
        pytest.param("", [], id="nothing is told"),
    ],
)
def test_licences_are_what_a_wheel_says(folder: Path, told: str, licences: list[object]) -> None:
    wheel(folder, "tool_b", "3.0", told)

    document = sbom(LOCK, folder, tuple(wheels(folder)), ())

    assert document["components"][-1]["licenses"] == licences


def test_models_are_parts_with_their_files(folder: Path) -> None:
    model = Model("whisper-base", "abc", "MIT", {"model.bin": "ff"})

    (part,) = sbom(LOCK, folder, tuple(wheels(folder)), (model,))["components"][2:]

    assert (part["type"], part["name"], part["version"]) == ("machine-learning-model", "whisper-base", "abc")
    assert part["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "ff"}]


@pytest.mark.parametrize(
    ("name", "version"),
    [
        pytest.param("stranger", "1.0", id="a package that the lock does not name"),
        pytest.param("tool_b", "3.1", id="another version"),
        pytest.param("tool_a", "3.0", id="the version of another package"),
    ],
)
def test_what_the_lock_does_not_name_is_not_packed(folder: Path, name: str, version: str) -> None:
    wheel(folder, name, version)

    with pytest.raises(ValueError, match=f"not in the lock: {name}-{version}"):
        sbom(LOCK, folder, tuple(wheels(folder)), ())


def test_without_ourselves_there_is_nothing_to_pack(folder: Path) -> None:
    (folder / "qa_service-0.1.0-py3-none-any.whl").unlink()

    with pytest.raises(ValueError, match="0 wheels of qa-service"):
        sbom(LOCK, folder, tuple(wheels(folder)), ())


def test_pip_is_told_each_wheel_with_its_hash(folder: Path) -> None:
    lines = pinned(wheels(folder)).splitlines()

    assert [line.split("==")[0] for line in lines] == ["tool-a", "qa-service", "tool-b"]
    assert all(" --hash=sha256:" in line for line in lines)
