"""`qa-service analyze`: where results go, and what happens where they cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.terminal import transcript


class TestOut:
    def test_is_a_file_for_one(self, cli: Cli, tmp_path: Path) -> None:
        out = tmp_path / "new" / "result.json"

        run = cli(
            "analyze", "--transcript", transcript(tmp_path / "a.json"), "--format", "json", "--out", out
        )

        assert (run.code, run.out) == (0, "")
        assert json.loads(out.read_text("utf-8"))["status"] == "scored"

    def test_may_be_a_folder_for_one(self, cli: Cli, tmp_path: Path) -> None:
        out = tmp_path / "results"
        out.mkdir()

        cli("analyze", "--transcript", transcript(tmp_path / "a.json"), "--format", "json", "--out", out)

        assert [file.name for file in out.iterdir()] == ["a.json"]

    @pytest.mark.parametrize(("form", "ending"), [("json", ".json"), ("text", ".txt"), ("html", ".html")])
    def test_is_a_folder_for_several_whose_names_do_not_collide(
        self, cli: Cli, tmp_path: Path, form: str, ending: str
    ) -> None:
        inputs = [transcript(tmp_path / folder / "call.json") for folder in ("mon", "tue")]
        other = transcript(tmp_path / "call-2.json")

        run = cli("analyze", "--transcript", *inputs, other, "--format", form, "--out", tmp_path / "out")

        assert run.code == 0
        assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
            f"call-2{ending}",
            f"mon-call{ending}",
            f"tue-call{ending}",
        ]

    def test_failures_get_their_file_as_well(self, cli: Cli, tmp_path: Path) -> None:
        inputs = [tmp_path / "gone.json", transcript(tmp_path / "a.json")]

        run = cli("analyze", "--transcript", *inputs, "--format", "json", "--out", tmp_path / "out")

        assert run.code == 1
        assert json.loads((tmp_path / "out" / "gone.json").read_text("utf-8"))["error"]["code"] == "missing"

    def test_never_writes_over_what_it_reads(self, cli: Cli, tmp_path: Path) -> None:
        inputs = [transcript(tmp_path / "a.json"), transcript(tmp_path / "b.json")]
        before = inputs[0].read_bytes()

        run = cli("analyze", "--transcript", *inputs, "--format", "json", "--out", tmp_path)

        assert run.code == 2
        assert inputs[0].read_bytes() == before

    @pytest.mark.parametrize("form", ["json", "text", "html"])
    @pytest.mark.parametrize("lang", ["zh_CN", "en"])
    def test_that_cannot_be_written_says_so(self, cli: Cli, tmp_path: Path, form: str, lang: str) -> None:
        (tmp_path / "file").write_text("", "utf-8")
        out = tmp_path / "file" / "result"

        run = cli(
            "analyze",
            "--transcript",
            transcript(tmp_path / "a.json"),
            *("--format", form, "--out", out),
            env={"QA_LANG": lang},
        )

        assert run.code == 2
        assert str(out) in run.last_words
        assert "Traceback" not in run.err

    def test_a_full_disk_says_so(self, cli: Cli, tmp_path: Path) -> None:
        given = transcript(tmp_path / "a.json")

        run = cli("analyze", "--transcript", given, "--format", "json", "--out", "/dev/full")

        assert run.code == 2
        assert "/dev/full" in run.last_words

    def test_reports_come_on_top(self, cli: Cli, tmp_path: Path) -> None:
        given, reports = transcript(tmp_path / "a.json"), tmp_path / "reports"

        run = cli("analyze", "--transcript", given, "--format", "json", "--reports", reports)

        assert run.document["status"] == "scored"
        assert (reports / "a.html").read_text("utf-8").startswith("<!doctype html>")
        assert str(reports) in run.err
