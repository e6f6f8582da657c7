"""Rules about a customer's earlier calls, through the service: judged, re-judged, tried, and seen by another team."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from qa_service.core.people import Right
from tests.web.rules import Rules, book, table
from tests.web.samples import transcript
from tests.web.service import Service

LINES = ("您好，这款产品您再等等吧。", "好的，谢谢。")


def asking(name: str) -> str:
    """A book whose one rule asks for the third call of a week."""
    when = "when: {contacts: {within: 7d, at_least: 3}}"
    return book(name).replace("when: {phrases: [保本], role: agent}", when)


def comparing(name: str) -> str:
    """A book whose one rule asks whether the customer was told something else before."""
    when = "when: {answers_differ: {within: 7d}}"
    return book(name).replace("when: {phrases: [保本], role: agent}", when)


class Centre:
    """A team whose line is judged by such a book."""

    def __init__(self, service: Service, team: str, written: Callable[[str], str] = asking) -> None:
        self.service, self.team, self.made = service, team, Rules(service, team)
        self.client = service.everything()
        self.made.publish(written(self.made.name), self.made.name)
        self.made.route(table(f"{{id: own, when: {{line: {team}}}, rulebooks: [{self.made.name}]}}"))

    def judged(self, day: int, team: str = "", said: tuple[str, ...] = LINES) -> str:
        token = "hmac-sha256:" + hashlib.sha256(self.team.encode()).hexdigest()[:32]
        began = f"2026-03-{day:02}T09:00:00+08:00"
        given = transcript(said=said, line=self.team, customer=token, started_at=began)
        sent = self.client.post(f"/api/v1/calls/transcripts?team={team or self.team}", json=given).json()
        self.service.work_on(sent["job_id"])
        return str(sent["call_id"])

    def document(self, call_id: str) -> dict[str, Any]:
        made: dict[str, Any] = self.client.get(f"/api/v1/calls/{call_id}/assessment").json()
        return made

    def answer(self, call_id: str) -> tuple[str, str]:
        (answer,) = self.document(call_id)["evaluation"]["answers"]
        return answer["answer"], answer["because"]["code"]


def test_the_third_call_of_a_week_is_found_and_says_what_was_known(service: Service, team: str) -> None:
    centre = Centre(service, team)
    centre.judged(1)
    first = centre.judged(10)
    centre.judged(12, f"{team}-south")
    third = centre.judged(14)

    document = centre.document(third)
    (finding,) = document["findings"]

    assert finding["because"]["values"] == {"days": 7, "count": 3}
    assert document["history"]["calls"] == 2
    assert document["history"]["since"] == "2026-03-07T09:00:00+08:00"
    assert first not in json.dumps({**document, "call": {}})
    assert centre.document(first)["history"]["calls"] == 0


def test_a_call_judged_again_is_answered_by_the_same_calls_and_by_those_that_came_late(
    service: Service, team: str
) -> None:
    centre = Centre(service, team)
    centre.judged(1)
    centre.judged(10)
    this = centre.judged(12)
    was = centre.answer(this)

    centre.judged(13)
    again = _judged_again(centre, this)
    centre.judged(11)
    late = _judged_again(centre, this)

    assert was == again
    assert was[1] != "undecided.no_store"
    assert late[0] == "not_met", "by then three of them are known"


def _judged_again(centre: Centre, call_id: str) -> tuple[str, str]:
    """As a person's word about the roles has it judged again."""
    swap = centre.client.post(f"/api/v1/calls/{call_id}/roles", json={"swap": True}).json()
    centre.service.work_on(swap["id"])
    return centre.answer(call_id)


def test_a_draft_is_tried_with_what_the_store_knows_and_its_examples_cannot_tell(
    service: Service, team: str
) -> None:
    centre = Centre(service, team)
    calls = [centre.judged(day) for day in (10, 11, 12)]
    source, name = asking(f"{centre.made.name}-try"), f"{centre.made.name}-try"
    lead = service.client(secret=service.key(Right.WRITE_RULEBOOKS, Right.SEE_CALLS, Right.SEE_RULEBOOKS))
    lead.put(f"/api/v1/rulebooks/{name}/draft", json={"source": source})

    told = lead.post(f"/api/v1/rulebooks/{name}/draft/test", json={"calls": calls[-1:]}).json()

    assert [row["undecided"] for row in told["examples"]] == ["undecided.no_store"] * 2
    assert [row["rule"] for row in told["calls"][0]["findings"]] == [f"{name}/promise"]


def asked_when(answer: str) -> tuple[str, ...]:
    """The agent and the customer take turns; the agent begins."""
    return ("您好，请讲。", "退款多久到账？", answer, "好的。")


def test_another_answer_to_the_same_question_is_found_within_the_team_and_names_no_call(
    service: Service, team: str
) -> None:
    centre = Centre(service, team, comparing)
    centre.judged(1, said=asked_when("一天。"))
    first = centre.judged(10, said=asked_when("三天。"))
    centre.judged(11, f"{team}-south", asked_when("二十天。"))
    same = centre.judged(12, said=asked_when("三天。"))
    other = centre.judged(13, said=asked_when("大概十天。"))

    document = centre.document(other)
    (finding,) = document["findings"]

    assert finding["because"]["code"] == "answers_differ.days"
    assert finding["because"]["values"] == {"date": "2026-03-12", "then": "3", "now": "10"}
    assert (finding["needs_human"], finding["evidence"][0]["quotes"][0]["text"]) == (True, "十天")
    assert (document["history"]["told"], document["history"]["untold"]) == (2, 0)
    assert not [name for name in (first, same) if name in json.dumps({**document, "call": {}})]
    assert centre.document(same)["findings"] == []


def test_where_an_earlier_call_was_not_judged_a_person_decides(service: Service, team: str) -> None:
    centre = Centre(service, team, comparing)
    centre.judged(1)
    gone = centre.judged(10, said=asked_when("三天。"))
    centre.client.delete(f"/api/v1/calls/{gone}?reason=客户要求")
    token = "hmac-sha256:" + hashlib.sha256(team.encode()).hexdigest()[:32]
    waiting = transcript(
        said=asked_when("三天。"), line=team, customer=token, started_at="2026-03-11T09:00:00+08:00"
    )
    centre.client.post(f"/api/v1/calls/transcripts?team={team}", json=waiting)

    this = centre.judged(12, said=asked_when("三天。"))

    assert centre.answer(this) == ("undecided", "undecided.answers_unread")
