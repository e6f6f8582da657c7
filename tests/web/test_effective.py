"""A rulebook judges calls of its days: the version in force when the call began, and none outside of them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from qa_service import bootstrap
from qa_service.cli.main import app
from tests.web.rules import book, table
from tests.web.test_routing import Desk, desk

__all__ = ["desk"]

SPRING, SUMMER = "2026-03-31T23:59:59+08:00", "2026-07-01T00:00:00+08:00"


def versions(desk: Desk, *said: str) -> str:
    """Publishes versions 1, 2 … with these days, and answers the name."""
    name = f"{desk.rules.name}-days"
    for number, days in enumerate(said, 1):
        source = book(name, number)
        desk.rules.publish(source.replace("title:", f"effective: {{{days}}}\ntitle:", 1), name)
    return name


def judged_by(desk: Desk, call_id: str) -> list[tuple[str, int]]:
    return [(row["rulebook_name"], row["rulebook_version"]) for row in desk.evaluations(call_id)]


@pytest.mark.parametrize(
    ("began", "version"),
    [
        pytest.param("2026-01-01T00:00:00+08:00", 1, id="the first day of the first"),
        pytest.param(SPRING, 1, id="the day before the second"),
        pytest.param(
            "2026-04-01T00:00:00+08:00", 2, id="the first day of the second, which is the newer one"
        ),
        pytest.param("2026-03-31T16:00:00Z", 2, id="the same moment, said in another zone"),
        pytest.param("2026-06-30T23:59:59+08:00", 2, id="the last day of the second"),
        pytest.param(SUMMER, 1, id="the second is over, the first is not"),
    ],
)
def test_the_version_of_the_day_judges(desk: Desk, began: str, version: int) -> None:
    name = versions(desk, "from: 2026-01-01", "from: 2026-04-01, to: 2026-06-30")
    desk.rules.route(table(desk.route(name)))

    call = desk.judged(started_at=began)

    assert judged_by(desk, call) == [(name, version)]
    assert desk.explain(call).json()["decision"]["not_in_force"] == []
    assert desk.anna.get("/api/v1/routing").json()["not_in_force"] == 0


def test_a_call_of_no_day_takes_the_default_and_is_counted(desk: Desk) -> None:
    name = versions(desk, "from: 2026-07-01")
    desk.rules.route(table(desk.route(name, retention="long")))

    call = desk.judged(started_at=SPRING)

    decision = desk.explain(call).json()["decision"]
    assert [one for one, _ in judged_by(desk, call)] == ["service-zh"]
    assert (decision["route"], decision["rulebooks"]) == ("mine", ["service-zh"])
    assert (decision["not_in_force"], decision["retention"]) == ([name], "long")
    assert desk.anna.get("/api/v1/routing").json()["not_in_force"] == 1
    assert "qa_routing_not_in_force 1.0" in desk.service.everything().get("/metrics").text


def test_what_else_the_route_names_judges(desk: Desk) -> None:
    name = versions(desk, "to: 2026-01-31")
    desk.rules.route(table(desk.route(name, "service-zh")))

    call = desk.judged(started_at=SPRING)

    assert [one for one, _ in judged_by(desk, call)] == ["service-zh"]
    assert desk.explain(call).json()["decision"]["not_in_force"] == [name]


def test_a_version_that_is_named_judges_its_days_alone(desk: Desk) -> None:
    name = versions(desk, "from: 2026-01-01", "from: 2026-07-01")
    desk.rules.route(table(desk.route(f"{name}@2")))

    early, late = desk.judged(started_at=SPRING), desk.judged(started_at=SUMMER)

    assert [one for one, _ in judged_by(desk, early)] == ["service-zh"]
    assert judged_by(desk, late) == [(name, 2)]


def test_where_the_default_is_not_in_force_either_the_installations_own_judges(desk: Desk) -> None:
    name = versions(desk, "from: 2026-07-01")
    desk.rules.route(table(default=name))

    call = desk.judged(started_at=SPRING)

    assert [one for one, _ in judged_by(desk, call)] == ["service-zh"]
    assert desk.explain(call).json()["decision"]["rulebooks"] == ["service-zh"]


@pytest.mark.parametrize(
    ("days", "judges"),
    [
        pytest.param("from: 2000-01-01", True, id="began long ago"),
        pytest.param("to: 2000-01-01", False, id="over long ago"),
    ],
)
def test_a_call_whose_time_nobody_said_is_of_the_day_it_came_in(desk: Desk, days: str, judges: bool) -> None:
    name = versions(desk, days)
    desk.rules.route(table(desk.route(name)))

    call = desk.judged()

    assert (judged_by(desk, call) == [(name, 1)]) is judges


def test_the_command_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = versions(desk, "from: 2026-07-01")
    desk.rules.route(table(desk.route(name)))
    call, _ = desk.call(started_at=SPRING)
    monkeypatch.setattr(bootstrap, "routing", lambda: desk.service.parts.routing)

    told = CliRunner().invoke(app, ["route", "--explain", call])
    as_json = CliRunner().invoke(app, ["route", "--explain", call, "--format", "json"])

    assert f"通话那天没有生效，不用来判：{name}" in told.stdout
    assert json.loads(as_json.stdout)["explanation"]["decision"]["not_in_force"] == [name]


def _day(desk: Desk, offset: int) -> str:
    """So many days from the service's today, as versions say it."""
    now = desk.service.clock().astimezone(ZoneInfo("Asia/Shanghai"))
    return (now + timedelta(days=offset)).date().isoformat()


