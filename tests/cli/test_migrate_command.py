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
from tests.moving.sca_files import GROUPS, RULES, SCHEMES, words

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


RULE = {"conditions": [words("a", "甲乙", role="客服")], "rules": [{"rid": "1", "name": "甲", "lambda": "a"}]}


def written(folder: Path, name: str, held: object) -> Path:
    (folder / name).write_text(held if isinstance(held, str) else json.dumps(held), "utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("schemes", "said"),
    [
        pytest.param('{"Data": [{"schemeId": 7', "schemes.json：到第 1 行就没有了", id="cut off"),
        pytest.param(["不是"], "schemes.json: schemes[0]：这里应当是一个对象", id="no scheme"),
    ],
)
def test_an_error_names_the_file_the_place_and_the_way_out(
    cli: Cli, tmp_path: Path, schemes: object, said: str
) -> None:
    rules, other = written(tmp_path, "rules.json", RULE), written(tmp_path, "schemes.json", schemes)

    run = cli("migrate", "sca", rules, "--schemes", other, "--out", tmp_path / "ours")

    assert run.code == 2
    assert said in run.err
    assert "rules.json" not in run.err
    assert not (tmp_path / "ours").exists()


def test_nothing_is_written_where_one_file_cannot_be(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ours" / "report.md").mkdir(parents=True)

    run = cli("migrate", "sca", written(tmp_path, "rules.json", RULE), "--out", tmp_path / "ours")

    assert run.code == 2
    assert "report.md：写不进去" in run.err
    assert [file.name for file in (tmp_path / "ours").iterdir()] == ["report.md"]


def test_books_of_an_earlier_run_are_told(cli: Cli, tmp_path: Path) -> None:
    cli("migrate", "sca", RULES, "--schemes", SCHEMES, "--out", tmp_path / "ours")

    run = cli("migrate", "sca", written(tmp_path, "rules.json", RULE), "--out", tmp_path / "ours")

    assert run.code == 0
    assert "不是这一次写的：sca-scheme-7.yaml、sca-scheme-8.yaml" in run.err


@pytest.mark.parametrize(
    ("name", "held", "code", "said"),
    [
        pytest.param("results.json", '[{"tid": "x", ', 2, "results.json：到第 1 行就没有了", id="cut off"),
        pytest.param("results.json", "{}", 2, "results.json：里面没有质检结果", id="nothing in it"),
        pytest.param(
            "scores.csv", "通话编号,等级\nx,优\n", 2, "scores.csv：少了一栏", id="a column is missing"
        ),
        pytest.param("results.csv", "[]", 2, "results.csv：里面没有质检结果", id="JSON under another name"),
    ],
)
def test_results_that_cannot_be_used_are_named_and_nothing_is_taken_in(
    cli: Cli, tmp_path: Path, name: str, held: str, code: int, said: str
) -> None:
    run = cli("migrate", "results", written(tmp_path, name, held))

    assert run.code == code
    assert said in run.err
    assert "新收下" not in run.out


def test_results_in_another_encoding_are_refused_and_not_taken_in_as_garbage(
    cli: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "results.json"
    file.write_bytes('[{"tid": "x", "asrResult": [{"begin": 0, "end": 1, "words": "您好"}]}]'.encode("gbk"))

    run = cli("migrate", "results", file)

    assert run.code == 1
    assert "results.json：不能作为 UTF-8 文本读取" in run.err
