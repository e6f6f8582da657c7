"""What another system made of calls stands beside our evaluations, once, in no figure of ours; on both databases."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.bootstrap.serving import read_in
from qa_service.core.imported import ImportedBy, ImportedEvaluation, ImportedHit, Kept
from qa_service.core.people import Right
from qa_service.ports.serving import Upload
from qa_service.stores.import_desk import StoreImports
from qa_service.stores.intake import StoreIntake
from qa_service.stores.tables import jobs
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service

HIT = ImportedHit("102", "没有安抚", ("u1",), verdict=True)
THEIRS = ImportedEvaluation("sca", ImportedBy.MACHINE, 10, (HIT,))
PEOPLES = ImportedEvaluation("sca", ImportedBy.PEOPLE, 20)


@pytest.fixture
def name() -> str:
    return uuid.uuid4().hex[:12]


def desk(service: Service) -> StoreImports:
    assert isinstance(service.parts.intake, StoreIntake)
    return StoreImports(service.shelves, service.parts.intake)


def brought(
    service: Service, folder: Path, name: str, *made: ImportedEvaluation, team: str = ""
) -> Sequence[Kept]:
    text = json.dumps({**transcript(f"8001-{name}"), "call_id": name}, ensure_ascii=False)
    envelope, words = read_in("Asia/Shanghai", None, text)
    file = folder / "transcript.json"
    file.write_text(words, "utf-8")
    named = replace(envelope, call_id=name)
    upload = Upload(file, file.name, named, source="sca", team=team, is_text=True)
    return desk(service).with_call(MACHINE, upload, made)


def call_named(service: Service, name: str) -> dict[str, Any]:
    (call,) = service.everything().get("/api/v1/calls", params={"external_id": name}).json()["calls"]
    return dict(call)


def history(service: Service, call: str) -> list[dict[str, Any]]:
    return list(service.everything().get(f"/api/v1/calls/{call}/evaluations").json()["evaluations"])


def test_a_call_comes_with_what_they_made_of_it(either: Service, tmp_path: Path, name: str) -> None:
    kept = brought(either, tmp_path, name, THEIRS)

    (row,) = history(either, call_named(either, name)["id"])
    assert kept == [Kept.NEW]
    assert (row["origin"], row["rulebook_name"], row["score"]) == ("imported", "imported:sca:machine", 10)
    assert (row["is_current"], row["is_listed"]) == (False, False)


def test_the_same_again_changes_nothing_and_another_takes_its_place(
    either: Service, tmp_path: Path, name: str
) -> None:
    brought(either, tmp_path, name, THEIRS)

    again = brought(either, tmp_path, name, THEIRS)
    changed = brought(either, tmp_path, name, replace(THEIRS, score=30))

    assert (again, changed) == ([Kept.SAME], [Kept.CHANGED])
    assert [row["score"] for row in history(either, call_named(either, name)["id"])] == [30]


def test_peoples_scores_need_the_call(either: Service, tmp_path: Path, name: str) -> None:
    before = desk(either).beside(MACHINE, name, [PEOPLES])
    brought(either, tmp_path, name, THEIRS)
    after = desk(either).beside(MACHINE, name, [PEOPLES])

    rows = history(either, call_named(either, name)["id"])
    assert (before, after) == ([Kept.NO_CALL], [Kept.NEW])
    assert {row["rulebook_name"]: row["score"] for row in rows} == {
        "imported:sca:machine": 10,
        "imported:sca:people": 20,
    }


def test_ours_is_judged_beside_it_and_no_figure_of_ours_holds_theirs(
    either: Service, tmp_path: Path, name: str, team: str
) -> None:
    brought(either, tmp_path, name, THEIRS, PEOPLES, team=team)
    client, call = either.everything(), call_named(either, name)
    with either.shelves.engine.connect() as connection:
        job = connection.execute(sa.select(jobs.c.id).where(jobs.c.call_id == call["id"])).scalar_one()

    either.work_on(job)
    brought(either, tmp_path, name, replace(THEIRS, score=0), PEOPLES, team=team)

    rows = history(either, call["id"])
    ours = [row for row in rows if row["origin"] != "imported"]
    of_team = either.client(secret=either.key(Right.SEE_CALLS, Right.EXPORT, team=team))
    (figures,) = of_team.get("/api/v1/figures/agents").json()["agents"]
    table = of_team.get("/api/v1/exports/calls.csv").text
    assert (len(rows), len(ours)) == (3, 1)
    assert call_named(either, name)["score"] == ours[0]["score"] == figures["mean_score"]
    assert "imported" not in table
    assert (
        client.get(f"/api/v1/calls/{call['id']}/assessment").json()["rulebook"]["name"]
        != "imported:sca:machine"
    )


def test_what_was_brought_stands_in_the_audit_log(either: Service, tmp_path: Path, name: str) -> None:
    brought(either, tmp_path, name, THEIRS)
    brought(either, tmp_path, name, THEIRS)

    call = call_named(either, name)["id"]
    entries = [entry for entry in either.audit() if entry["object"] == f"call:{call}"]
    assert [entry["action"] for entry in entries].count("import") == 1
