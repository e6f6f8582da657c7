"""Every route for everybody: the status is what docs/api.md says, and what one may not see is not there."""

from __future__ import annotations

import pytest

from qa_service.core.people import RIGHTS, Right, UserRole, caller_of
from tests.web.cast import LEAD_OF_TEAM, ROLES, Cast, Who, expected
from tests.web.rights import ROUTES, Of, Wants, documented
from tests.web.service import Service

STRANGERS = ("a disabled user", "a revoked key", "an expired key", "an expired session", "nobody")
PROGRAMS = ("a key with the right", "a key without the right", "a key of another team")
_WITH_OBJECT = [name for name, route in ROUTES.items() if route.of in {Of.CALL, Of.WORK}]


@pytest.fixture(scope="module")
def cast(sqlite_service: Service) -> Cast:
    made = Cast(sqlite_service, "matrix")
    made.everybody  # noqa: B018 - the clock goes on here, before anybody signs in
    return made


def who(cast: Cast, name: str, route: str) -> Who:
    wanted = ROUTES[route]
    programs = {
        PROGRAMS[0]: lambda: cast.key(wanted),
        PROGRAMS[1]: lambda: cast.other_key(wanted),
        PROGRAMS[2]: cast.foreign_key,
    }
    return programs[name]() if name in programs else cast.everybody[name]


def operations(service: Service) -> dict[str, dict[str, object]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in service.app.openapi()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_stands_in_the_table(service: Service) -> None:
    assert set(operations(service)) == set(ROUTES)


def test_the_document_says_what_the_program_does() -> None:
    assert {role: frozenset(cells) for role, cells in documented().items()} == dict(RIGHTS)


@pytest.mark.parametrize("route", ROUTES)
def test_the_description_names_the_right(service: Service, route: str) -> None:
    wanted, described = ROUTES[route].wants, operations(service)[route].get("security")

    scopes = [] if isinstance(wanted, Wants) else [wanted.value]
    assert described == (None if wanted is Wants.NOTHING else [{"key": scopes}, {"session": scopes}])


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", [*(role.value for role in ROLES), LEAD_OF_TEAM, *PROGRAMS, *STRANGERS])
def test_matrix(cast: Cast, route: str, name: str) -> None:
    asks = who(cast, name, route)
    if route.endswith(" /readyz"):
        cast.beat()

    answer = cast.ask(asks.client(), route, cast.own)

    assert answer.status_code == expected(route, asks), answer.text
    assert str(answer.status_code) in operations(cast.service)[route]["responses"]  # type: ignore[operator]
    if answer.status_code >= 400 and not route.startswith("HEAD"):
        told = answer.json()
        more = {"places"} if told["error"] == "calls_missing" else set()
        assert set(told) == {"error", "detail", "request_id"} | more


@pytest.mark.parametrize("whose", ["of_other_team", "of_colleague"])
@pytest.mark.parametrize("route", _WITH_OBJECT)
def test_what_one_may_not_see_is_not_there(cast: Cast, route: str, whose: str) -> None:
    """An agent has neither the calls of another team nor of a colleague; a reviewer has the colleague's."""
    asks = UserRole.AGENT if whose == "of_colleague" else UserRole.REVIEWER
    client = cast.everybody[asks.value].client()

    answer = cast.ask(client, route, getattr(cast, whose))
    method, _, path = route.partition(" ")
    nowhere = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"
    body = cast.request(route)
    filled = path.format(
        call_id=nowhere, job_id=nowhere, source_id=nowhere, hold_id=nowhere, finding_id="f", alert_id=nowhere
    )
    unknown = client.request(method, filled, **body)

    denied = ROUTES[route].wants not in documented()[asks]
    assert answer.status_code == unknown.status_code == (403 if denied else 404)
    if method != "HEAD":
        assert answer.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        pytest.param("agent", ["own"], id="an agent sees the own calls"),
        pytest.param("reviewer", ["own", "of_colleague"], id="a reviewer sees the team's"),
        pytest.param("supervisor", ["own", "of_colleague"], id="a supervisor sees the team's"),
        pytest.param("qa_lead", ["own", "of_colleague", "of_other_team"], id="a lead sees all"),
        pytest.param("a key of another team", ["of_other_team"], id="a program sees its team's"),
    ],
)
def test_lists_show_what_one_may_see(cast: Cast, name: str, sees: list[str]) -> None:
    kept = {whose: getattr(cast, whose) for whose in ("own", "of_colleague", "of_other_team")}
    client = who(cast, name, "GET /api/v1/calls").client()

    listed = {call["id"] for call in client.get("/api/v1/calls?limit=200").json()["calls"]}

    assert [whose for whose, call in kept.items() if call.text in listed] == sees
    assert [whose for whose, call in kept.items() if call.sound in listed] == sees


