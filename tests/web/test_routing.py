"""Routing through the API: drafts, dry runs, approval, explanations; and calls that are judged as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from qa_service.core.errors import RecordingError
from qa_service.core.people import Right, UserRole
from qa_service.ports.hearing import HearingProfile
from qa_service.usecases.analyze import Request
from qa_service.usecases.measure import Manners
from tests.web.rules import AUTHOR, NOTE, Rules, book, digest, table
from tests.web.samples import transcript
from tests.web.service import Service


@dataclass(frozen=True)
class Desk:
    """Two people who may write and publish, and calls on a line of this test alone."""

    service: Service
    anna: httpx.Client
    bert: httpx.Client
    team: str

    @property
    def rules(self) -> Rules:
        return Rules(self.service, self.team)

    @property
    def line(self) -> str:
        return f"line-{self.team}"

    def route(self, *rulebooks: str, **said: str) -> str:
        more = "".join(f", {name}: {value}" for name, value in said.items())
        return f"{{id: mine, when: {{line: {self.line}}}, rulebooks: [{', '.join(rulebooks)}]{more}}}"

    def write(self, source: str) -> httpx.Response:
        return self.anna.put("/api/v1/routing/draft", json={"source": source})

    def dry_run(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.anna.post("/api/v1/routing/draft/dry-run").json()
        return answer

    def publish(self, source: str, *, by: httpx.Client | None = None) -> httpx.Response:
        given = {"digest": digest(source), "note": NOTE}
        return (by or self.bert).post("/api/v1/routing/draft/publish", json=given)

    def call(self, **envelope: object) -> tuple[str, str]:
        given = transcript(**{"line": self.line, **envelope})  # type: ignore[arg-type]
        answer = self.anna.post(f"/api/v1/calls/transcripts?team={self.team}", json=given).json()
        return answer["call_id"], answer["job_id"]

    def judged(self, **envelope: object) -> str:
        call_id, job_id = self.call(**envelope)
        self.service.work_on(job_id)
        return call_id

    def evaluations(self, call_id: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.anna.get(f"/api/v1/calls/{call_id}/evaluations").json()[
            "evaluations"
        ]
        return rows

    def explain(self, call_id: str, **more: str) -> httpx.Response:
        return self.anna.get("/api/v1/routing/explain", params={"call_id": call_id, **more})


@dataclass
class Listening:
    """Ears that write down how they are told to listen, and understand nothing."""

    models: list[str] = field(default_factory=list)
    profiles: list[HearingProfile] = field(default_factory=list)

    def with_model(self, model: str) -> Any:
        self.models.append(model)
        return self

    def heard(self, request: Request, manners: Manners) -> Any:
        self.profiles.append(request.hearing)
        raise RecordingError("unreadable", problem="nothing was understood")


@pytest.fixture
def desk(either: Service, team: str) -> Iterator[Desk]:
    def lead(name: str) -> httpx.Client:
        user = either.user(f"{name}.{team}", UserRole.QA_LEAD)
        return either.client(session=either.session(user.name))

    made = Desk(either, lead("anna"), lead("bert"), team)
    either.parts.routing.drop(AUTHOR)
    yield made
    made.rules.route("schema: qa-service/routing@1\n")


def test_a_table_is_tried_then_published_by_somebody_else(desk: Desk) -> None:
    source = table(desk.route("service-zh", retention="long"))
    desk.write(source)

    untried = desk.publish(source)
    desk.dry_run()
    own = desk.publish(source, by=desk.anna)
    made = desk.publish(source)

    assert [(a.status_code, a.json()["error"]) for a in (untried, own)] == [
        (409, "routing_not_tried"),
        (403, "own_draft"),
    ]
    assert made.status_code == 201, made.text
    standing = desk.anna.get("/api/v1/routing").json()
    assert (standing["table"]["version"], standing["table"]["source"]) == (made.json()["version"], source)
    assert desk.anna.get("/api/v1/routing/draft").status_code == 404
    said = [row for row in desk.service.audit() if row["action"] == "routing_publish"][-1]
    assert (said["object"], NOTE in said["detail"]) == (f"routing:{made.json()['version']}", True)


def test_a_draft_that_changed_after_it_was_tried_is_tried_again(desk: Desk) -> None:
    desk.write(table(desk.route("service-zh")))
    desk.dry_run()
    changed = table(desk.route("service-zh", retention="short"))
    desk.write(changed)

    assert desk.publish(changed).json()["error"] == "routing_not_tried"


def test_a_trial_against_an_older_table_is_none(desk: Desk) -> None:
    """Somebody else's table came in force between the trial and the approval: other calls may move."""
    source = table(desk.route("service-zh"))
    desk.write(source)
    desk.dry_run()
    tried = desk.service.parts.routing.draft(AUTHOR)
    desk.rules.route(table())
    desk.write(source)

    assert tried is not None
    assert tried.tried
    assert desk.publish(source).json()["error"] == "routing_not_tried"


