"""What a QA lead reads of a book: the list with the scorecard and what was changed, and one rule in full."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rulebook.books import HEAD, SCORECARD

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

BOOK = (
    HEAD
    + """\
effective: {from: 2026-01-01}
include: [service-zh]
override:
  service-zh/closing: {points: 2, severity: info, reason: 试行}
  service-zh/fast-speech: {disable: true, reason: 本线路不限语速}
detectors:
  silence.long: {limit: 10s}
scorecard:
  pass: 70
  sections:
    - id: promise
      title: 承诺
      criteria: [{id: dated, title: 承诺带日期, max_points: 10, base: 4}]
rules:
  - id: vague-visit
    title: 上门时间含糊
    stage: score
    severity: major
    criterion: dated
    points: {deduct: 5, per: hit}
    alert: true
    jurisdiction: [cn]
    leg: first
    citation: 服务规范第三条
    when:
      phrases: {any: [会尽快上门, 师傅会联系您], role: agent}
      after: {any: [几天, 多久], role: customer, within: 30s}
    coaching: {what: '您说了「{quote}」。', why: 客户没法安排。, instead: 「〔日期〕上午到。」}
    examples:
      match: [["客户: 到底几天能来？", "坐席: 会尽快上门的。"]]
      no_match: [会尽快上门的。]
"""
)
FULL = """\
demo/vague-visit  上门时间含糊
  来处：demo@1
  严重，计分
  评分项：dated 承诺带日期（满分 10、底分 4）
  扣 5 分，每次都算
  只问首位坐席
  只问这些辖区的通话：cn
  告警：两次至少隔 3m，一通至多 3 次
  依据：服务规范第三条
  听什么：
    坐席说「会尽快上门」「师傅会联系您」其中之一（否定、询问、转述的不算）
    并且，在它之前（30s 以内）有：客户说「几天」「多久」其中之一（什么语气都算）
  辅导：
    怎么了：您说了「{quote}」。
    为什么：客户没法安排。
    可以说：「〔日期〕上午到。」
  例句：该命中的 1 条，不该命中的 1 条
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "demo.yaml"
    written.write_text(BOOK, "utf-8")
    return written


@pytest.mark.parametrize("name", ["vague-visit", "demo/vague-visit"])
def test_one_rule_is_told_in_full(cli: Cli, file: Path, name: str) -> None:
    run = cli("rulebook", "show", file, name)

    assert (run.code, run.out) == (0, FULL)


def test_what_an_including_book_changed_stands_in_the_rule(cli: Cli, file: Path) -> None:
    told = cli("rulebook", "show", file, "service-zh/closing", "long-silence").out

    assert (
        "  来处：service-zh@1\n  demo@1 改了 severity：minor → info（试行）\n  demo@1 改了 points：" in told
    )
    assert "→ deduct: 2, per: once（试行）" in told
    assert "检测器设置：长时间静音（silence.long）：limit: 10s" in told


@pytest.mark.parametrize("columns", ["80", "160"])
def test_the_list_says_what_each_rule_listens_for_and_what_stands_around_them(
    cli: Cli, file: Path, columns: str
) -> None:
    told = cli("rulebook", "show", file, env={"COLUMNS": columns}).out
    flat = "".join(told.split())

    assert "判这些天的通话：2026-01-01 到 …" in told
    assert "service-zh@1" in told.splitlines()[2]
    assert "评分表：70 分及格\n" in told
    assert "  承诺（promise）\n    dated 承诺带日期（满分 10、底分 4）\n" in told
    assert "service-zh/closing 改了" not in told
    assert "service-zh/closing demo@1 改了 severity：minor → info（试行）" in told
    assert "已停用 service-zh/fast-speech：本线路不限语速" in told
    assert "检测器设置：长时间静音（silence.long）：limit: 10s" in told
    assert "service-zh/interrupts" in flat
    assert "检测器听到坐席「打断」" in flat


def test_a_rule_that_is_not_there_is_told_with_the_likeliest(cli: Cli, file: Path) -> None:
    run = cli("rulebook", "show", file, "vague-vist")

    assert (run.code, run.out) == (1, "")
    assert "没有规则「vague-vist」，是不是想写「vague-visit」？" in run.err


def test_several_books_are_shown_one_after_the_other(cli: Cli, file: Path) -> None:
    told = cli("rulebook", "show", file, "vague-visit", "secrets-zh").out

    assert told.startswith(FULL)
    assert "secrets-zh@1" in told.removeprefix(FULL).splitlines()[0]


def test_a_rule_that_is_switched_off_is_told_with_its_reason_and_can_be_copied(
    cli: Cli, tmp_path: Path
) -> None:
    run = cli("rulebook", "show", "collection-zh", "night-contact")

    title, origin, reason, copied, *lines = run.out.splitlines()
    assert (run.code, title) == (0, "collection-zh/night-contact  22:00 到 08:00 打给债务人")
    assert (origin, copied[:4]) == ("  来处：collection-zh@1", "  原文")
    assert "只依 GB/T 45251—2025" in reason
    mine = tmp_path / "demo.yaml"
    scorecard = SCORECARD.replace("listens", "at-proper-times")
    mine.write_text("\n".join((HEAD + scorecard + "rules:", *lines, "")), "utf-8")
    assert cli("rulebook", "check", mine).code == 0
    assert "11/11 条例句符合预期" in cli("rulebook", "test", mine).out


def test_the_list_ends_with_what_is_switched_off_and_why(cli: Cli) -> None:
    last = cli("rulebook", "show", "collection-zh").out.splitlines()[-3:]

    assert [line.split("：")[0] for line in last] == [
        "已停用 collection-zh/night-contact",
        "已停用 collection-zh/too-many-calls",
        "已停用 collection-zh/borrow-to-repay",
    ]
