"""`qa-service analyze`: envelopes beside recordings, and recordings of all kinds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.audio.sounds import oki
from tests.cli.conftest import Cli
from tests.cli.terminal import MIS_SOLD, transcript, wav
from tests.usecases.hearing import Take, two_parties

LINES = tuple(text for _, text in MIS_SOLD)


@pytest.fixture
def take() -> Take:
    return two_parties().said(*LINES)


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

        env = {"QA_LOG_LEVEL": "DEBUG", "QA_DATABASE_URL": "postgresql://nobody@127.0.0.1/qa"}
        run = cli("analyze", "--transcript", sent, "--format", "json", env=env)

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
