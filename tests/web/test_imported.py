"""What another system made of calls stands beside our evaluations, once, in no figure of ours; on both databases."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.bootstrap.serving import read_in
from qa_service.core.figures import TeamFigures
from qa_service.core.imported import ImportedBy, ImportedEvaluation, ImportedHit, Kept, brought_from
from qa_service.core.people import Right
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.core.weeks import Week
from qa_service.ports.serving import Upload
from qa_service.stores import figures as figures_of
from qa_service.stores.import_desk import StoreImports
from qa_service.stores.intake import StoreIntake
from qa_service.stores.tables import jobs
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service
from tests.web.test_alerts import alerts
from tests.web.test_findings import judged

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
    upload = Upload(file, file.name, named, source=brought_from("sca"), team=team, is_text=True)
    return desk(service).with_call(MACHINE, upload, made)


def work_on(service: Service, call: str) -> None:
    """Everything that waits for this call, as a node does it."""
    with service.shelves.engine.connect() as connection:
        job = connection.execute(sa.select(jobs.c.id).where(jobs.c.call_id == call)).scalar_one()
    service.work_on(job)


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


def test_ours_is_judged_beside_it(either: Service, tmp_path: Path, name: str) -> None:
    brought(either, tmp_path, name, THEIRS, PEOPLES)
    client, call = either.everything(), call_named(either, name)

    work_on(either, call["id"])
    brought(either, tmp_path, name, replace(THEIRS, score=0), PEOPLES)

    rows = history(either, call["id"])
    (ours,) = [row for row in rows if row["origin"] != "imported"]
    assert len(rows) == 3
    assert call_named(either, name)["score"] == ours["score"]
    assert (
        client.get(f"/api/v1/calls/{call['id']}/assessment").json()["rulebook"]["name"]
        != "imported:sca:machine"
    )


def test_a_call_that_was_brought_alerts_nobody(either: Service, tmp_path: Path, name: str, team: str) -> None:
    """The same words alert in a call of ours: see test_alerts.py; here the call was over long ago."""
    wanted = NewWebhook(WebhookKind.GENERIC, "http://93.184.216.34/qa", ("alert.raised",), team)
    hook, _ = either.parts.webhooks.add(MACHINE, wanted)
    ours = judged(either, team)
    client = either.client(secret=either.key(Right.SEE_CALLS, team=team))
    before = alerts(client)
    brought(either, tmp_path, name, THEIRS, team=team)
    call = call_named(either, name)["id"]

    work_on(either, call)

    found = client.get("/api/v1/findings", params={"call_id": call}).json()["findings"]
    assert before[0]["rule"] in {one["rule"] for one in found}, "it was judged, and the rule fired"
    assert {one["call_id"] for one in alerts(client)} == {ours}
    sent = either.parts.webhooks.sent(MACHINE, webhook_id=hook, state="", limit=9, before="")
    assert len(sent) == len(before)


def test_calls_that_were_brought_are_in_no_figure_of_ours(
    either: Service, tmp_path: Path, name: str, team: str
) -> None:
    judged(either, team, agent=f"8001-{name}")
    of_team = either.client(secret=either.key(Right.SEE_CALLS, Right.EXPORT, team=team))
    now = either.clock()
    week = Week("W", now - timedelta(days=1), now + timedelta(days=1))

    def figures() -> tuple[Any, TeamFigures]:
        with either.shelves.engine.connect() as connection:
            return of_team.get("/api/v1/figures/agents").json(), figures_of.of_team(connection, team, week)

    before = figures()
    brought(either, tmp_path, name, THEIRS, PEOPLES, team=team)
    work_on(either, call_named(either, name)["id"])

    assert before[1].calls == 1
    assert figures() == before
    assert "imported:sca:" not in of_team.get("/api/v1/exports/calls.csv").text
    (seen,) = of_team.get("/api/v1/calls", params={"source": "imported:sca"}).json()["calls"]
    assert seen["external_id"] == name, "they are found by their source"


def test_what_was_brought_stands_in_the_audit_log(either: Service, tmp_path: Path, name: str) -> None:
    brought(either, tmp_path, name, THEIRS)
    brought(either, tmp_path, name, THEIRS)

    call = call_named(either, name)["id"]
    entries = [entry for entry in either.audit() if entry["object"] == f"call:{call}"]
    assert [entry["action"] for entry in entries].count("import") == 1
