"""`qa-service analyze --save`, and measured calls as inputs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa_service.usecases.measured_file import SUFFIX
from tests.cli.conftest import Cli
from tests.cli.terminal import MIS_SOLD, transcript, wav
from tests.usecases.hearing import Take, two_parties

LINES = tuple(text for _, text in MIS_SOLD)


@pytest.fixture
def take() -> Take:
    return two_parties().said(*LINES)


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
