"""`rulebook tune`: the centre's own figures, line by line, and settings that can be pasted as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa_service import bootstrap
from qa_service.core.measured import Layout
from qa_service.exports.measured import save_measured
from qa_service.rulebook.load import load
from qa_service.stores.engine import make_engine
from qa_service.stores.installation import agreed_key
from qa_service.stores.migrate import migrate
from qa_service.usecases.tune import LEAST_CALLS
from tests.databases import new_file
from tests.usecases.centre_calls import centre_call, keep

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.cli.terminal import Run

_BOOK = """schema: qa-service/rulebook@1
name: ours-zh
version: 1
title: {{zh_CN: 我们的}}
include: [service-zh@1]
{settings}"""


@dataclass(frozen=True)
class Centre:
    cli: Cli
    env: dict[str, str]

    def tune(self, *arguments: object, lang: str = "zh_CN", columns: int = 80) -> Run:
        env = {**self.env, "QA_LANG": lang, "COLUMNS": str(columns)}
        return self.cli("rulebook", "tune", *arguments, env=env)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database with 33 calls of one line, 31 of another, one of a third, and what is not counted."""
    folder = tmp_path_factory.mktemp("centre")
    url, key = new_file(folder), folder / "master.key"
    engine = make_engine(url)
    migrate(engine)
    agreed_key(engine, key)
    for seed in range(33):
        keep(engine, centre_call(seed), line="热线 400")
    for seed in range(31):
        keep(
            engine,
            centre_call(seed + 100, layout=Layout.MONO if seed < 2 else Layout.TWO_CHANNEL),
            line="外呼",
        )
    keep(engine, centre_call(1), line="夜间")
    keep(engine, None, line="外呼")
    keep(engine, centre_call(1, turns=1), line="外呼")
    engine.dispose()
    return {"QA_DATABASE_URL": url, "QA_MASTER_KEY_FILE": str(key)}


@pytest.fixture
def centre(cli: Cli, stored: dict[str, str]) -> Iterator[Centre]:
    bootstrap.shelves.cache_clear()
    yield Centre(cli, stored)
    if bootstrap.shelves.cache_info().currsize:
        bootstrap.shelves().engine.dispose()
    bootstrap.shelves.cache_clear()


@pytest.mark.parametrize("lang", ["zh_TW", "en"])
def test_people_read_it_at_80_columns(centre: Centre, lang: str) -> None:
    run = centre.tune(lang=lang)

    assert run.code == 0, run.err
    assert "…" not in run.out
    assert "tune." not in run.out, "every sentence is in the catalogue"
    assert all(_cells(line) <= 80 for line in run.out.splitlines())
    assert run.out.count("detectors:") >= 3, "all lines, and each that has calls enough"


def _cells(line: str) -> int:
    from rich.cells import cell_len

    return cell_len(line)


def test_people_read_what_was_left_out_and_why(centre: Centre) -> None:
    out = centre.tune().out

    assert "读了全部 67 通" in out
    assert "没有算的通话：没有测量 1、只录到一方 1" in out
    assert "单声道 2 通，没有算：音量升高、打断" in out
    assert re.search(r"坐席的 \d+ 句里，没听清而不算的 \d+ 句", out)
    assert "不到 30 通的线路，不单列：夜间 1" in out
    assert "[1] 规则自己的限值，另有用意，不提议：service-zh/long-silence" in out
    assert "本方案没有规则用到：响应过慢" in out
    assert "call-" not in out, "nothing of single calls"


def test_what_it_prints_is_pasted_and_passes_the_check(centre: Centre, tmp_path: Path) -> None:
    told = json.loads(centre.tune("--format", "json").out)
    settings = told["lines"][0]["yaml"]
    book = tmp_path / "ours-zh.yaml"
    book.write_text(_BOOK.format(settings=settings), "utf-8")

    assert centre.cli("rulebook", "check", book).code == 0
    limits = {one["detector"]: one for one in told["lines"][0]["limits"] if not one["own"]}
    pasted = {one.labels[0]: one for one in load(str(book)).detectors if one.labels[0] in limits}
    assert len(settings.splitlines()) >= 6
    for name, detector in pasted.items():
        proposed = limits[name]["proposed"]
        if proposed is not None:
            assert getattr(detector, limits[name]["setting"]) == pytest.approx(proposed)


def test_programs_read_every_figure_with_unknown_as_null(centre: Centre) -> None:
    told = json.loads(centre.tune("--format", "json", "--share", "10").out)

    assert (told["schema"], told["source"], told["drawn"], told["share"]) == (
        "qa-service/tune@1",
        "stored",
        67,
        0.1,
    )
    assert [(line["line"], line["calls"]) for line in told["lines"]] == [
        (None, 67), ("外呼", 33), ("热线 400", 33), ("夜间", 1),
    ]  # fmt: skip
    fast = told["lines"][0]["limits"][0]
    assert (fast["detector"], fast["setting"], fast["fault"], fast["limit"]) == (
        "pace.fast",
        "limit_cpm",
        "above",
        320,
    )
    assert fast["median"] < fast["p90"] < fast["p99"]
    low, high = fast["found"]["interval"]
    assert low < fast["found"]["calls"] / fast["found"]["n"] < high
    assert abs(fast["found_at_proposed"]["share"] - 0.1) < 0.05
    night = told["lines"][3]["limits"][0]
    assert (night["proposed"], night["why_not"], night["found_at_proposed"]) == (None, "few_calls", None)
    assert night["calls"] < LEAST_CALLS


def test_a_line_a_sample_and_days_are_asked_for(centre: Centre, tmp_path: Path) -> None:
    out = tmp_path / "tuned.txt"

    assert centre.tune("--line", "热线 400", "--calls", 10, "--seed", 7, "--out", out).code == 0
    later = json.loads(centre.tune("--since", "2026-11-26", "--format", "json").out)
    day = json.loads(centre.tune("--since", "2026-11-25", "--until", "2026-11-25", "--format", "json").out)

    text = out.read_text("utf-8")
    assert "从最新的 33 通里抽了 10 通（种子 7）" in text
    assert "热线 400：10 通" in text
    assert "detectors:" not in text, "ten calls propose nothing"
    assert (later["drawn"], day["drawn"]) == (0, 67), "the last day is one of them"


def test_measured_files_need_no_database_and_say_so_where_a_line_is_asked_for(
    cli: Cli, tmp_path: Path
) -> None:
    files = [save_measured(centre_call(seed), tmp_path) for seed in range(2)]

    run = cli("rulebook", "tune", *files, env={"COLUMNS": "80"})
    refused = cli("rulebook", "tune", *files, "--line", "400")

    assert (run.code, refused.code) == (0, 2)
    assert "读了 2 个文件" in run.out
    assert "给了文件就只读文件" in refused.err
