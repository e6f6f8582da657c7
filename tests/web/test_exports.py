"""Exports: who may, what one sees, and nothing that stays behind."""

from __future__ import annotations

import csv
import io

import pytest

from qa_service.core.people import Right
from tests.web.house import House, error


@pytest.mark.parametrize(
    "form",
    [
        "calls.csv",
        "findings.csv",
        "calls.xlsx",
        "calls.parquet",
        "findings.parquet",
        "sca.json",
        "assessments.jsonl",
        "reports.zip",
    ],
)
def test_every_form_can_be_had_and_nothing_stays_behind(house: House, form: str) -> None:
    house.call()

    answer = house.client.get(f"/api/v1/exports/{form}", headers=house.key(Right.EXPORT))

    assert answer.status_code == 200
    assert f'filename="{form}"' in answer.headers["content-disposition"]
    assert list(house.parts.scratch.glob("*/")) == []


def test_one_exports_what_one_sees(house: House) -> None:
    north = house.call(team="north").call_id
    house.call(team="south")

    answer = house.client.get("/api/v1/exports/calls.csv", headers=house.key(Right.EXPORT, team="north"))

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [north]


def test_a_form_that_nobody_knows_is_refused(house: House) -> None:
    answer = house.client.get("/api/v1/exports/calls.doc", headers=house.key(Right.EXPORT))

    assert (answer.status_code, error(answer)["error"]) == (422, "request_invalid")
