"""`rulebook parity`: a table for people, everything as JSON for programs; exit 1 where a row could not be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.moving.sca_files import FILES, RULES, words

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

RESULTS = FILES / "results.json"


def moved_book(cli: Cli, folder: Path) -> Path:
    assert cli("migrate", "sca", RULES, "--out", folder).code == 0
    return folder / "sca.yaml"


def test_people_read_who_hit_what(cli: Cli, tmp_path: Path) -> None:
    book = moved_book(cli, tmp_path)

    run = cli("rulebook", "parity", book, "--with", RESULTS, env={"COLUMNS": "80"})

    assert run.code == 1, "row 3 has no words"
    assert "只有我们命中「承诺收益 sca/sca-103」：call-2 u0001" in run.out
    assert "只有那边命中「没有开场白 sca/sca-101」：call-2" in run.out
    assert "777「那边才有」" in run.out
    assert "100% (1/1)" in run.out
    assert "21–100 %" in run.out
    assert "第 3 行用不了（call-3）" in run.err


def test_programs_read_every_rule_with_unknown_as_null(cli: Cli, tmp_path: Path) -> None:
    book, verdicts = moved_book(cli, tmp_path), tmp_path / "verdicts.csv"
    verdicts.write_text("通话,规则,结论\ncall-2,sca-103,命中\n", "utf-8")

    run = cli("rulebook", "parity", book, "--with", RESULTS, "--verdicts", verdicts, "--format", "json")

    told = json.loads(run.out)
    rules = {rule["title"]: rule for rule in told["rules"]}
    assert (told["schema"], told["calls"]) == ("qa-service/parity@1", 2)
    assert rules["承诺收益"]["precision_ours"] == {"value": 1.0, "right": 1, "n": 1, "interval": [0.207, 1.0]}
    assert rules["核对信息"]["precision_ours"] == {"value": None, "right": 0, "n": 0, "interval": None}
    assert rules["客户要投诉，三句内没有安抚"]["both"][0]["same_place"] is True
    assert told["bad_rows"][0]["code"] == "row_wordless"


def test_verdicts_that_count_for_nothing_are_told(cli: Cli, tmp_path: Path) -> None:
    book, verdicts = moved_book(cli, tmp_path), tmp_path / "verdicts.csv"
    rows = ["call-2,sca-103,命中", "call-1,103,命中", "call-1,没有这条,命中"]
    rows += [f"call-9{n},101,误报" for n in range(7)]
    verdicts.write_text("\n".join(["通话,规则,结论", *rows]), "utf-8")
    asked = ("rulebook", "parity", book, "--with", RESULTS, "--verdicts", verdicts)

    run, told = cli(*asked), json.loads(cli(*asked, "--format", "json").out)

    assert run.code == 1
    assert "7 条结论说的通话不在结果里：call-90 101、call-91 101、" in run.err
    assert "call-95" not in run.err, "the first few"
    assert "1 条结论说的规则两边都没有：call-1 没有这条" in run.err
    assert "1 条结论没有用上，那一通里两边都没有命中那条规则：call-1 103" in run.err
    assert {key: len(found) for key, found in told["unused_verdicts"].items()} == {
        "unknown_calls": 7,
        "unknown_rules": 1,
        "not_hit": 1,
    }


def test_results_that_have_only_a_task_are_told(cli: Cli, tmp_path: Path) -> None:
    book, results = moved_book(cli, tmp_path), tmp_path / "results.json"
    said = [{"role": "客服", "begin": 0, "end": 1000, "words": "您好"}]
    results.write_text(json.dumps([{"taskId": "T7", "asrResult": said, "hitResult": []}]), "utf-8")

    run = cli("rulebook", "parity", book, "--with", results)

    assert run.code == 0, run.err
    assert "1 个结果没有录音或通话的编号、名称，用任务编号代替：T7" in run.err


def test_hits_in_calls_that_we_do_not_judge_are_told_apart(cli: Cli, tmp_path: Path) -> None:
    rules, results = tmp_path / "rules.json", tmp_path / "results.json"
    one = {
        "conditions": [words("a", "保本的", role="客服")],
        "rules": [{"rid": "1", "name": "保本", "lambda": "a"}],
    }
    said = [{"role": "客服", "begin": 0, "end": 600, "words": "这款保本的"}]
    said += [{"role": "客户", "begin": 700, "end": 900, "words": "好"}]
    hit = {"rid": "1", "name": "保本", "hits": [{"phrase": said[0]}]}
    rules.write_text(json.dumps(one), "utf-8")
    results.write_text(json.dumps([{"tid": "short", "asrResult": said, "hitResult": [hit]}]), "utf-8")
    assert cli("migrate", "sca", rules, "--out", tmp_path).code == 0
    asked = ("rulebook", "parity", tmp_path / "sca.yaml", "--with", results)

    run, told = cli(*asked, env={"COLUMNS": "80"}), json.loads(cli(*asked, "--format", "json").out)

    why = "说话太少（0.8 秒）"
    assert f"那边命中、我们没有判「保本 sca/sca-1」（不算只有那边）：short u0001（{why}）" in run.out
    assert f"我们不评分的通话：short（{why}）" in run.out
    assert "只有那边命中" not in run.out
    (rule,) = told["rules"]
    assert (rule["only_theirs"], rule["both"], rule["only_ours"]) == ([], [], [])
    apart = {"code": "scorable.too_little_speech", "because": why}
    assert rule["not_judged"] == [{"call": "short", "utterances_theirs": ["u0001"], "verdict": None, **apart}]
    assert told["unscored"] == [{"call": "short", "status": "not_scorable", **apart}]


def test_what_is_wrong_with_a_file_names_it(cli: Cli, tmp_path: Path) -> None:
    book, verdicts, results = moved_book(cli, tmp_path), tmp_path / "verdicts.csv", tmp_path / "other.json"
    verdicts.write_text("通话,规则\ncall-1,102\n", "utf-8")
    results.write_text('[{"tid": "x",', "utf-8")

    columns = cli("rulebook", "parity", book, "--with", RESULTS, "--verdicts", verdicts)
    cut = cli("rulebook", "parity", book, "--with", results)

    assert (columns.code, cut.code) == (2, 2)
    assert (
        "verdicts.csv：少了一栏，或同样的栏有两个。要有：通话编号、规则、结论；表里有：通话、规则。"
        in columns.err
    )
    assert "other.json：到第 1 行就没有了" in cut.err
