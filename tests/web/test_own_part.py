"""A call that was transferred: each agent reads their own part of it, and nothing of the colleague's, anywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import jsonschema
import pytest

from qa_service.core.people import UserRole
from qa_service.exports.schema import schema
from tests.web.samples import transcript
from tests.web.service import Service

#: The first agent's part, and the second one's; what each of them must not read of the other.
FIRST = ("您好，很高兴为您服务。", "我想问一下理财的事。", "好的，我帮您转接理财专员。", "行，谢谢。")
SECOND = (
    "您好，这款产品保本的，没有任何风险。",
    "那收益有多少呢？",
    "肯定有百分之八，绝对不会亏。",
    "我再想想。",
)
RIGHTS = ("calls:read", "calls:upload")


@dataclass
class Transferred:
    """The call, and those who read it."""

    service: Service
    team: str

    @property
    def agents(self) -> tuple[str, str]:
        return f"5023-{self.team}", f"6108-{self.team}"

    @cached_property
    def call(self) -> str:
        parts = [(0, 16_000), (16_000, 40_000)]
        people = [
            {"id": f"agent-{n}", "kind": "agent", "agent_id": agent, "from_ms": since, "to_ms": until}
            for n, (agent, (since, until)) in enumerate(zip(self.agents, parts, strict=True))
        ]
        handed = [{"kind": "transfer", "at_ms": 16_000, "by": "agent-0"}]
        words = transcript("", (*FIRST, *SECOND), participants=people, events=handed)
        made = self.everything.post(f"/api/v1/calls/transcripts?team={self.team}", json=words)
        assert made.status_code == 202, made.text
        self.service.work_on(made.json()["job_id"])
        return str(made.json()["call_id"])

    @cached_property
    def everything(self) -> httpx.Client:
        return self.service.everything()

    def agent(self, which: int) -> httpx.Client:
        name = f"agent{which}.{self.team}"
        self.service.user(name, UserRole.AGENT, agent_id=self.agents[which])
        return self.service.client(session=self.service.session(name))

    def whole(self) -> dict[str, Any]:
        found: dict[str, Any] = self.everything.get(f"/api/v1/calls/{self.call}/assessment").json()
        return found


@pytest.fixture
def transferred(either: Service, team: str) -> Transferred:
    return Transferred(either, team)


def read(client: httpx.Client, address: str, **query: str) -> Any:
    answer = client.get(f"/api/v1/{address}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_document_has_the_own_part_alone(transferred: Transferred) -> None:
    whole = transferred.whole()
    for which, (own, others) in enumerate(((FIRST, SECOND), (SECOND, FIRST))):
        document = read(transferred.agent(which), f"calls/{transferred.call}/assessment")
        agent, text = transferred.agents[which], json.dumps(document, ensure_ascii=False)

        jsonschema.validate(document, schema())
        assert [said["text"] for said in document["utterances"]] == list(own)
        assert not [line for line in others if line in text]
        assert transferred.agents[1 - which] not in text
        assert {leg["agent_id"] for leg in document["call"]["legs"]} == {agent}
        for part in ("findings", "evaluations"):
            expected = [one for one in whole[part] if one["agent_id"] == agent]
            assert [one["agent_id"] for one in document[part]] == [agent] * len(expected)
        known = {one["id"] for one in document["findings"]}
        assert {one for moment in document["moments"] for one in moment["findings"]} <= known
        assert {note["finding"] for note in document["coaching"]} <= known
        assert document["evaluation"] == document["evaluations"][-1]


def test_the_colleague_has_something_to_hide(transferred: Transferred) -> None:
    """Or the others show nothing."""
    whole, (first, second) = transferred.whole(), transferred.agents
    found = [finding["agent_id"] for finding in whole["findings"] if finding["severity"] != "info"]

    assert second in found
    assert first not in {
        one["agent_id"] for one in whole["findings"] if "保本" in json.dumps(one, ensure_ascii=False)
    }
    assert any(note for note in whole["coaching"])


def test_findings_are_those_of_the_own_part(transferred: Transferred) -> None:
    whole = {one["id"]: one["agent_id"] for one in transferred.whole()["findings"]}

    lists = [read(transferred.agent(n), "findings", call_id=transferred.call)["findings"] for n in (0, 1)]
    everything = read(transferred.everything, "findings", call_id=transferred.call)["findings"]

    for agent, listed in zip(transferred.agents, lists, strict=True):
        assert {one["id"] for one in listed} == {one for one, whose in whole.items() if whose == agent}
    assert {one["id"] for one in everything} == set(whole)


def test_findings_of_an_agent_are_those_of_their_part_whoever_asks(transferred: Transferred) -> None:
    whole = {one["id"]: one["agent_id"] for one in transferred.whole()["findings"]}
    everything = read(transferred.everything, "findings", call_id=transferred.call)["findings"]

    assert {one["id"]: one["agent_id"] for one in everything} == whole
    for agent in transferred.agents:
        listed = read(transferred.everything, "findings", call_id=transferred.call, agent_id=agent)[
            "findings"
        ]
        assert {one["id"] for one in listed} == {one for one, whose in whole.items() if whose == agent}
        assert {one["agent_id"] for one in listed} <= {agent}
    nobody = read(transferred.everything, "findings", call_id=transferred.call, agent_id="5024")["findings"]
    assert nobody == []


def test_lists_show_the_own_score_and_counts(transferred: Transferred) -> None:
    whole = transferred.whole()
    for which, agent in enumerate(transferred.agents):
        client = transferred.agent(which)
        (listed,) = read(client, "calls")["calls"]
        one = read(client, f"calls/{transferred.call}")
        (row,) = read(client, f"calls/{transferred.call}/evaluations")["evaluations"]
        (score,) = [told["score"] for told in whole["evaluations"] if told["agent_id"] == agent]
        found = [finding for finding in whole["findings"] if finding["agent_id"] == agent]

        assert listed == one
        assert (listed["score"], row["score"]) == (score, score)
        assert (listed["findings"], listed["needs_human"]) == (
            len(found),
            sum(finding["needs_human"] for finding in found),
        )


def test_nobody_asks_for_the_colleagues_part(transferred: Transferred) -> None:
    whole = transferred.whole()
    for which, agent in enumerate(transferred.agents):
        client = transferred.agent(which)
        waits = any(one["needs_human"] for one in whole["findings"] if one["agent_id"] == agent)

        assert len(read(client, "calls", needs_human="true")["calls"]) == waits
        (score,) = [told["score"] for told in whole["evaluations"] if told["agent_id"] == agent]
        assert len(read(client, "calls", below="100")["calls"]) == (score < 100)
        assert read(client, "calls", below=str(score))["calls"] == []


def test_a_call_is_as_good_as_its_worst_part_whoever_ended_it(transferred: Transferred) -> None:
    parts = [one["score"] for one in transferred.whole()["evaluations"]]

    listed = read(transferred.everything, f"calls/{transferred.call}")
    (row,) = read(transferred.everything, f"calls/{transferred.call}/evaluations")["evaluations"]
    below = read(transferred.everything, "calls", below=str(min(parts) + 0.1))["calls"]

    assert min(parts) < max(parts)
    assert (listed["score"], listed["passed"]) == (row["score"], row["passed"]) == (min(parts), False)
    assert transferred.call in {one["id"] for one in below}


def test_figures_of_agents_are_of_their_own_parts(transferred: Transferred) -> None:
    parts = {one["agent_id"]: one["score"] for one in transferred.whole()["evaluations"]}

    told = read(transferred.everything, "figures/agents")["agents"]

    means = {row["agent_id"]: row["mean_score"] for row in told if row["agent_id"] in parts}
    assert means == parts


def test_what_waits_is_booked_to_whose_part_it_is_in(transferred: Transferred) -> None:
    whole = transferred.whole()
    waiting = {one["agent_id"] for one in whole["findings"] if one["needs_human"]}

    told = read(transferred.everything, "figures/agents")["agents"]

    figures = {row["agent_id"]: row["needs_human"] for row in told if row["agent_id"] in transferred.agents}
    assert figures == {agent: int(agent in waiting) for agent in transferred.agents}


def test_a_call_of_one_agent_is_theirs_as_a_whole(either: Service, team: str) -> None:
    kept = Transferred(either, team)
    words = transcript(kept.agents[0], SECOND)
    made = kept.everything.post(f"/api/v1/calls/transcripts?team={team}", json=words).json()
    either.work_on(made["job_id"])
    address = f"calls/{made['call_id']}"

    agent = kept.agent(0)

    assert read(agent, f"{address}/assessment") == read(kept.everything, f"{address}/assessment")
    assert read(agent, address) == read(kept.everything, address)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("转接理财专员", (True, False), id="said in the first part"),
        pytest.param("百分之八", (False, True), id="said in the second part"),
        pytest.param("收益", (False, True), id="said by the customer, in the second part"),
        pytest.param("您好", (True, True), id="said in both"),
        pytest.param("理财", (True, False), id="not in the second part, whatever the specialist is called"),
        pytest.param("您好 保本", (False, True), id="both words in the second part"),
        pytest.param("转接 保本", (False, False), id="a word of each part: of nobody's alone"),
        pytest.param("从来没有说过", (False, False), id="said nowhere"),
    ],
)
def test_words_are_looked_for_in_the_own_part(
    transferred: Transferred, text: str, found: tuple[bool, bool]
) -> None:
    call, lead = transferred.call, transferred.everything

    seen = [
        {row["id"] for row in read(transferred.agent(which), "calls", text=text)["calls"]} for which in (0, 1)
    ]

    assert tuple(call in ids for ids in seen) == found
    whole = read(lead, "calls", text=text, agent_id=transferred.agents[0])["calls"]
    assert (call in {row["id"] for row in whole}) == (text != "从来没有说过"), (
        "who sees all looks through all"
    )


def test_an_own_call_is_found_by_everything_in_it(transferred: Transferred) -> None:
    """Nobody else has a part in it."""
    agent, name = transferred.agents[0], "保本"
    made = transferred.everything.post(
        f"/api/v1/calls/transcripts?team={transferred.team}", json=transcript(agent)
    ).json()
    transferred.service.work_on(made["job_id"])

    (row,) = read(transferred.agent(0), "calls", text=name)["calls"]

    assert row["id"] == made["call_id"] != transferred.call
