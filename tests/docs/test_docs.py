"""Documents that fall behind the program fail here: settings, options, errors, links, and what may not stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main
from typer.core import TyperGroup

from qa_service.cli.main import app
from qa_service.core import errors
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.load import bundle_text, load
from qa_service.settings import Settings, read_settings
from qa_service.turns.legs import legs_of
from qa_service.usecases.envelope import read_envelope
from qa_service.usecases.transcript import read_transcript
from qa_service.usecases.try_rulebook import try_examples
from tests.docs.repository import ROOT, anchors, documents, prose, texts

_CONFIGURATION = Path("docs/configuration.md")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_MENTION = re.compile(r"\bdocs/[\w./-]+\.(?:md|json)(?:#[\w-]+)?")


@cache
def _commands() -> dict[str, tuple[str, ...]]:
    """`qa-service …` and the long names of its options, for every command."""
    return dict(_walk(typer.main.get_command(app), "qa-service"))


def _walk(command: object, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(command, TyperGroup):
        for sub, inner in command.commands.items():
            yield from _walk(inner, f"{name} {sub}")
        return
    options = [option for parameter in getattr(command, "params", ()) for option in parameter.opts]
    yield name, tuple(option for option in options if option.startswith("--"))


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    rows = [
        line for line in prose(_CONFIGURATION).splitlines() if line.startswith(f"| `QA_{name.upper()}` |")
    ]

    assert len(rows) == 1, f"{_CONFIGURATION} needs one row that begins | `QA_{name.upper()}` |"
    assert f"`{name}`" in rows[0], "the row names the TOML key"


def test_no_setting_is_documented_that_does_not_exist() -> None:
    told = set(re.findall(r"^\| `(QA_\w+)` \|", prose(_CONFIGURATION), re.MULTILINE))

    assert told - {"QA_SETTINGS"} == {f"QA_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_and_option_is_documented(command: str) -> None:
    telling = [text for path, text in texts() if path.suffix == ".md" and command in text]

    named = {option for text in telling for option in re.findall(r"--[a-z][a-z-]*", text)}
    missing = set(_commands()[command]) - named

    assert telling, f"no document speaks of `{command}`"
    assert not missing, f"documents that speak of `{command}` do not name {sorted(missing)}"


def test_every_family_of_errors_is_documented() -> None:
    families = {kind.__name__ for kind in _families(errors.QaError)}

    rows = set(re.findall(r"^\| `(\w+)` \|", prose(_CONFIGURATION), re.MULTILINE))

    assert families <= rows, f"{_CONFIGURATION} does not speak of {families - rows}"


def _families(kind: type[errors.QaError]) -> Iterator[type[errors.QaError]]:
    for sub in kind.__subclasses__():
        if sub.__module__ == errors.__name__:
            yield sub
            yield from _families(sub)


@pytest.mark.parametrize("document", documents(), ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    broken = [target for target in _LINK.findall(prose(document)) if not _resolves(document.parent, target)]

    assert not broken


def test_code_speaks_only_of_documents_that_exist() -> None:
    told = {(path, mention) for path, text in texts() for mention in _MENTION.findall(text)}

    broken = sorted(f"{path}: {mention}" for path, mention in told if not _resolves(Path(), mention))

    assert not broken


def _resolves(folder: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    place, _, anchor = target.partition("#")
    file = (ROOT / folder / unquote(place)).resolve() if place else None
    if file is None or not anchor:
        return file is None or file.exists()
    return file.is_file() and unquote(anchor) in anchors(file.relative_to(ROOT))


def test_every_label_that_can_appear_is_in_the_glossary() -> None:
    told = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", prose(Path("docs/glossary.md"))))
    ours = set(BY_LABEL) | {rule.label for rule in load().rules}

    assert ours <= told, f"docs/glossary.md does not name {sorted(ours - told)}"


def test_the_envelope_that_is_shown_is_one() -> None:
    envelope, transcript = _blocks(Path("docs/envelope.md"), "json")

    told = read_envelope(envelope, source="example", timezone="Asia/Shanghai")
    handed_in = read_transcript(transcript, source="example", timezone="Asia/Shanghai", tokens=lambda _: (0,))

    assert [leg.agent_id for leg in legs_of(told, 246_000)] == ["3056", "3101"]
    assert handed_in.envelope.line == told.line


def test_the_rulebook_that_is_shown_passes_its_own_examples() -> None:
    (example,) = _blocks(Path("README.md"), "yaml")

    book = bundle_text(example, "README.md", lambda _: None).book
    trials = try_examples(book, tokens=lambda _: (0,))

    assert [
        trial for trial in trials if not trial.as_wanted and trial.example.rule.startswith(book.name)
    ] == []


def test_the_settings_that_are_shown_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = _blocks(_CONFIGURATION, "toml")
    file = tmp_path / "qa.toml"
    file.write_text(example, "utf-8")
    monkeypatch.setenv("QA_SETTINGS", str(file))

    settings = read_settings()

    assert settings.line_cer[settings.default_line] == 0.12


def _blocks(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", (ROOT / path).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


def _never() -> Iterator[str]:
    """Hosts of registries, and places on the machines of whoever wrote this; joined, so as not to find themselves."""
    yield from (
        ".".join(name) for name in (("registry", "npmjs"), ("pypi", "org"), ("files", "pythonhosted"))
    )
    yield ".".join(("deb", "debian"))
    yield from ("/" + place + "/" for place in ("root", "work"))


@pytest.mark.parametrize("wording", tuple(_never()))
def test_no_registry_and_no_machine_is_named(wording: str) -> None:
    # A slash before it would be a path that only ends so, on some host; a letter, another host.
    found = re.compile(rf"(?<![\w./]){re.escape(wording)}")

    named = [str(path) for path, text in texts() if found.search(text)]

    assert not named