def test_the_dry_run_says_who_moves_from_where_to_where(desk: Desk) -> None:
    calls = {desk.call()[0] for _ in range(3)}
    desk.call(line="elsewhere")
    desk.write(table(desk.route("service-zh", retention="long")))

    told = desk.dry_run()

    (move,) = [move for move in told["moves"] if move["after"] == "mine"]
    assert (move["before"], move["calls"], set(move["examples"])) == ("", 3, calls)
    assert "retention" in move["changes"]
    assert told["stay"] + sum(one["calls"] for one in told["moves"]) == told["asked"] <= told["there_were"]
    assert told["unmatched_before"] - told["unmatched_after"] == 3


def test_who_is_bound_to_a_team_tries_a_table_on_its_calls_alone(desk: Desk) -> None:
    desk.call()
    desk.write(table(desk.route("service-zh")))
    stranger = desk.service.client(secret=desk.service.key(Right.WRITE_ROUTING, team="elsewhere"))

    told = stranger.post("/api/v1/routing/draft/dry-run").json()

    assert (told["there_were"], told["asked"], told["moves"]) == (0, 0, [])
    assert [move["calls"] for move in desk.dry_run()["moves"] if move["after"] == "mine"] == [1]


def test_calls_of_last_month_are_not_asked(desk: Desk) -> None:
    desk.call()
    desk.service.clock.forward(days=7, seconds=1)
    late = desk.service.client(secret=desk.service.key(Right.WRITE_ROUTING, Right.PUBLISH_ROUTING))
    late.put("/api/v1/routing/draft", json={"source": table(desk.route("service-zh"))})

    told = late.post("/api/v1/routing/draft/dry-run").json()

    assert [move for move in told["moves"] if move["after"] == "mine"] == []


def test_all_mistakes_are_answered_at_once(desk: Desk) -> None:
    wrong = table(desk.route("nothing-zh"), "{id: mine, when: {line: x}, profile: far}")

    answer = desk.write(wrong)

    assert answer.status_code == 422
    assert [place["where"] for place in answer.json()["places"]] == [
        "routes[1].id",
        "routes[0].rulebooks[0]",
        "routes[1].profile",
    ]
    assert desk.anna.get("/api/v1/routing/draft").status_code == 404


def test_several_rulebooks_judge_one_call_and_the_first_is_listed(desk: Desk) -> None:
    name = f"strict-{desk.team}"
    published = desk.rules.publish(book(name, phrases=("没有任何风险",)), name)
    version = desk.rules.route(table(desk.route(name, "service-zh", retention="long", alerts="night")))

    call_id = desk.judged()

    kept = desk.evaluations(call_id)
    assert [(row["rulebook_name"], row["is_current"], row["is_listed"]) for row in kept] == [
        (name, True, True),
        ("service-zh", True, False),
    ]
    assert {row["routing_version"] for row in kept} == {version}
    assert kept[0]["rulebook"] == published
    shown = desk.anna.get(f"/api/v1/calls/{call_id}").json()
    assert (shown["score"], shown["worst"]) == (kept[0]["score"], "critical") == (0.0, "critical")
    path = f"/api/v1/calls/{call_id}/assessment"
    assert desk.anna.get(path).json()["rulebook"]["name"] == name
    other = desk.anna.get(path, params={"rulebook": "service-zh"}).json()
    assert other["rulebook"]["name"] == "service-zh"
    assert desk.anna.get(path, params={"rulebook": "third-zh"}).status_code == 404