def test_lists_of_work_show_what_one_may_see(cast: Cast) -> None:
    own, foreign = cast.own, cast.of_other_team

    def listed(name: str) -> set[str]:
        client = who(cast, name, "GET /api/v1/jobs").client()
        return {job["id"] for job in client.get("/api/v1/jobs?limit=200").json()["jobs"]}

    assert own.text_job in listed("reviewer")
    assert foreign.text_job not in listed("reviewer")
    assert {own.text_job, foreign.text_job} <= listed("admin")


def test_an_admin_reads_and_hears_nothing(cast: Cast) -> None:
    client = cast.everybody["admin"].client()
    readable = [name for name in ROUTES if name.startswith("GET") and "/calls" in name]

    assert {cast.ask(client, name, cast.own).status_code for name in readable} == {403}
    assert "保本" not in client.get("/api/v1/jobs").text + client.get("/metrics").text


def test_a_lead_with_teams_sees_those_alone(cast: Cast) -> None:
    lead = cast.service.user(cast.fresh(), UserRole.QA_LEAD, teams=(cast.other_team,))
    client = cast.service.client(session=cast.service.session(lead.name))

    assert client.get(f"/api/v1/calls/{cast.own.text}").status_code == 404
    assert client.get(f"/api/v1/calls/{cast.of_other_team.text}").status_code == 200


def test_an_agent_who_was_named_as_nobody_sees_nothing(cast: Cast) -> None:
    """A user of the role agent without an id of an agent is refused; would one exist, it saw no call."""
    client = cast.everybody["admin"].client()
    given = {"name": cast.fresh(), "password": "一句自己的话一句自己的话", "role": "agent"}

    assert client.post("/api/v1/users", json=given).json()["error"] == "user_invalid"
    nameless = caller_of(cast.users[UserRole.AGENT].__class__("x", "x", UserRole.AGENT))
    assert (nameless.sight.everything, nameless.sight.teams, nameless.sight.agent_id) == (False, (), "")


@pytest.mark.parametrize(
    ("route", "body"),
    [
        pytest.param("/api/v1/users", {"name": "x.y", "password": "p" * 9, "id": "1"}, id="a user's id"),
        pytest.param("/api/v1/users", {"name": "x.y", "role": "admin", "rights": ["*"]}, id="rights"),
        pytest.param(
            "/api/v1/keys", {"name": "x", "scopes": ["calls:read"], "secret": "qa_1"}, id="a secret"
        ),
        pytest.param("/api/v1/keys", {"name": "x", "scopes": ["*"]}, id="every scope at once"),
        pytest.param("/api/v1/session", {"name": "x", "password": "p", "role": "admin"}, id="a role"),
    ],
)
def test_nobody_says_more_than_is_asked(cast: Cast, route: str, body: dict[str, object]) -> None:
    client = cast.everybody["admin"].client()

    assert client.post(route, json=body).status_code == 422


def test_one_uploads_for_teams_that_one_sees(cast: Cast) -> None:
    client = cast.everybody["reviewer"].client()

    refused = client.post("/api/v1/calls", files={"recording": b"x"}, data={"team": cast.other_team})
    own = client.post("/api/v1/calls", files={"recording": b"\xffx"}, data={"allow_duplicate": "true"}).json()

    assert (refused.status_code, refused.json()["error"]) == (403, "not_allowed")
    assert client.get(f"/api/v1/calls/{own['call_id']}").json()["team"] == cast.team


def test_open_text_wants_its_own_right_and_a_reason(cast: Cast) -> None:
    address = f"/api/v1/calls/{cast.own.text}/assessment?unmasked_because=投诉复核"

    answers = {role.value: cast.everybody[role.value].client().get(address).status_code for role in ROLES}

    may = {role.value for role in ROLES if Right.UNMASKED in documented()[role]}
    assert {name for name, status in answers.items() if status == 200} == may == {"qa_lead"}
    assert set(answers.values()) == {200, 403}