@pytest.mark.parametrize(
    ("kept", "retired", "code"),
    [
        pytest.param(["to -10"], "from -9", 409, id="what is left is over"),
        pytest.param(["from 5"], "to 4", 409, id="what is left has not begun"),
        pytest.param(["to 5"], "from -5", 409, id="what is left ends, and nothing follows it"),
        pytest.param(["to 5", "from 7"], "", 409, id="one day between the others would be nobody's"),
        pytest.param(["", "from 5, to 9"], "from 20", 204, id="what never ends is left"),
        pytest.param(["to 5", "from 6"], "", 204, id="one follows the other without a day between"),
        pytest.param(["from -5"], "to -6", 204, id="it is over itself"),
        pytest.param(["from 5"], "to -1", 204, id="nothing judged today before either"),
    ],
)
def test_what_the_table_needs_on_any_day_from_now_on_stays(
    desk: Desk, kept: list[str], retired: str, code: int
) -> None:
    name, digests = f"{desk.rules.name}-days", []
    for number, said in enumerate((*kept, retired), 1):
        days = re.sub(r"(from|to) (-?\d+)", lambda m: f"{m[1]}: {_day(desk, int(m[2]))}", said)
        source = book(name, number)
        if days:
            source = source.replace("title:", f"effective: {{{days}}}\ntitle:", 1)
        digests.append(desk.rules.publish(source, name))
    desk.rules.route(table(desk.route(name)))

    answer = desk.anna.post(
        f"/api/v1/rulebooks/{name}/versions/{digests[-1]}/retire", json={"note": "不再用了"}
    )

    assert answer.status_code == code, answer.text
    assert code != 409 or answer.json()["error"] == "rulebook_in_use"


def test_it_is_said_of_which_day_nobody_would_judge(desk: Desk) -> None:
    name = f"{desk.rules.name}-days"
    desk.rules.publish(book(name).replace("title:", f"effective: {{to: {_day(desk, 5)}}}\ntitle:", 1), name)
    second = desk.rules.publish(book(name, 2), name)
    desk.rules.route(table(desk.route(name)))

    refused = desk.anna.post(f"/api/v1/rulebooks/{name}/versions/{second}/retire", json={"note": "不再用了"})

    assert _day(desk, 6) in refused.json()["detail"]


def test_a_version_that_is_named_is_missed_whatever_else_there_is(desk: Desk) -> None:
    name = f"{desk.rules.name}-days"
    digests = [desk.rules.publish(book(name, number), name) for number in (1, 2, 3)]
    desk.rules.route(table(desk.route(f"{name}@2")))
    path = f"/api/v1/rulebooks/{name}/versions"

    told = [desk.anna.post(f"{path}/{one}/retire", json={"note": "不再用了"}) for one in digests]

    assert [answer.status_code for answer in told] == [204, 409, 204]
