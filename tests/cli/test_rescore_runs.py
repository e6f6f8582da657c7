"""`qa-service rescore` and what people do with runs at the command line, with real processes that judge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from qa_service.cli.main import app
from qa_service.core.errors import QaError, UsageError
from tests.databases import new_file
from tests.stores.rerun import DULL, GREETS, PROMISED, Archive, archive

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder: Path = tmp_path_factory.mktemp("runs")
    with archive(new_file(folder), folder, (PROMISED, DULL, PROMISED)) as held:
        yield held


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("book") / "greets.yaml"
    file.write_text(GREETS, "utf-8")
    return file


def rescore(made: Archive, *arguments: str) -> Result:
    made.service.clock.forward(seconds=1)
    return CliRunner().invoke(app, ["rescore", *arguments], env={"COLUMNS": "80"})


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def refused(result: Result) -> str:
    assert isinstance(result.exception, QaError), result.output
    return result.exception.code


def test_compared_shown_approved_in_part_and_listed(made: Archive, book: Path, tmp_path: Path) -> None:
    diff = told(rescore(made, "--rulebook", str(book), "--format", "json"))
    run = diff["run"]
    assert (diff["calls"], diff["changed"], diff["state"]) == (3, 3, "compared")
    assert [len(made.evaluations(call)) for call in made.calls] == [1, 1, 1]

    page = tmp_path / "diff.html"
    assert rescore(made, "show", run, "--format", "html", "--out", str(page)).exit_code == 0
    assert "重判 service-zh@9" in page.read_text("utf-8")
    shown = rescore(made, "show", run)
    assert "approve" in shown.stdout
    assert all(cell_len(line) <= 80 for line in shown.stdout.splitlines())

    approved = rescore(made, "approve", run, "--note", "抽听过", "--team", "north")
    assert approved.exit_code == 0, approved.output
    assert "新的评估已生效：2 通" in approved.stdout
    assert [len(made.evaluations(call)) for call in made.calls] == [2, 1, 2]
    listed = rescore(made, "list").stdout
    assert run in listed
    assert "已生效" in listed
    assert refused(rescore(made, "discard", run, "--note", "太晚")) == "rescore_state"


def test_a_run_that_is_only_begun_is_paused_resumed_and_discarded(made: Archive, book: Path) -> None:
    begun = rescore(made, "--rulebook", str(book), "--detach")
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", begun.stdout)
    assert found is not None
    run = found[0]

    assert "暂停" in rescore(made, "pause", run).stdout
    assert "等人决定" in rescore(made, "resume", run).stdout
    assert "已放弃" in rescore(made, "discard", run, "--note", "试一试").stdout
    shown = told(rescore(made, "show", run, "--format", "json"))
    assert (shown["state"], shown["note"]) == ("discarded", "试一试")


def test_what_cannot_be_done_is_said(made: Archive, book: Path) -> None:
    assert refused(rescore(made, "show", "nobody")) == "no_such_rescore"
    assert refused(rescore(made, "approve", "nobody", "--note", "x", "--detach")) == "no_such_rescore"
    diff = told(rescore(made, "--rulebook", str(book), "--format", "json"))
    result = rescore(made, "discard", diff["run"], "--note", "  ")
    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "no_note"
    assert "已取消" not in rescore(made, "list").stdout
