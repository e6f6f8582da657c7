"""`qa-service analyze`: what goes where, and which exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.usecases.measured_file import SUFFIX
from tests.audio.sounds import oki
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
        assert "gone.json" in run.err
        assert "gone.json" not in run.out
        assert "a.json" in run.out

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


class TestMeasuredCalls:
    def test_are_saved_and_judged_again_without_sound(
        self, cli: Cli, tmp_path: Path, take: Take, data: Path
    ) -> None:
        sound = wav(tmp_path / "a.wav", take.rows)
        first = cli("analyze", sound, "--save", "--format", "json", hears=take).document
        kept = data / "measured" / f"{first['call']['id']}{SUFFIX}"

        again = cli("analyze", kept, "--format", "json").document

        assert kept.stat().st_mode & 0o777 == 0o600
        assert again["timings_ms"] | {"judge": 0} == {
            "decode": None,
            "vad": None,
            "asr": None,
            "measure": None,
            "judge": 0,
        }
        for changes in (first, again):
            changes.pop("timings_ms")
            changes["call"].pop("source")
        assert again == first

    def test_of_a_transcript_are_saved_with_the_roles_that_it_names(
        self, cli: Cli, tmp_path: Path, data: Path
    ) -> None:
        given = transcript(tmp_path / "a.json")
        first = cli("analyze", "--transcript", given, "--save", "--format", "json").document

        kept = data / "measured" / f"{first['call']['id']}{SUFFIX}"
        again = cli("analyze", kept, "--format", "json").document

        for document in (first, again):
            document.pop("timings_ms")
            document["call"].pop("source")
        assert again == first

    def test_are_kept_only_when_asked(self, cli: Cli, tmp_path: Path, take: Take, data: Path) -> None:
        before = sorted(data.rglob(f"*{SUFFIX}"))
        other = replace(take, rows=take.rows[:, :400_000])

        cli("analyze", wav(tmp_path / "a.wav", other.rows), hears=other)

        assert sorted(data.rglob(f"*{SUFFIX}")) == before

    def test_that_are_none_are_refused(self, cli: Cli, tmp_path: Path) -> None:
        fake = tmp_path / f"fake{SUFFIX}"
        fake.write_bytes(b"no")

        run = cli("analyze", fake, "--format", "json")

        assert (run.code, run.document["error"]["code"]) == (1, "measured_unreadable")

    def test_that_cannot_be_saved_say_so(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (home / "measured").write_text("in the way", "utf-8")

        run = cli(
            "analyze",
            wav(tmp_path / "a.wav", take.rows),
            "--save",
            env={"QA_DATA_DIR": str(home)},
            hears=take,
        )

        assert run.code == 2
        assert "measured" in run.last_words


class TestEnvelopes:
    def test_numbers_of_customers_become_tokens_and_are_seen_nowhere(
        self, cli: Cli, tmp_path: Path, take: Take, data: Path
    ) -> None:
        number, key = "+86 139-0000-4321", tmp_path / "keys" / "customer.key"
        env = {"QA_CUSTOMER_KEY_FILE": str(key), "QA_LOG_LEVEL": "DEBUG"}
        meta = tmp_path / "meta.yaml"
        meta.write_text(f"customer_number: '{number}'\n", "utf-8")
        sound = wav(tmp_path / "a.wav", take.rows)
        sent = transcript(tmp_path / "t.json", envelope={"customer_number": "13900004321"})
        reports = tmp_path / "reports"

        heard = cli("analyze", sound, "--meta", meta, "--format", "json", "--save", "--reports", reports,
                    env=env, hears=take)  # fmt: skip
        read = cli("analyze", "--transcript", sent, "--format", "json", env=env)

        token = heard.document["call"]["customer"]
        assert token.startswith("hmac-sha256:")
        assert read.document["call"]["customer"] == token
        assert key.stat().st_mode & 0o777 == 0o600
        kept = [
            file.read_bytes() for folder in (reports, data) for file in folder.rglob("*") if file.is_file()
        ]
        kept += [heard.out.encode(), heard.err.encode(), read.out.encode(), read.err.encode()]
        assert not any(written in text for text in kept for written in (b"13900004321", b"139-0000-4321"))

    @pytest.mark.parametrize("field", ["customer", "customer_number"])
    def test_numbers_that_cannot_become_tokens_are_refused_unsaid(
        self, cli: Cli, tmp_path: Path, field: str
    ) -> None:
        sent = transcript(tmp_path / "t.json", envelope={field: "13900004321"})

        run = cli("analyze", "--transcript", sent, "--format", "json", env={"QA_LOG_LEVEL": "DEBUG"})

        assert run.code == 1
        assert "QA_CUSTOMER_KEY_FILE" in run.out + run.err
        assert "0000432" not in run.out + run.err

    def test_may_be_named(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        meta = tmp_path / "meta.yaml"
        meta.write_text("call_id: c-9\nstarted_at: 2026-11-23 09:30:00\n", "utf-8")

        run = cli(
            "analyze", wav(tmp_path / "a.wav", take.rows), "--meta", meta, "--format", "json", hears=take
        )

        assert run.document["call"]["id"] == "c-9"
        assert run.document["call"]["started_at"] == "2026-11-23T09:30:00+08:00"

    @pytest.mark.parametrize("name", ["a.envelope.json", "a.envelope.yaml", "a.envelope.yml"])
    def test_may_lie_beside_the_recording(self, cli: Cli, tmp_path: Path, take: Take, name: str) -> None:
        (tmp_path / name).write_text('{"call_id": "beside"}', "utf-8")

        run = cli("analyze", wav(tmp_path / "a.wav", take.rows), "--format", "json", hears=take)

        assert run.document["call"]["id"] == "beside"

    def test_a_transcript_may_get_one_too(self, cli: Cli, tmp_path: Path) -> None:
        meta = tmp_path / "meta.json"
        meta.write_text('{"call_id": "named"}', "utf-8")
        given = transcript(tmp_path / "a.json", envelope={"call_id": "its own"})

        run = cli("analyze", "--transcript", given, "--meta", meta, "--format", "json")

        assert run.document["call"]["id"] == "named"

    def test_that_are_wrong_fail_their_call_alone(self, cli: Cli, tmp_path: Path) -> None:
        given = transcript(tmp_path / "a.json")
        (tmp_path / "a.envelope.json").write_text('{"direction": "up"}', "utf-8")

        run = cli("analyze", "--transcript", given, transcript(tmp_path / "b.json"), "--format", "json")

        assert run.code == 1
        assert run.document[0]["error"]["detail"].startswith("a.envelope.json: direction")
        assert run.document[1]["status"] == "scored"


class TestRecordingsOfAllKinds:
    def test_two_legs_are_one_call(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        legs = [
            wav(tmp_path / f"{name}.wav", take.rows[c : c + 1])
            for c, name in enumerate(("agent", "customer"))
        ]

        run = cli("analyze", "--legs", *legs, "--format", "json", hears=take)

        assert run.code == 0
        assert run.document["call"]["source"] == "agent.wav+customer.wav"
        assert run.document["call"]["layout"] == "two_channel"

    def test_headerless_files_need_a_profile(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        mixed = take.rows.astype(np.int32).sum(axis=0).clip(-32_768, 32_767).astype(np.int16)
        file = tmp_path / "call.vox"
        file.write_bytes(oki(mixed[::2]))
        one = replace(
            take, script=tuple(replace(line, channel=0) for line in take.script), rows=mixed[None, :]
        )

        without = cli("analyze", file, "--format", "json")
        run = cli("analyze", file, "--profile", "vox-8k", "--format", "json", hears=one)

        assert without.document["error"]["code"] == "needs_profile"
        assert run.code == 0
        assert run.document["call"]["layout"] == "mono"
        assert abs(run.document["call"]["duration_ms"] - 30_000) < 50

    def test_the_agents_channel_may_be_told(self, cli: Cli, tmp_path: Path, take: Take) -> None:
        sound = wav(tmp_path / "a.wav", take.rows)

        run = cli("analyze", sound, "--agent-channel", "1", "--format", "json", hears=take)

        assert {s["speaker"]: s["role"] for s in run.document["call"]["speakers"]}["s1"] == "agent"

    @pytest.mark.parametrize("name", ["", "。" * 90, "../x", "a b\n c"])
    def test_odd_names_are_only_names(self, cli: Cli, tmp_path: Path, name: str) -> None:
        given = tmp_path / name

        run = cli("analyze", given, "--format", "json")

        assert run.code == 1
        assert run.document["error"]["code"] in {"missing", "not_audio", "is_folder"}
        assert run.document["error"]["path"] == str(given)


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
