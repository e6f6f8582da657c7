"""`rulebook schema`: the schema for editors, on stdout or in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.repository import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

_PUBLISHED = ROOT / "docs" / "schema" / "rulebook-1.json"


def test_it_prints_what_is_published(cli: Cli) -> None:
    run = cli("rulebook", "schema")

    assert (run.code, run.err) == (0, "")
    assert json.loads(run.out) == json.loads(_PUBLISHED.read_text("utf-8"))


def test_it_writes_the_published_file(cli: Cli, tmp_path: Path) -> None:
    run = cli("rulebook", "schema", "--out", tmp_path / "rulebook-1.json")

    assert (run.code, run.out) == (0, "")
    assert (tmp_path / "rulebook-1.json").read_bytes() == _PUBLISHED.read_bytes()


def test_where_nothing_can_be_written_it_says_so(cli: Cli, tmp_path: Path) -> None:
    run = cli("rulebook", "schema", "--out", tmp_path / "none" / "rulebook-1.json")

    assert run.code == 2
    assert "rulebook-1.json" in run.err
