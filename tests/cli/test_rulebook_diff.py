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


WAITS = """
id: waits
title: 冷场
when:
  any:
    - {tag: silence.long, not_after: {any: [请您稍等一下, 我帮您查一下, 我去后台确认一下, 麻烦您别挂电话], role: agent}}
    - {tag: silence.long, settings: {limit: 20s}}
"""


def test_a_limit_deep_in_a_condition_is_told_with_its_place_and_both_values(cli: Cli, tmp_path: Path) -> None:
    books = two_books(tmp_path, before=rules(WAITS), after=rules(WAITS.replace("20s", "25s")))

    out = cli("rulebook", "diff", *books).out

    assert out.splitlines()[0] == "~ rules.waits.when.any[1].settings.limit：20s → 25s"


def test_of_two_long_values_the_part_that_differs_is_shown(cli: Cli, tmp_path: Path) -> None:
    words = [f"这是第{n:02}句常说的话" for n in range(30)]
    books = two_books(tmp_path, before=_phrases(*words), after=_phrases(*words[:-1], "这是另一句"))

    line = cli("rulebook", "diff", *books).out.splitlines()[0]

    assert line.startswith("~ rules.one.when.phrases：……")
    assert '第29句常说的话"] → ' in line
    assert line.endswith('这是另一句"]')


def _phrases(*words: str) -> str:
    return rules(f"id: one\ntitle: 甲\nwhen: {{phrases: [{', '.join(words)}]}}")
