"""Who may do what: every route against every kind of caller, made from the API's own description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from qa_service.core.people import RIGHTS, Right, UserRole
from qa_service.web.app import ROUTERS
from tests.web.conftest import MACHINE, PASSWORD, House, error, later

#: Routes that want no right: everybody may ask (None), or everybody who is signed in (True).
OPEN = {
    ("GET", "/livez"): None,
    ("GET", "/readyz"): None,
    ("GET", "/startupz"): None,
    ("POST", "/api/v1/session"): None,
    ("DELETE", "/api/v1/session"): True,
    ("GET", "/api/v1/me"): True,
}
NOBODY_HAS = "00000000-0000-7000-8000-000000000000"


def routes(house: House) -> Iterator[tuple[str, str, Right | None]]:
    """Method, path and the right that each route of the API's description wants."""
    wanted = {
        (method, prefix + route.path): _right(route.dependant)
        for router, prefix in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    description = house.client.get("/api/v1/openapi.json").json()
    for path, methods in description["paths"].items():
        for method in methods:
            yield method.upper(), path, wanted[method.upper(), path]


def _right(dependant: Dependant) -> Right | None:
    return next((r for d in dependant.dependencies if (r := getattr(d.call, "right", None))), None)


def ask(house: House, method: str, path: str, headers: dict[str, str]) -> Any:
    filled = path.replace("{call_id}", NOBODY_HAS).replace("{job_id}", NOBODY_HAS)
    filled = (
        filled.replace("{form}", "calls.csv").replace("{user_id}", NOBODY_HAS).replace("{key_id}", NOBODY_HAS)
    )
    house.client.cookies.clear()
    return house.client.request(method, filled, headers=headers)


def test_every_route_says_which_right_it_wants_or_stands_in_the_list_of_open_ones(house: House) -> None:
    silent = {(method, path) for method, path, right in routes(house) if right is None}

    assert silent == set(OPEN)


@pytest.mark.parametrize("role", list(UserRole))
def test_a_role_may_what_its_rights_say_and_nothing_else(house: House, role: UserRole) -> None:
    house.user("somebody", role, teams=("north",), agent_id="8001" if role is UserRole.AGENT else "")
    headers = house.session("somebody")
    wrong = []
    for method, path, right in routes(house):
        if (method, path) in OPEN:
            continue
        answer = ask(house, method, path, headers)
        may = right in RIGHTS[role]
        if (answer.status_code == 403) is may or answer.status_code in {401, 500}:
            wrong.append((method, path, right, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("right", list(Right))
def test_a_key_may_what_its_scope_says_and_nothing_else(house: House, right: Right) -> None:
    headers = house.key(right)
    wrong = []
    for method, path, wanted in routes(house):
        if (method, path) not in OPEN:
            answer = ask(house, method, path, headers)
            if (answer.status_code == 403) is (wanted is right) or answer.status_code in {401, 500}:
                wrong.append((method, path, wanted, answer.status_code))

    assert wrong == []


def _nobody(house: House) -> dict[str, str]:
    return {}


def _made_up_key(house: House) -> dict[str, str]:
    return {"Authorization": "Bearer qa_made-up"}


def _revoked_key(house: House) -> dict[str, str]:
    headers = house.key(*Right)
    key_id = str(house.parts.accounts.keys(MACHINE)[0]["id"])
    house.parts.accounts.revoke_key(MACHINE, key_id)
    return headers


def _expired_session(house: House) -> dict[str, str]:
    house.user("late", UserRole.QA_LEAD)
    headers = house.session("late")
    later(house, hours=13)
    return headers


def _idle_session(house: House) -> dict[str, str]:
    house.user("idle", UserRole.QA_LEAD)
    headers = house.session("idle")
    later(house, minutes=61)
    return headers


def _disabled_user(house: House) -> dict[str, str]:
    user = house.user("gone", UserRole.QA_LEAD)
    headers = house.session("gone")
    house.parts.accounts.disable_user(MACHINE, user.id)
    return headers


def _signed_out(house: House) -> dict[str, str]:
    house.user("out", UserRole.QA_LEAD)
    headers = house.session("out")
    assert house.client.delete("/api/v1/session", headers=headers).status_code == 204
    return headers


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(_nobody, id="nobody"),
        pytest.param(_made_up_key, id="a made-up key"),
        pytest.param(_revoked_key, id="a revoked key"),
        pytest.param(_expired_session, id="a session of yesterday"),
        pytest.param(_idle_session, id="a session that nobody used for an hour"),
        pytest.param(_disabled_user, id="somebody who was shut out"),
        pytest.param(_signed_out, id="somebody who has signed out"),
    ],
)
def test_strangers_are_told_to_sign_in_on_every_route(
    house: House, who: Callable[[House], dict[str, str]]
) -> None:
    headers = who(house)
    wrong = []
    for method, path, _ in routes(house):
        if OPEN.get((method, path), True):
            answer = ask(house, method, path, headers)
            if answer.status_code != 401 or error(answer)["error"] != "not_signed_in":
                wrong.append((method, path, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize(
    "path", ["", "/assessment", "/evaluations", "/audio"], ids=["call", "assessment", "evaluations", "audio"]
)
@pytest.mark.parametrize(
    ("role", "agent_id", "sees"),
    [
        pytest.param(UserRole.AGENT, "8001", ["own"], id="an agent sees the own calls"),
        pytest.param(UserRole.REVIEWER, "", ["own", "team"], id="a reviewer sees the team's"),
        pytest.param(UserRole.SUPERVISOR, "", ["own", "team"], id="a supervisor sees the team's"),
        pytest.param(UserRole.QA_LEAD, "", ["own", "team"], id="a lead with a team sees that team's"),
    ],
)
def test_what_one_does_not_see_is_not_there(
    house: House, role: UserRole, agent_id: str, sees: list[str], path: str
) -> None:
    ids = {
        "own": house.call(team="north", agent="8001").call_id,
        "team": house.call(team="north", agent="8002").call_id,
        "foreign": house.call(team="south", agent="8003").call_id,
    }
    house.user("me", role, teams=("north",), agent_id=agent_id)
    headers = house.session("me")

    answers = {
        name: house.client.get(f"/api/v1/calls/{id_}{path}", headers=headers) for name, id_ in ids.items()
    }

    # Nothing is judged yet: an assessment is not there for anybody.
    seen = [name for name, answer in answers.items() if answer.status_code == 200]
    assert seen == ([] if path == "/assessment" else sees)
    assert all(error(a)["error"] == "not_found" for a in answers.values() if a.status_code != 200)


def test_lists_hold_what_one_sees(house: House) -> None:
    north, south = house.call(team="north").call_id, house.call(team="south").call_id
    both, one = house.key(Right.SEE_CALLS), house.key(Right.SEE_CALLS, team="north")

    def listed(headers: dict[str, str]) -> list[str]:
        return [call["id"] for call in house.client.get("/api/v1/calls", headers=headers).json()["calls"]]

    assert (listed(both), listed(one)) == ([south, north], [north])


def test_one_uploads_for_no_team_but_ones_own(house: House) -> None:
    headers = house.key(Right.UPLOAD, team="north")
    files = {"recording": ("a.wav", b"RIFF")}

    foreign = house.client.post("/api/v1/calls", headers=headers, files=files, data={"team": "south"})
    silent = house.client.post("/api/v1/calls", headers=headers, files=files)

    assert foreign.status_code == 403
    assert silent.status_code == 202
    assert (
        len(
            house.client.get("/api/v1/calls", headers=house.key(Right.SEE_CALLS, team="north")).json()[
                "calls"
            ]
        )
        == 1
    )


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(house: House) -> None:
    house.user("known", UserRole.REVIEWER)

    answers = [
        house.client.post("/api/v1/session", json={"name": name, "password": password})
        for name, password in (("known", "wrong password"), ("unknown", PASSWORD))
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({error(answer)["detail"] for answer in answers}) == 1


def test_who_tries_passwords_is_slowed_down(house: House) -> None:
    given = {"name": "victim", "password": "guess"}

    answers = [house.client.post("/api/v1/session", json=given) for _ in range(11)]

    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert answers[10].status_code == 429
    assert answers[10].headers["retry-after"] == "60"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_another_sites_page_cannot_use_our_cookie(house: House, origin: str) -> None:
    house.user("lead", UserRole.QA_LEAD)
    headers = {**house.session("lead"), "Origin": origin}

    answer = house.client.post(f"/api/v1/jobs/{NOBODY_HAS}/cancel", headers=headers)

    assert (answer.status_code, error(answer)["error"]) == (403, "foreign_origin")


def test_the_cookie_is_for_our_pages_alone(house: House) -> None:
    house.user("lead", UserRole.QA_LEAD)

    answer = house.client.post("/api/v1/session", json={"name": "lead", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