def test_a_new_version_judges_from_then_on_and_the_old_evaluation_stays_explainable(desk: Desk) -> None:
    name = f"grows-{desk.team}"
    first = desk.rules.publish(book(name), name)
    desk.rules.route(table(desk.route(name)))
    call_id = desk.judged()
    second = desk.rules.publish(book(name, 2, phrases=("没有任何风险",)), name)

    again = desk.anna.post(f"/api/v1/calls/{call_id}/roles", json={"swap": True}).json()
    desk.service.work_on(again["id"])

    kept = desk.evaluations(call_id)
    assert [(row["rulebook"], row["rulebook_version"], row["is_current"]) for row in kept] == [
        (second, 2, True),
        (first, 1, False),
    ]
    old = desk.anna.get(f"/api/v1/rulebooks/{name}/versions/{first}").json()
    assert old["texts"] == {name: book(name)}


def test_a_pinned_version_judges_although_there_is_a_newer_one(desk: Desk) -> None:
    name = f"pinned-{desk.team}"
    first = desk.rules.publish(book(name), name)
    desk.rules.publish(book(name, 2, phrases=("没有任何风险",)), name)
    desk.rules.route(table(desk.route(f"{name}@1")))

    assert [row["rulebook"] for row in desk.evaluations(desk.judged())] == [first]


@pytest.mark.parametrize(("jurisdiction", "answer"), [("CN", "not_met"), ("SG", "not_applicable")])
def test_rules_of_another_law_than_the_routes_are_not_asked(
    desk: Desk, jurisdiction: str, answer: str
) -> None:
    name = f"law-{desk.team}-{jurisdiction}".lower()
    source = book(name, phrases=("没有任何风险",)).replace("    when:", "    jurisdiction: [CN]\n    when:")
    desk.rules.publish(source, name)
    desk.rules.route(table(desk.route(name, jurisdiction=jurisdiction)))

    call_id = desk.judged()

    judged = desk.anna.get(f"/api/v1/calls/{call_id}/assessment").json()["evaluation"]
    assert [one["answer"] for one in judged["answers"]] == [answer]


def test_what_a_pack_judged_is_kept_with_its_texts(desk: Desk) -> None:
    desk.rules.route(table(desk.route("service-zh")))

    (kept,) = desk.evaluations(desk.judged())

    shown = desk.anna.get(f"/api/v1/rulebooks/service-zh/versions/{kept['rulebook']}").json()
    assert shown["version"]["created_at"] is not None
    assert "schema: qa-service/rulebook@1" in shown["texts"]["service-zh"]


def test_unmatched_calls_take_the_default_and_are_counted(desk: Desk) -> None:
    desk.rules.route(table(desk.route("service-zh")))
    desk.judged()
    lost = desk.judged(line="nobody-knows")
    metrics = desk.service.client(secret=desk.service.key(Right.SEE_METRICS))

    standing = desk.anna.get("/api/v1/routing").json()

    assert (standing["taken"], standing["unmatched"]) == ({"": 1, "mine": 1}, 1)
    assert "qa_routing_unmatched 1.0" in metrics.get("/metrics").text
    assert [row["rulebook_name"] for row in desk.evaluations(lost)] == ["service-zh"]


def test_the_explanation_goes_route_by_route(desk: Desk) -> None:
    first = "{id: vip, when: {line: '" + desk.line + "', metadata: {note: ['x']}}, retention: long}"
    version = desk.rules.route(table(first, desk.route("service-zh", jurisdiction="CN")))
    call_id, _ = desk.call(metadata={"note": "王先生 13812345678"})

    told = desk.explain(call_id)

    assert (told.json()["version"], told.json()["decision"]["route"]) == (version, "mine")
    assert told.json()["decision"]["jurisdiction"] == "CN"
    assert [(s["route"], s["holds"], s["is_chosen"]) for s in told.json()["steps"]] == [
        ("vip", False, False),
        ("mine", True, True),
    ]
    assert "13812345678" not in told.text


