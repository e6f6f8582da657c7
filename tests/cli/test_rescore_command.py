"""`qa-service rescore --dry-run`: judged calls by another rulebook, beside what was made of them before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from qa_service import bootstrap
from qa_service.cli.main import app
from qa_service.core.people import UserRole
from qa_service.stores.tables import evaluations
from tests.databases import new_file
from tests.web.samples import transcript
from tests.web.service import Service, set_up

PROMISED = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")
DULL = ("您好，请问有什么可以帮您？", "没事了，谢谢。")
#: Nothing that is said above is left to find but the greeting.
SILENT = """schema: qa-service/rulebook@1
name: silent-zh
version: 1
title: {zh_CN: 只看问候}
scorecard:
  pass: 80
  sections: [{id: s, title: {zh_CN: 服务}, criteria: [{id: greeting, title: {zh_CN: 问候}, max_points: 10}]}]
rules:
  - id: says-hello
    title: {zh_CN: 说了您好}
    stage: score
    severity: minor
    criterion: greeting
    points: {deduct: 10}
    when: {phrases: {any: [您好], unless: []}, role: agent}
    coaching: {what: {zh_CN: "{quote}"}, why: {zh_CN: 试}, instead: {zh_CN: 试}}
"""


@dataclass(frozen=True)
class Centre:
    service: Service
    #: The calls by what was said.
    promised: tuple[str, ...]
    dull: tuple[str, ...]

    def rescore(self, book: Path | str, *more: str) -> Result:
        return CliRunner().invoke(app, ["rescore", "--dry-run", "--rulebook", str(book), *more])

    def told(self, book: Path | str, *more: str) -> dict[str, Any]:
        result = self.rescore(book, "--format", "json", *more)
        assert result.exit_code == 0, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    def kept(self) -> int:
        with self.service.shelves.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(evaluations)).scalar_one())


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Two teams; one call waits to be judged for the first time."""
    folder = tmp_path_factory.mktemp("rescore")
    with set_up(folder, new_file(folder), stays=True) as service:
        client = service.everything()

        def add(said: tuple[str, ...], agent: str, team: str, *, is_judged: bool = True) -> str:
            sent = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent, said)).json()
            if is_judged:
                service.work_on(sent["job_id"])
            return str(sent["call_id"])

        promised = tuple(add(PROMISED, f"800{at}", "north") for at in range(3))
        dull = (add(DULL, "8009", "south"),)
        add(DULL, "8009", "south", is_judged=False)
        yield Centre(service, promised, dull)


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    file = tmp_path / "silent-zh.yaml"
    file.write_text(SILENT, "utf-8")
    return file


def test_the_rulebook_that_judged_changes_nothing(centre: Centre) -> None:
    told = centre.told("service-zh")

    assert (told["calls"], told["changed"], told["flips"], told["surprising"]) == (4, 0, [], [])
    assert told["left_out"] == {"not_measured": 1}
    assert told["before"] == told["after"]
    assert all(rule["before"] == rule["after"] and not rule["moved"] for rule in told["rules"])


def test_another_rulebook_is_told_rule_by_rule_and_call_by_call(centre: Centre, silent: Path) -> None:
    told = centre.told(silent)

    (hello,) = (rule for rule in told["rules"] if rule["rule"].endswith("says-hello"))
    assert (hello["before"], hello["after"], hello["appeared"]) == (0, 4, 4)
    promise = next(rule for rule in told["rules"] if rule["before"] == 3)
    assert (promise["after"], promise["disappeared"]) == (0, 3)
    assert told["changed"] == 4
    assert {one["call"] for one in told["surprising"]} == {*centre.promised, *centre.dull}
    for one in told["surprising"]:
        assert one["before"]["rulebook"] != one["after"]["rulebook"] == told["rulebook"]["digest"]
    assert {agent["name"] for agent in told["agents"]} == {"8000", "8001", "8002", "8009"}
    assert {team["name"]: team["calls"] for team in told["teams"]} == {"north": 3, "south": 1}


def test_flips_and_shifts_are_those_of_the_calls(centre: Centre, silent: Path) -> None:
    told = centre.told(silent, "--team", "south")

    (call,) = told["surprising"]
    assert call["call"] == centre.dull[0]
    assert told["flips"] == (
        []
        if call["before"]["passed"] is call["after"]["passed"]
        else [{"before": call["before"]["passed"], "after": call["after"]["passed"], "calls": 1}]
    )
    assert call["after"]["score"] == 0.0
    assert told["mean_score"] == {"before": call["before"]["score"], "after": 0.0}
    assert sum(told["shifts"]["calls"]) == 1


def test_nothing_is_kept_and_the_asking_is_written_down(centre: Centre, silent: Path) -> None:
    before = centre.kept()

    centre.told(silent, "--agent", "8001")

    assert centre.kept() == before
    entry = centre.service.audit()[-1]
    assert (entry["action"], entry["object"]) == ("rescore_dry_run", "rulebook:silent-zh")


def test_what_people_said_is_held_against_both(centre: Centre, silent: Path) -> None:
    centre.service.user("reviewer", UserRole.QA_LEAD)
    client = centre.service.client(session=centre.service.session("reviewer"))
    call = centre.promised[0]
    finding = client.get(f"/api/v1/calls/{call}/assessment").json()["findings"][0]["id"]
    answer = client.post(f"/api/v1/calls/{call}/findings/{finding}/reviews", json={"verdict": "confirmed"})
    assert answer.status_code < 300, answer.text

    told = centre.told(silent)

    assert told["agreement"]["before"]["confirmed_found"]["calls"] == 1
    assert told["agreement"]["after"]["confirmed_found"]["calls"] == 0
    assert told["agreement"]["after"]["dismissed_found"]["n"] == 0
    assert told["agreement"]["after"]["dismissed_found"]["share"] is None, "unknown is not 0"


def test_a_day_of_the_centre_is_reckoned_and_budgets_warn(centre: Centre) -> None:
    quiet = centre.told("service-zh")
    told = centre.told(
        "service-zh",
        "--per-day",
        "4000",
        "--supervisor-hours",
        "10",
        "--most-alerts",
        "0",
        "--most-reviewed",
        "0",
    )

    assert quiet["a_day"] == {"findings": None, "review": None, "alerts": None, "alerts_an_hour": None}
    assert told["a_day"]["findings"] == told["after"]["findings"] * 1_000
    assert told["after"]["alerts"] == 3, "one for each promise"
    assert told["a_day"]["alerts_an_hour"] == 300
    assert told["over_budget"]["alerts"] == 300
    assert ("review" in told["over_budget"]) is bool(told["after"]["review"]["calls"])


@pytest.mark.parametrize("lang", ["zh_CN", "zh_TW", "en"])
def test_people_read_it_at_80_columns(
    centre: Centre, silent: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_LANG", lang)
    monkeypatch.setenv("COLUMNS", "80")
    bootstrap.settings.cache_clear()

    result = centre.rescore(silent, "--per-day", "4000", "--most-reviewed", "0")

    bootstrap.settings.cache_clear()
    assert result.exit_code == 0, result.output
    assert "rescore." not in result.stdout, "every sentence is in the catalogue"
    assert "保本" not in result.stdout, "nothing that was said"
    assert all(cell_len(line) <= 80 for line in result.stdout.splitlines())
    assert "says-hello" in result.stdout


def test_a_file_takes_the_difference(centre: Centre, silent: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff.txt"

    assert centre.rescore(silent, "--out", str(out)).exit_code == 0
    assert "says-hello" in out.read_text("utf-8")
