"""Dockerfile and compose file, read as text: there is not everywhere an engine that could build them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa_service import __version__
from qa_service.settings import Settings
from tests.docs.repository import ROOT, tracked

_COMPOSE = Path("docs/compose.yaml")
_SETTINGS = {f"QA_{name.upper()}" for name in Settings.model_fields}
#: Settings of others: the object store's client, NVIDIA's runtime, and the images beside ours.
_OTHERS = re.compile(r"(AWS|NVIDIA|POSTGRES|MINIO|PIP|PYTHON)_?[A-Z_0-9]+|PATH|LD_LIBRARY_PATH")
_SECRET = re.compile(r"(?i)(password|secret|token)")
#: What a step may be besides a target of the Makefile: the system's packages, and the account that runs all.
_PLAIN_STEPS = ("apt-get ", "rm -rf /var/lib/apt/lists/", "groupadd ", "useradd ", "install -d ")
_FINAL = ("cpu", "gpu")


@dataclass(frozen=True)
class Stage:
    """One stage: what it begins with, and its instructions."""

    name: str
    base: str
    steps: tuple[tuple[str, str], ...]

    def of(self, kind: str) -> list[str]:
        """The instructions of a kind."""
        return [argument for name, argument in self.steps if name == kind]


@cache
def stages() -> dict[str, Stage]:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    found: dict[str, Stage] = {}
    for name, argument in lines:
        if name == "FROM":
            base, _, called = argument.partition(" AS ")
            found[called] = Stage(called, base, ())
        else:
            last = list(found)[-1]
            found[last] = Stage(last, found[last].base, (*found[last].steps, (name, argument)))
    return found


def lineage(stage: Stage) -> list[Stage]:
    """The stage and everything it is made from, nearest first."""
    return [stage, *(lineage(stages()[stage.base]) if stage.base in stages() else [])]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@cache
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / _COMPOSE).read_text("utf-8"))
    return read


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def is_pinned(image: str) -> bool:
    """By a tag that says more than `latest`."""
    name, _, tag = image.rpartition(":")
    return bool(name) and any(char.isdigit() for char in tag)


def test_there_is_an_image_for_processors_and_one_for_cards() -> None:
    assert set(_FINAL) <= set(stages())


@pytest.mark.parametrize("stage", stages().values(), ids=lambda stage: stage.name)
def test_a_stage_begins_with_another_or_with_a_named_version(stage: Stage) -> None:
    assert stage.base in stages() or is_pinned(stage.base)


@pytest.mark.parametrize("name", _FINAL)
def test_nobody_is_root_in_the_end(name: str) -> None:
    user = next(user for stage in lineage(stages()[name]) for user in reversed(stage.of("USER")))

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "a number: what a cluster can check"


@pytest.mark.parametrize("name", _FINAL)
def test_models_data_and_keys_stay_outside(name: str) -> None:
    volumes = {
        v for stage in lineage(stages()[name]) for v in re.findall(r'"(/\w+)"', " ".join(stage.of("VOLUME")))
    }

    assert {"/data", "/models", "/keys"} <= volumes


@pytest.mark.parametrize("step", [step for stage in stages().values() for step in stage.of("RUN")])
def test_every_step_is_the_makefiles_or_the_systems(step: str) -> None:
    for part in (part.strip() for part in step.split("&&")):
        words = shlex.split(part)
        if words[0] == "make":
            asked = {word for word in words[1:] if "=" not in word}
            assert asked, part
            assert asked <= targets()
        else:
            assert part.startswith(_PLAIN_STEPS), part


@pytest.mark.parametrize("copied", [c for s in stages().values() for c in s.of("COPY") if "--from" not in c])
def test_what_is_copied_is_there_and_not_kept_out(copied: str) -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line[0] == "!"]

    for source in copied.split()[:-1]:
        assert any(str(path) == source or path.is_relative_to(source) for path in tracked()), source
        assert any(fnmatch(source, pattern) for pattern in allowed), source


def test_what_is_copied_from_a_stage_was_made_there() -> None:
    for copied in (c for stage in stages().values() for c in stage.of("COPY") if "--from" in c):
        option, source, _ = copied.split()
        made = stages()[option.removeprefix("--from=")]
        assert any(source in step for stage in lineage(made) for step in stage.of("RUN")), copied


def test_variables_are_settings_and_none_is_a_secret() -> None:
    given = " ".join(text for stage in stages().values() for text in stage.of("ENV") + stage.of("ARG"))
    names = re.findall(r"(?:^|\s)([A-Z_]+)=", given)

    assert names
    assert [name for name in names if name not in _SETTINGS and not _OTHERS.fullmatch(name)] == []
    assert [name for name in names if _SECRET.search(name)] == []


@pytest.mark.parametrize("name", services())
def test_a_service_runs_a_named_version(name: str) -> None:
    assert is_pinned(services()[name]["image"])


def test_our_services_run_this_version() -> None:
    ours = {service["image"] for service in services().values() if service["image"].startswith("qa-service")}

    assert ours == {f"qa-service:{__version__}"}


@pytest.mark.parametrize("name", services())
def test_a_service_is_told_settings_and_no_secret(name: str) -> None:
    told = services()[name].get("environment", {})

    assert [key for key in told if key not in _SETTINGS and not _OTHERS.fullmatch(key)] == []
    for key, value in told.items():
        hidden = _SECRET.search(key) or re.search(r"//[^/\s]+:[^/\s]+@", str(value))
        assert not hidden or "${" in value, f"{key} is written out"


_OURS = [name for name, service in services().items() if service["image"].startswith("qa-service")]
_KEY_FILES = [name for name in Settings.model_fields if name.endswith("_key_file")]


def _image_says(name: str) -> dict[str, str]:
    """The variables of an image."""
    told = " ".join(text for stage in lineage(stages()[name]) for text in stage.of("ENV"))
    return dict(word.split("=", 1) for word in shlex.split(told))


def _told(name: str) -> dict[str, str]:
    """The variables of one of our services: the image's, and its own over them."""
    return {**_image_says("cpu"), **services()[name]["environment"]}