def test_where_no_table_names_a_rulebook_the_installations_own_is_told_by_name(desk: Desk) -> None:
    desk.rules.route("schema: qa-service/routing@1\n")
    call_id, _ = desk.call()

    assert desk.explain(call_id).json()["decision"]["rulebooks"] == ["service-zh"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("PBX 第 {} 通", 200, id="as the telephone system calls it"),
        pytest.param("PBX 第 {}", 404, id="a part of it"),
        pytest.param("", 422, id="nothing"),
        pytest.param("x" * 201, 422, id="longer than any"),
        pytest.param("a\x00", 422, id="with a NUL"),
    ],
)
def test_a_call_is_named_as_elsewhere_too(desk: Desk, name: str, status: int) -> None:
    call_id, _ = desk.call(call_id=f"PBX 第 {desk.team} 通")

    told = desk.explain(name.format(desk.team))

    assert told.status_code == status
    assert status != 200 or told.json()["call_id"] == call_id


def test_a_call_of_others_is_not_there_under_any_name(desk: Desk) -> None:
    desk.call(call_id=f"PBX-{desk.team}")
    key = desk.service.key(Right.SEE_ROUTING, team=f"{desk.team}-south")
    stranger = desk.service.client(secret=key)

    answer = stranger.get("/api/v1/routing/explain", params={"call_id": f"PBX-{desk.team}"})

    assert answer.status_code == 404


def test_the_draft_is_explained_too(desk: Desk) -> None:
    call_id, _ = desk.call()

    assert desk.explain(call_id, draft="true").status_code == 404
    desk.write(table(desk.route("service-zh")))
    assert desk.explain(call_id, draft="true").json()["decision"]["route"] == "mine"
    assert desk.explain(call_id).json()["decision"]["route"] == ""


def test_a_table_comes_out_as_it_went_in(desk: Desk) -> None:
    source = "# 夜班另行处理\n" + table(desk.route("service-zh"))
    version = desk.rules.route(source)

    assert desk.anna.get(f"/api/v1/routing/versions/{version}").json()["source"] == source
    assert desk.anna.get("/api/v1/routing/versions").json()["versions"][0]["version"] == version
    assert desk.anna.get(f"/api/v1/routing/versions/{version + 1_000}").status_code == 404


def test_recordings_are_heard_as_the_profile_says(desk: Desk) -> None:
    profile = "profiles: {far: {model: whisper-base, effort: fast, script: zh_TW, hot_words: [扫地机]}}\n"
    desk.rules.route(profile + table(desk.route("service-zh", profile="far")))
    meta = json.dumps({"line": desk.line})
    sent = desk.anna.post(
        "/api/v1/calls", files={"recording": b"RIFF\xff..."}, data={"meta": meta, "allow_duplicate": "true"}
    ).json()
    listening = Listening()

    replace(desk.service.processor(), analyst=listening.with_model).measure(sent["job_id"])

    assert listening.models == ["whisper-base"]
    assert listening.profiles == [HearingProfile("fast", "zh", "zh_TW", ("扫地机",))]


def test_a_call_that_cannot_be_heard_was_routed_all_the_same(desk: Desk) -> None:
    """Retention and counts know of it, although nothing judged it."""
    desk.rules.route(table(desk.route("service-zh")))
    sent = desk.anna.post(
        "/api/v1/calls",
        files={"recording": b"RIFF\xff..."},
        data={"meta": json.dumps({"line": desk.line}), "allow_duplicate": "true"},
    ).json()

    desk.service.work_on(sent["job_id"])

    assert desk.anna.get(f"/api/v1/calls/{sent['call_id']}").json()["state"] == "failed"
    assert desk.anna.get("/api/v1/routing").json()["taken"] == {"mine": 1}
