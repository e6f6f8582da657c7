"""Rulebooks through the API: written, tried, approved by somebody else, in force, out of use; on both databases."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import openpyxl
import pytest

from qa_service.core.approval import Examined
from qa_service.core.errors import UsageError
from qa_service.core.people import Right, UserRole
from tests.web.rules import APPROVER, AUTHOR, NOTE, Rules, book, digest
from tests.web.samples import SAID, transcript
from tests.web.service import Service

#: Nobody reads it by accident.
_SECRET = "13812345678"  # noqa: S105 - a telephone number that nobody has


@dataclass(frozen=True)
class Leads:
    """Two people who may write and publish, and the name of a rulebook of this test alone."""

    service: Service
    anna: httpx.Client
    bert: httpx.Client
    name: str

    def write(self, source: str = "", *, by: httpx.Client | None = None) -> httpx.Response:
        given = {"source": source or book(self.name)}
        return (by or self.anna).put(f"/api/v1/rulebooks/{self.name}/draft", json=given)

    def publish(self, source: str = "", *, by: httpx.Client | None = None, **more: object) -> httpx.Response:
        given = {"digest": digest(source or book(self.name)), "note": NOTE, **more}
        return (by or self.bert).post(f"/api/v1/rulebooks/{self.name}/draft/publish", json=given)

    def retire(self, kept: str) -> httpx.Response:
        return self.bert.post(f"/api/v1/rulebooks/{self.name}/versions/{kept}/retire", json={"note": NOTE})

    def test(self, **given: object) -> httpx.Response:
        return self.anna.post(f"/api/v1/rulebooks/{self.name}/draft/test", json=given)

    def audited(self, action: str) -> list[Mapping[str, Any]]:
        about = f"rulebook:{self.name}"
        return [row for row in self.service.audit() if (row["action"], row["object"]) == (action, about)]


@pytest.fixture
def leads(either: Service, team: str) -> Leads:
    def lead(name: str) -> httpx.Client:
        user = either.user(f"{name}.{team}", UserRole.QA_LEAD)
        return either.client(session=either.session(user.name))

    return Leads(either, lead("anna"), lead("bert"), team.replace("team-", "book-"))


def test_a_draft_is_published_by_somebody_else_and_judges_from_then_on(leads: Leads) -> None:
    written = leads.write().json()
    made = leads.publish()

    assert written["authors"] == [leads.anna.get("/api/v1/me").json()["id"]]
    assert made.status_code == 201, made.text
    assert (made.json()["version"], made.json()["origin"], made.json()["note"]) == (1, "published", NOTE)
    shelf = {row["name"]: row for row in leads.anna.get("/api/v1/rulebooks").json()["rulebooks"]}
    assert shelf[leads.name]["current"]["digest"] == made.json()["digest"]
    assert shelf[leads.name]["has_draft"] is False
    assert shelf["service-zh"]["current"]["origin"] == "shipped"
    (entry,) = leads.audited("rulebook_publish")
    assert NOTE in entry["detail"]


def test_a_draft_is_kept_although_it_may_not_be_what_was_meant_and_that_is_told(leads: Leads) -> None:
    sound, doubtful = book(leads.name), book(leads.name, phrases=("保本，稳赚",))

    kept, warned = leads.write(sound), leads.write(doubtful)

    assert kept.json()["warnings"] == []
    assert warned.status_code == 200
    (warning,) = warned.json()["warnings"]
    assert (warning["error"], "phrases" in warning["where"]) == ("rulebook_flow_comma", True)
    assert "「保本，稳赚」" in warning["detail"]
    assert leads.anna.get(f"/api/v1/rulebooks/{leads.name}/draft").json()["source"] == doubtful


def test_who_wrote_on_a_draft_does_not_approve_it(leads: Leads) -> None:
    leads.write(by=leads.anna)
    leads.write(book(leads.name, phrases=("稳赚",)), by=leads.bert)

    for source in (book(leads.name, phrases=("稳赚",)),):
        refused = [leads.publish(source, by=who) for who in (leads.anna, leads.bert)]

    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [(403, "own_draft")] * 2
    assert leads.audited("rulebook_publish") == []


def test_one_approves_what_one_has_read(leads: Leads) -> None:
    leads.write()
    leads.write(book(leads.name, phrases=("稳赚",)))

    changed = leads.publish(book(leads.name))
    gone = leads.bert.post(
        "/api/v1/rulebooks/nothing-here/draft/publish", json={"digest": "ab" * 32, "note": NOTE}
    )

    assert [(a.status_code, a.json()["error"]) for a in (changed, gone)] == [(409, "draft_changed")] * 2


def test_versions_never_change_and_go_up(leads: Leads) -> None:
    leads.write()
    first = leads.publish().json()
    same = book(leads.name, phrases=("稳赚",))
    leads.write(same)
    refused = leads.publish(same)
    second = book(leads.name, 2, phrases=("稳赚",))
    leads.write(second)
    leads.publish(second)

    versions = leads.anna.get(f"/api/v1/rulebooks/{leads.name}").json()["versions"]
    shown = leads.anna.get(f"/api/v1/rulebooks/{leads.name}/versions/{first['digest']}").json()

    assert (refused.status_code, refused.json()["error"]) == (409, "draft_version_used")
    assert [row["version"] for row in versions] == [2, 1]
    assert shown["texts"] == {leads.name: book(leads.name)}
    assert [rule["id"] for rule in shown["rules"]] == [f"{leads.name}/promise"]


def _failing(name: str, count: int = 1) -> str:
    """A rulebook of whose examples so many should match and do not, and one matches and should not."""
    missed = ", ".join(["这款有风险"] * count)
    good = "match: [这款是保本的]\n      no_match: [这款有风险]"
    return book(name).replace(good, f"match: [{missed}]\n      no_match: [这款保本]")


def test_a_draft_whose_examples_fail_is_not_published(leads: Leads) -> None:
    source = _failing(leads.name)
    leads.write(source)

    told = leads.publish(source)

    rule = f"{leads.name}/promise"
    assert (told.status_code, told.json()["error"]) == (409, "examples_failed")
    assert "2 条" in told.json()["detail"]
    assert [(one["error"], one["where"]) for one in told.json()["places"][1:]] == [
        ("example_missed", f"{leads.name}: {rule}.examples.match"),
        ("example_false_alarm", f"{leads.name}: {rule}.examples.no_match"),
    ]
    missed, alarmed = (one["detail"] for one in told.json()["places"][1:])
    assert "这款有风险" in missed
    assert "没有这些话" in missed
    assert "命中的是「保本」，把握 95%" in alarmed
    assert leads.anna.get(f"/api/v1/rulebooks/{leads.name}/draft").json()["digest"] == digest(source)
    assert leads.audited("rulebook_publish") == []


def test_a_trial_says_of_each_example_that_fails_why(leads: Leads) -> None:
    leads.write(_failing(leads.name))

    tried = leads.test().json()["examples"]

    assert [(one["matched"], one["must_match"]) for one in tried] == [(False, True), (True, False)]
    assert [line[:6] for one in tried for line in one["why"]] == ["没有这些话：", "命中的是「保"]


def test_of_many_failing_examples_some_are_told(leads: Leads) -> None:
    source = _failing(leads.name, count=60)
    leads.write(source)

    told = leads.publish(source).json()

    assert "61 条" in told["detail"]
    assert len(told["places"]) == 1 + 20


def test_it_is_published_all_the_same_for_a_reason_that_is_written_down(leads: Leads) -> None:
    source, why = _failing(leads.name), "例句来自旧话术，下周改"
    leads.write(source)

    blank = leads.publish(source, despite_examples="  ")
    own = leads.publish(source, by=leads.anna, despite_examples=why)
    made = leads.publish(source, despite_examples=why)

    assert (blank.status_code, blank.json()["error"]) == (422, "reason_empty")
    assert (own.status_code, own.json()["error"]) == (403, "own_draft")
    assert made.status_code == 201, made.text
    (entry,) = leads.audited("rulebook_publish")
    assert why in entry["detail"]
    assert '"examples_failed":"2"' in entry["detail"].replace(" ", "")


def test_examples_for_other_limits_than_the_book_sets_are_noted_and_stop_nothing(leads: Leads) -> None:
    limit = "{service-zh/long-silence: {settings: {silence.long: {limit: {2m: 3m}}}}}"
    source = book(leads.name) + f"include: [service-zh@1]\noverride: {limit}\n"
    leads.write(source)

    tried = leads.test().json()["examples"]
    made = leads.publish(source)

    noted = [(one["rule"], one["lines"][-1]) for one in tried if one["for_other_limits"]]
    assert noted == [("service-zh/long-silence", "[140.0-143.0] 坐席: 让您久等了")]
    assert made.status_code == 201, made.text
    (entry,) = leads.audited("rulebook_publish")
    assert '"for_other_limits":"service-zh/long-silence:1"' in entry["detail"].replace(" ", "")


def test_a_reason_where_all_examples_are_well_is_not_needed_nor_kept(leads: Leads) -> None:
    leads.write()

    made = leads.publish(despite_examples="以防万一")

    assert made.status_code == 201, made.text
    (entry,) = leads.audited("rulebook_publish")
    assert "以防万一" not in entry["detail"]


def test_what_was_tried_is_what_is_published(leads: Leads) -> None:
    """A rulebook that the draft includes went in force in between: its examples were not those that were tried."""
    leads.write()
    leads.publish()
    name = f"{leads.name}-more"
    source = book(name, include=f"{leads.name}@1")
    desk = leads.service.parts.rulebooks
    draft = desk.write(AUTHOR, name, source)
    tried = desk.read(AUTHOR, name)
    assert tried is not None

    with pytest.raises(UsageError) as refused:
        desk.publish(APPROVER, name, draft.digest, NOTE, examined=Examined("ab" * 32))
    made = desk.publish(APPROVER, name, draft.digest, NOTE, examined=Examined(tried.book.digest))

    assert refused.value.code == "draft_changed"
    assert made.digest == tried.book.digest


def test_a_note_is_needed(leads: Leads) -> None:
    leads.write()
    given = {"digest": digest(book(leads.name)), "note": ""}

    answer = leads.bert.post(f"/api/v1/rulebooks/{leads.name}/draft/publish", json=given)

    assert answer.status_code == 422


def test_all_mistakes_are_answered_at_once(leads: Leads) -> None:
    wrong = (
        book(leads.name)
        .replace("severity: critical", "severity: terrible")
        .replace("role: agent", "role: boss")
    )

    answer = leads.write(wrong)

    told = answer.json()
    assert answer.status_code == 422
    assert set(told) == {"error", "detail", "request_id", "places"}
    assert len(told["places"]) == 2
    assert told["places"][0]["error"] == told["error"]
    assert all(place["where"].startswith("draft: rules[0]") for place in told["places"])
    assert leads.anna.get(f"/api/v1/rulebooks/{leads.name}/draft").status_code == 404


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param("", "request_invalid", id="nothing"),
        pytest.param("- just a list", "rulebook_not_a_book", id="no rulebook"),
        pytest.param("a: [", "rulebook_yaml_content", id="no YAML"),
        pytest.param("a: 1\na: 2", "rulebook_key_twice", id="a key twice"),
        pytest.param(book("another-name"), "draft_other_name", id="another name than the address"),
        pytest.param("x" * 1_500_001, "request_invalid", id="too large"),
    ],
)
def test_what_is_no_rulebook_is_refused(leads: Leads, source: str, code: str) -> None:
    answer = leads.anna.put(f"/api/v1/rulebooks/{leads.name}/draft", json={"source": source})

    assert (answer.status_code, answer.json()["error"]) == (422, code)


def test_nobody_takes_the_name_of_a_pack(leads: Leads) -> None:
    answer = leads.anna.put("/api/v1/rulebooks/service-zh/draft", json={"source": book("service-zh", 9)})

    assert (answer.status_code, answer.json()["error"]) == (422, "draft_name_shipped")


@pytest.mark.parametrize("name", ["../etc", "A", "x" * 61, "a b", "%00"])
def test_odd_names_are_none(leads: Leads, name: str) -> None:
    assert leads.anna.get(f"/api/v1/rulebooks/{name}/draft").status_code in {404, 422}


def test_a_book_may_include_a_pack_and_one_of_the_centres_own(leads: Leads) -> None:
    leads.write()
    leads.publish()
    name = f"{leads.name}-more"
    source = book(name, include=f"service-zh@1, {leads.name}@1")
    given = {"digest": digest(source), "note": NOTE}
    leads.anna.put(f"/api/v1/rulebooks/{name}/draft", json={"source": source})

    made = leads.bert.post(f"/api/v1/rulebooks/{name}/draft/publish", json=given).json()
    shown = leads.anna.get(f"/api/v1/rulebooks/{name}/versions/{made['digest']}").json()

    assert list(shown["texts"]) == [name, "service-zh", "secrets-zh", "threats-zh", leads.name]
    assert {f"{leads.name}/promise", f"{name}/promise"} <= {rule["id"] for rule in shown["rules"]}


def test_a_draft_is_tried_on_its_examples_and_on_a_pasted_transcript(leads: Leads) -> None:
    leads.write()

    told = leads.test(transcript=transcript()).json()

    assert [(row["must_match"], row["matched"]) for row in told["examples"]] == [(True, True), (False, False)]
    (call,) = told["calls"]
    assert (call["call_id"], call["listed_score"], call["status"]) == ("", None, "scored")
    assert [(row["rule"], row["quotes"]) for row in call["findings"]] == [(f"{leads.name}/promise", ["保本"])]


def test_a_draft_is_tried_on_stored_calls_and_nothing_is_kept(leads: Leads, team: str) -> None:
    service, source = leads.service, book(leads.name, phrases=("没有任何风险", f"'{_SECRET}'"))
    call_id, before = _judged(service, team, (*SAID, f"您打{_SECRET}。"))
    leads.write(source)

    told = leads.test(calls=[call_id]).json()["calls"][0]

    assert (told["call_id"], told["listed_score"]) == (call_id, before["score"])
    assert {row["rule"] for row in told["findings"]} == {f"{leads.name}/promise"}
    assert _SECRET not in str(told)
    after = service.everything().get(f"/api/v1/calls/{call_id}").json()
    kept = service.everything().get(f"/api/v1/calls/{call_id}/evaluations").json()["evaluations"]
    assert (after, len(kept)) == (before, 1)
    read = [row for row in service.audit() if row["object"] == f"call:{call_id}" and row["action"] == "read"]
    assert any(leads.name in row["detail"] for row in read)


def test_calls_that_one_does_not_see_are_not_there_to_try_on(leads: Leads, team: str) -> None:
    call_id, _ = _judged(leads.service, team, SAID)
    waits = (
        leads.service.everything()
        .post("/api/v1/calls", files={"recording": b"RIFF\xff"}, data={"team": team})
        .json()["call_id"]
    )
    leads.write()
    blind = leads.service.client(secret=leads.service.key(Right.WRITE_RULEBOOKS))
    elsewhere = leads.service.client(
        secret=leads.service.key(Right.WRITE_RULEBOOKS, Right.SEE_CALLS, team="elsewhere")
    )
    path = f"/api/v1/rulebooks/{leads.name}/draft/test"

    assert blind.post(path, json={"calls": [call_id]}).status_code == 403
    assert blind.post(path, json={}).status_code == 200
    assert elsewhere.post(path, json={"calls": [call_id]}).status_code == 404
    assert leads.test(calls=[waits]).json()["error"] == "not_measured_yet"


def test_what_is_out_of_use_stays_explainable(leads: Leads) -> None:
    leads.write()
    made = leads.publish().json()

    retired = leads.retire(made["digest"])

    assert retired.status_code == 204
    assert (leads.retire(made["digest"]).status_code, leads.retire("ab" * 32).status_code) == (409, 404)
    path = f"/api/v1/rulebooks/{leads.name}/versions/{made['digest']}"
    assert leads.anna.get(path).json()["version"]["retired_at"] is not None
    assert len(leads.audited("rulebook_retire")) == 1


def test_what_the_routing_table_names_stays_in_use(leads: Leads) -> None:
    rules = Rules(leads.service, leads.name)
    leads.write()
    made = leads.publish().json()
    rules.route(f"schema: qa-service/routing@1\ndefault: {{rulebooks: [{leads.name}]}}\n")

    refused = leads.retire(made["digest"])
    rules.route("schema: qa-service/routing@1\n")

    assert (refused.status_code, refused.json()["error"]) == (409, "rulebook_in_use")
    assert leads.retire(made["digest"]).status_code == 204


def _judged(service: Service, team: str, said: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    client = service.everything()
    answer = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(said=said)).json()
    service.work_on(answer["job_id"])
    return answer["call_id"], client.get(f"/api/v1/calls/{answer['call_id']}").json()


def test_a_program_does_not_publish_what_who_approved_its_key_has_written(leads: Leads, team: str) -> None:
    root = leads.service.user(f"root.{team}", UserRole.ADMIN)
    admin = leads.service.client(session=leads.service.session(root.name))
    key = admin.post("/api/v1/keys", json={"name": "发布", "scopes": ["rulebooks:publish"]}).json()
    assert leads.anna.post(f"/api/v1/keys/{key['id']}/approve").status_code == 204
    leads.write()

    refused = leads.publish(by=leads.service.client(secret=key["secret"]))

    assert (refused.status_code, refused.json()["error"]) == (403, "own_draft")
    assert leads.publish().status_code == 201


def _answering(name: str, version: int = 1) -> str:
    """A rulebook that names a table of standard answers."""
    rule = "\n  - {id: answered, title: 标准答案, when: {answers: refunds}}\n"
    return book(name, version).replace("rules:\n", f"answers: {{refunds: 退款.xlsx}}\nrules:{rule}", 1)


def test_a_table_of_standard_answers_is_published_and_kept_with_the_book_that_names_it(leads: Leads) -> None:
    written_book, held = openpyxl.Workbook(), io.BytesIO()
    sheet = written_book.worksheets[0]
    sheet.append(["编号", "标准问题", "必须说到"])
    sheet.append(["A01", "退款什么时候到账", "3到5个工作日"])
    written_book.save(held)
    tables = {"退款.xlsx": base64.b64encode(held.getvalue()).decode()}
    draft = f"/api/v1/rulebooks/{leads.name}/draft"

    without = leads.anna.put(draft, json={"source": _answering(leads.name)})
    written = leads.anna.put(draft, json={"source": _answering(leads.name), "tables": tables})
    again = leads.anna.put(draft, json={"source": _answering(leads.name)})
    told = {"digest": again.json()["digest"], "note": NOTE}
    made = leads.bert.post(f"{draft}/publish", json=told)
    newer = leads.anna.put(draft, json={"source": _answering(leads.name, 2)})

    assert (without.status_code, without.json()["places"][0]["error"]) == (422, "rulebook_answers_missing")
    assert written.status_code == again.status_code == newer.status_code == 200, newer.text
    assert made.status_code == 201, made.text
    shown = leads.anna.get(f"/api/v1/rulebooks/{leads.name}/versions/{made.json()['digest']}").json()
    assert shown["texts"][f"{leads.name}/退款.xlsx"] == (
        "编号,标准问题,必须说到\nA01,退款什么时候到账,3到5个工作日\n"
    )


def test_a_published_version_stays_to_be_included_when_a_newer_one_is_there(leads: Leads) -> None:
    for version, word in ((1, "保本"), (2, "稳赚")):
        source = book(leads.name, version, phrases=(word,))
        leads.write(source)
        leads.publish(source)
    line = replace(leads, name=f"{leads.name}-line")
    head = f"schema: qa-service/rulebook@1\nname: {line.name}\nversion: 1\ntitle: 专线\n"

    found = {}
    for include in (f"{leads.name}@1", f"{leads.name}@2", leads.name):
        assert line.write(f"{head}include: [{include}]\n").status_code == 200
        bundle = leads.service.parts.rulebooks.read(AUTHOR, line.name)
        assert bundle is not None
        (one,) = bundle.includes
        kept = leads.service.parts.rulebooks.version(AUTHOR, leads.name, one.digest)
        found[include] = (one.version, "稳赚" in bundle.canonical, kept is not None)

    assert list(found.values()) == [(1, False, True), (2, True, True), (2, True, True)]


def test_what_includes_an_older_version_is_read_again_as_it_was(leads: Leads) -> None:
    for version, word in ((1, "保本"), (2, "稳赚")):
        source = book(leads.name, version, phrases=(word,))
        leads.write(source)
        leads.publish(source)
    line = replace(leads, name=f"{leads.name}-line")
    source = f"schema: qa-service/rulebook@1\nname: {line.name}\nversion: 1\ntitle: 专线\ninclude: [{leads.name}@1]\n"
    line.write(source)

    made = line.publish(source).json()

    kept = leads.service.parts.rulebooks.version(AUTHOR, line.name, made["digest"])
    assert kept is not None
    assert ("保本" in kept[1].canonical, "稳赚" in kept[1].canonical) == (True, False)
