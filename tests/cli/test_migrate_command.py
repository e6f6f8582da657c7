"""`migrate sca`: books that pass `rulebook check`, a table that passes `route --check`, a report with every rule."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from qa_service import moving
from qa_service.cli import migrate
from qa_service.i18n.catalogue import LANGUAGES, catalogue
from qa_service.usecases.routing_file import Known, read_table
from tests.moving.sca_files import GROUPS, RULES, SCHEMES

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_everything_that_is_written_is_taken_by_our_own_checks(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "ours"

    run = cli("migrate", "sca", RULES, "--schemes", SCHEMES, "--skill-groups", GROUPS, "--out", out)

    assert run.code == 0, run.err
    books = sorted(file for file in out.glob("*.yaml") if file.name != "routing.yaml")
    assert [file.stem for file in books] == ["sca-group-2", "sca-scheme-7", "sca-scheme-8", "sca"]
    assert cli("rulebook", "check", *books).code == 0
    text = (out / "routing.yaml").read_text("utf-8")
    published = read_table(text, Known(frozenset(file.stem for file in books), frozenset()))
    assert len(published.routes) == 2
    table = yaml.safe_load(text)
    assert table["default"] == {"rulebooks": ["sca"]}
    assert [(route["when"]["skill_group"], route["rulebooks"]) for route in table["routes"]] == [
        (["家电售后", "A01"], ["sca-scheme-7"]),
        (["电销", "A02"], ["sca-group-2"]),
    ]


def test_the_report_tells_of_everything(cli: Cli, tmp_path: Path) -> None:
    cli("migrate", "sca", RULES, "--schemes", SCHEMES, "--skill-groups", GROUPS, "--out", tmp_path)

    told = json.loads((tmp_path / "report.json").read_text("utf-8"))
    read = (tmp_path / "report.md").read_text("utf-8")

    things = {(one["kind"], one["their_id"]): one for one in told["things"]}
    assert len(things) == 9 + 3 + 4
    assert [note["code"] for note in things["scheme", "7"]["notes"]] == [
        "rules_left",
        "rules_missing",
        "dimensions",
    ]
    assert {note["code"] for note in things["skill_group", "1"]["notes"]} >= {"model", "hot_words"}
    assert things["skill_group", "3"]["outcome"] == "left"
    assert "ANT_EMOTION" in json.dumps(told)
    assert "newField = x" in read
    assert all(f"{one['their_id']}「" in read for one in told["things"])


def test_a_file_without_rules_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text('{"rules": []}', "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")

    empty = cli("migrate", "sca", tmp_path / "empty.json", "--out", tmp_path / "x")
    broken = cli("migrate", "sca", tmp_path / "broken.json", "--out", tmp_path / "x")

    assert (empty.code, broken.code) == (2, 2)
    assert "里面没有规则" in empty.err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_note_has_a_sentence(lang: str) -> None:
    files = [*Path(moving.__file__).parent.glob("*.py"), Path(migrate.__file__)]
    source = "\n".join(file.read_text("utf-8") for file in files)
    used = set(re.findall(r'Note\.of\(\s*"([a-z_]+)"', source))

    used |= set(re.findall(r'_RowError\("([a-z_]+)"', source))
    families = ("moving_note.", "moving_row.")
    known = {code.partition(".")[2] for code in catalogue(lang).codes if code.startswith(families)}

    assert used == known