def test_there_are_keys_to_look_for() -> None:
    assert set(_KEY_FILES) == {"master_key_file", "customer_key_file"}


@pytest.mark.parametrize("key", _KEY_FILES)
@pytest.mark.parametrize("image", _FINAL)
def test_an_image_keeps_every_key_in_the_volume_of_keys(image: str, key: str) -> None:
    assert Path(_image_says(image)[f"QA_{key.upper()}"]).parent == Path("/keys")


@pytest.mark.parametrize("key", _KEY_FILES)
@pytest.mark.parametrize("name", _OURS)
def test_every_process_of_a_cluster_has_the_same_keys(name: str, key: str) -> None:
    """On PostgreSQL a customer's number is refused where no file is named: each machine would make its own key."""
    told = _told(name)
    mounted = [volume.split(":")[1] for volume in services()[name]["volumes"]]

    assert told[f"QA_{key.upper()}"] == _told("serve")[f"QA_{key.upper()}"]
    assert str(Path(told[f"QA_{key.upper()}"]).parent) in mounted


@pytest.mark.parametrize("name", _OURS)
def test_numbers_of_customers_become_tokens_in_a_cluster(name: str) -> None:
    told = {key.removeprefix("QA_").lower(): value for key, value in _told(name).items() if key in _SETTINGS}
    chosen = Settings.model_validate(told | {"base_url": ""})

    assert chosen.database.startswith("postgresql")
    assert chosen.customer_key == Path("/keys/customer.key")
    assert chosen.master_key == Path("/keys/master.key")


def test_what_somebody_must_choose_stands_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / _COMPOSE).read_text("utf-8")))
    given = set(re.findall(r"^(\w+)=", (ROOT / "docs/compose.env.example").read_text("utf-8"), re.MULTILINE))

    assert asked == given


@pytest.mark.parametrize("name", [n for n, s in services().items() if s["image"].startswith("qa-service")])
def test_our_services_may_do_little(name: str) -> None:
    service = services()[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service, "the image's own, which is nobody's"


def test_only_the_service_is_reached_from_outside_and_only_through_a_proxy() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}

    assert published == {"serve": ["127.0.0.1:8080:8080"]}


def test_every_command_is_one() -> None:
    import typer.main

    from qa_service.cli.main import app

    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for service in services().values():
        if service["image"].startswith("qa-service"):
            assert service["command"][0] in known


def test_volumes_are_declared() -> None:
    mounted = {
        str(v).partition(":")[0] for service in services().values() for v in service.get("volumes", ())
    }

    assert mounted == set(compose()["volumes"])
