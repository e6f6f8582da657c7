"""`qa-service analyze`: one document or several, and which exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.terminal import MIS_SOLD, transcript, wav
from tests.usecases.hearing import Take, two_parties

LINES = tuple(text for _, text in MIS_SOLD)


@pytest.fixture
def take() -> Take:
    return two_parties().said(*LINES)


class TestDocuments:
    def test_one_input_is_one_document(self, cli: Cli, tmp_path: Path) -> None:
        run = cli("analyze", "--transcript", transcript(tmp_path / "a.json"), "--format", "json")

        assert run.code == 0
        assert run.document["schema"] == "qa-service/assessment@1"
        assert run.document["call"]["source"] == "a.json"

    def test_several_are_an_array_in_their_order_and_failures_stand_in_their_place(
        self, cli: Cli, tmp_path: Path
    ) -> None:
        good, gone = transcript(tmp_path / "a.json"), tmp_path / "gone.json"
        bad = tmp_path / "bad.json"
        bad.write_text("{", "utf-8")

        run = cli("analyze", "--transcript", gone, good, bad, good, "--format", "json")

        assert run.code == 1
        assert [one.get("error", {}).get("code") for one in run.document] == [
            "missing",
            None,
            "transcript_unreadable",
            None,
        ]
        assert run.document[0]["error"] == {
            "code": "missing",
            "detail": run.document[0]["error"]["detail"],
            "path": str(gone),
        }
        assert "没有这个文件" in run.document[0]["error"]["detail"]

    def test_one_failure_is_one_document_too(self, cli: Cli, tmp_path: Path) -> None:
        run = cli("analyze", "--transcript", tmp_path / "gone.json", "--format", "json")

        assert run.code == 1
        assert list(run.document) == ["error"]

    def test_as_text_failures_are_told_on_stderr(self, cli: Cli, tmp_path: Path) -> None:
        run = cli("analyze", "--transcript", tmp_path / "gone.json", transcript(tmp_path / "a.json"))

        assert run.code == 1
        assert "gone.json：没有这个文件" in run.err
        assert "没有这个文件" not in run.out
        assert "a.json" in run.out

    def test_several_end_with_a_table_and_one_does_not(self, cli: Cli, tmp_path: Path) -> None:
        first, second = transcript(tmp_path / "a.json"), transcript(tmp_path / "b.json")
        gone, reports = tmp_path / "gone.json", tmp_path / "reports"

        one = cli("analyze", "--transcript", first)
        several = cli("analyze", "--transcript", first, second, gone, "--reports", reports)

        assert "最严重的一处" not in one.out
        table = several.out[several.out.index("最严重的一处") :].splitlines()
        assert [line.split()[0] for line in table[1:4]] == ["a.json", "b.json", "gone.json"]
        assert [line.split()[-1] for line in table[1:4]] == ["0", "0", "–"]
        assert {file.name for file in reports.iterdir()} == {"a.html", "b.html"}

    def test_not_scorable_is_no_failure(self, cli: Cli, tmp_path: Path) -> None:
        alone = transcript(tmp_path / "a.json", [("agent", "您好，很高兴为您服务，请问您还在吗？")])

        run = cli("analyze", "--transcript", alone, "--format", "json")

        assert run.code == 0
        assert run.document["status"] == "not_scorable"

    def test_a_recording_is_heard(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        run = cli("analyze", wav(tmp_path / "a.wav", take.rows), "--format", "json", hears=take)

        assert run.code == 0
        assert "risk.guaranteed_return" in {finding["label"] for finding in run.document["findings"]}
        assert None not in run.document["timings_ms"].values()


class TestWrongUse:
    @pytest.mark.parametrize(
        ("args", "words"),
        [
            pytest.param(["--meta", "m.json", "a.wav", "b.wav"], "--meta", id="one envelope for two calls"),
            pytest.param(["--format", "html", "a.wav"], "--out", id="HTML on a terminal"),
            pytest.param(["--legs", "a.wav"], "--legs", id="one leg"),
            pytest.param(["--legs", "a.wav", "b.wav", "c.wav"], "--legs", id="three legs"),
            pytest.param(["--legs", "--transcript", "a.json", "b.json"], "--legs", id="legs of a transcript"),
            pytest.param(["--profile", "nope", "a.wav"], "vox-8k", id="no such profile"),
            pytest.param(["--format", "pdf", "a.wav"], "pdf", id="no such format"),
            pytest.param(["--agent-channel", "2", "a.wav"], "2", id="no such channel"),
            pytest.param(["--colour", "a.wav"], "--colour", id="no such option"),
            pytest.param([], "paths", id="nothing to do"),
        ],
    )
    @pytest.mark.parametrize("lang", ["zh_CN", "en"])
    def test_is_one_sentence_and_two(self, cli: Cli, args: list[str], words: str, lang: str) -> None:
        run = cli("analyze", *args, env={"QA_LANG": lang})

        assert (run.code, run.out) == (2, "")
        assert words in run.err
        assert "Traceback" not in run.err

    @pytest.mark.parametrize(
        ("lang", "words"),
        [("zh_CN", "没有名为「nope」的数据源"), ("en", "there is no source profile 'nope'")],
    )
    def test_is_said_in_the_installations_language(self, cli: Cli, lang: str, words: str) -> None:
        assert words in cli("analyze", "--profile", "nope", "a.wav", env={"QA_LANG": lang}).err

    @pytest.mark.parametrize("lang", ["zh_CN", "en"])
    def test_an_unknown_rulebook_is_named(self, cli: Cli, tmp_path: Path, lang: str) -> None:
        given = transcript(tmp_path / "a.json")

        run = cli("analyze", "--transcript", given, "--rulebook", "nope", env={"QA_LANG": lang})

        assert (run.code, run.out) == (2, "")
        assert "nope" in run.last_words
        assert "service-zh" in run.last_words

    def test_several_results_do_not_fit_into_a_file(self, cli: Cli, tmp_path: Path) -> None:
        inputs = [transcript(tmp_path / f"{name}.json") for name in "ab"]
        (tmp_path / "out").write_text("", "utf-8")

        run = cli("analyze", "--transcript", *inputs, "--out", tmp_path / "out")

        assert run.code == 2
