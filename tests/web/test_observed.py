"""What rules at `observe` find is for QA alone: the agent meets it nowhere, reviewers everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import UserRole
from qa_service.stores.tables import calls, findings
from tests.web.rules import Rules, book, table
from tests.web.samples import transcript
from tests.web.service import Service

#: The first sentence is only observed, the third one costs points.
SAID = ("您好，请稍等哈。", "好的，谢谢。", "这款是保本的。", "我再想想。")


@dataclass
class Observed:
    """A call with a finding that costs points and one that is only observed, and who reads it."""

    service: Service
    team: str

    @property
    def agent_id(self) -> str:
        return f"7001-{self.team}"

    @cached_property
    def call(self) -> str:
        rules = Rules(self.service, self.team)
        observed = (
            "  - id: wait\n    title: 叫人等\n    stage: observe\n    severity: critical\n    alert: true\n"
            "    when: {phrases: [稍等哈], role: agent}\n    examples: {match: [请稍等哈], no_match: [您好]}\n"
        )
        rules.publish(book(rules.name).replace("critical", "minor") + observed, rules.name)
        rules.route(table(f"{{id: mine, when: {{line: {self.team}}}, rulebooks: [{rules.name}]}}"))
        sent = self.qa.post(
            f"/api/v1/calls/transcripts?team={self.team}",
            json=transcript(self.agent_id, SAID, line=self.team),
        )
        self.service.work_on(sent.json()["job_id"])
        rules.route("schema: qa-service/routing@1\n")
        return str(sent.json()["call_id"])

    @cached_property
    def qa(self) -> httpx.Client:
        return self.service.everything()

    @cached_property
    def agent(self) -> httpx.Client:
        name = f"agent.{self.team}"
        self.service.user(name, UserRole.AGENT, agent_id=self.agent_id)
        return self.service.client(session=self.service.session(name))


@pytest.fixture
def observed(either: Service, team: str) -> Observed:
    return Observed(either, team)


def read(client: httpx.Client, address: str, **query: Any) -> Any:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rules_in(document: dict[str, Any]) -> set[str]:
    return {one["rule"].partition("/")[2] for one in document["findings"]}


def test_the_agent_meets_nothing_that_is_only_observed(observed: Observed) -> None:
    call, agent, qa = f"/api/v1/calls/{observed.call}", observed.agent, observed.qa

    told, whole = (read(one, f"{call}/assessment") for one in (agent, qa))

    assert (rules_in(told), rules_in(whole)) == ({"promise"}, {"promise", "wait"})
    assert "稍等哈" not in str([told[part] for part in ("findings", "tags", "moments", "coaching")])
    assert told["evaluation"] == whole["evaluation"]
    for page in (f"{call}/report.html", f"/calls/{observed.call}"):
        assert ("叫人等" in agent.get(page).text, "叫人等" in qa.get(page).text) == (False, True)


def test_lists_and_counts_are_those_of_what_is_told(observed: Observed) -> None:
    address = f"/api/v1/calls/{observed.call}"

    told, whole = (read(one, address) for one in (observed.agent, observed.qa))

    assert [(row["findings"], row["worst"]) for row in (told, whole)] == [(1, "minor"), (2, "critical")]
    (listed,) = read(observed.agent, "/api/v1/calls")["calls"]
    assert (listed["findings"], listed["worst"]) == (1, "minor")
    for client, rules in ((observed.agent, {"promise"}), (observed.qa, {"promise", "wait"})):
        assert rules_in(read(client, "/api/v1/findings", call_id=observed.call)) == rules
    assert read(observed.agent, "/api/v1/findings", stage="observe")["findings"] == []


def test_no_alert_and_no_review_of_it_reaches_the_agent(observed: Observed) -> None:
    found = {
        one["rule"].partition("/")[2]: one
        for one in read(observed.qa, "/api/v1/findings", call_id=observed.call)["findings"]
    }
    observed.service.user(f"lead.{observed.team}", UserRole.QA_LEAD)
    lead = observed.service.client(session=observed.service.session(f"lead.{observed.team}"))
    for rule in ("promise", "wait"):
        address = f"/api/v1/calls/{observed.call}/findings/{found[rule]['id']}/reviews"
        given = lead.post(address, json={"verdict": "confirmed"})
        assert given.status_code == 200, given.text

    said = [read(one, f"/api/v1/calls/{observed.call}/reviews")["reviews"] for one in (observed.agent, lead)]

    assert [len(one) for one in said] == [1, 2]
    assert read(observed.qa, "/api/v1/alerts", call_id=observed.call)["alerts"] == []


def test_what_waits_is_what_the_agent_is_told_of(observed: Observed) -> None:
    seen = sa.and_(findings.c.call_id == observed.call, findings.c.stage == "observe")
    with observed.service.shelves.engine.begin() as connection:
        connection.execute(
            findings.update().where(findings.c.call_id == observed.call).values(needs_human=False)
        )
        connection.execute(findings.update().where(seen).values(needs_human=True))
        connection.execute(calls.update().where(calls.c.id == observed.call).values(needs_human=1))

    listed = [
        len(read(one, "/api/v1/calls", needs_human=True, agent_id=observed.agent_id)["calls"])
        for one in (observed.agent, observed.qa)
    ]

    assert listed == [0, 1]
