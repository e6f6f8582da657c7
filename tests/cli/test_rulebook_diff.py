"""`rulebook diff`: what differs, for people and for programs; exit 1 where something does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rulebook.books import rules

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

ONE = "id: one\ntitle: 甲\nwhen: {tag: pace.fast}"
TWO = "id: two\ntitle: 乙\nwhen: {tag: pace.slow}"


def two_books(folder: Path, *, before: str, after: str) -> list[str]:
    names = []
    for name, text in (("a", before), ("b", after)):
        (folder / name).mkdir()
        file = folder / name / "demo.yaml"
        file.write_text(text, "utf-8")
        names.append(str(file))
    return names


def test_people_read_what_came_and_what_changed(cli: Cli, tmp_path: Path) -> None:
    books = two_books(tmp_path, before=rules(ONE), after=rules(ONE + "\nseverity: major", TWO))

    run = cli("rulebook", "diff", *books)
    out = run.out

    assert run.code == 1
    assert "+ rules.two：乙" in out
    assert "rules.one.severity" in out
    assert "新增 1 处" in out


def test_programs_read_json(cli: Cli, tmp_path: Path) -> None:
    books = two_books(tmp_path, before=rules(ONE, TWO), after=rules(ONE))

    run = cli("rulebook", "diff", *books, "--format", "json")
    out = run.out

    assert run.code == 1
    assert [(one["change"], one["path"]) for one in json.loads(out)] == [("removed", "rules.two")]


def test_the_same_is_no_difference(cli: Cli, tmp_path: Path) -> None:
    books = two_books(tmp_path, before=rules(ONE), after="# 注释\n" + rules(ONE))

    run = cli("rulebook", "diff", *books)

    assert (run.code, run.out) == (0, "两份方案没有不同。\n")
