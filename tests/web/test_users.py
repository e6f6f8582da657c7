"""Users change: rights follow at once, sessions end, somebody always stays who can look after them."""

from __future__ import annotations

from typing import Any

import pytest

from qa_service.core.people import Right, UserRole
from qa_service.core.staff import Team
from tests.web.house import MACHINE, PASSWORD, House

NEW = "another horse battery"
ADMIN = "root.one"


@pytest.fixture
def admin(house: House) -> dict[str, str]:
    house.user(ADMIN, UserRole.ADMIN)
    return house.session(ADMIN)


def change(house: House, admin: dict[str, str], user_id: str, **what: Any) -> Any:
    return house.client.patch(f"/api/v1/users/{user_id}", json=what, headers=admin)


def who(house: House, session: dict[str, str]) -> Any:
    return house.client.get("/api/v1/me", headers=session)


def sign_in(house: House, name: str, password: str) -> int:
    answer = house.client.post("/api/v1/session", json={"name": name, "password": password})
    house.client.cookies.clear()
    return answer.status_code


@pytest.mark.parametrize(
    "what",
    [
        pytest.param({"role": "supervisor"}, id="another role"),
        pytest.param({"teams": ["south"]}, id="another team"),
        pytest.param({"password": NEW}, id="another password"),
        pytest.param({"is_disabled": True}, id="shut out"),
    ],
)
def test_sessions_end_with_what_they_began_with(
    house: House, admin: dict[str, str], what: dict[str, Any]
) -> None:
    house.parts.staff.keep_teams(MACHINE, [Team("south")])
    user = house.user("li.wei", UserRole.REVIEWER, teams=("north",))
    session = house.session("li.wei")

    assert change(house, admin, user.id, **what).status_code == 200
    assert who(house, session).status_code == 401


def test_a_role_brings_its_rights(house: House, admin: dict[str, str]) -> None:
    user = house.user("li.wei", UserRole.REVIEWER, teams=("north",))

    changed = change(house, admin, user.id, role="qa_lead", teams=[]).json()

    assert (changed["role"], changed["teams"], changed["shown_as"]) == ("qa_lead", [], "")
    assert "calls:unmasked" in who(house, house.session("li.wei")).json()["rights"]


def test_who_was_shut_out_can_be_let_in_again(house: House, admin: dict[str, str]) -> None:
    user = house.user("li.wei", UserRole.REVIEWER)
    change(house, admin, user.id, is_disabled=True)

    assert sign_in(house, "li.wei", PASSWORD) == 401
    change(house, admin, user.id, is_disabled=False)
    assert sign_in(house, "li.wei", PASSWORD) == 200


@pytest.mark.parametrize(
    ("what", "code"),
    [
        pytest.param({"role": "agent"}, "user_invalid", id="an agent without an id"),
        pytest.param({"agent_id": "8001"}, "user_invalid", id="an id without an agent"),
        pytest.param({"password": "short"}, "password_weak", id="a short password"),
        pytest.param({"rights": ["*"]}, "request_invalid", id="rights"),
        pytest.param({"id": "1"}, "request_invalid", id="an id"),
    ],
)
def test_what_will_not_do_changes_nothing(
    house: House, admin: dict[str, str], what: dict[str, Any], code: str
) -> None:
    user = house.user("li.wei", UserRole.REVIEWER)
    session = house.session("li.wei")

    refused = change(house, admin, user.id, **what)

    assert (refused.status_code, refused.json()["error"]) == (422, code)
    assert who(house, session).status_code == 200


@pytest.mark.parametrize("what", [{"role": "auditor"}, {"is_disabled": True}])
def test_the_last_admin_stays(house: House, admin: dict[str, str], what: dict[str, Any]) -> None:
    (me,) = house.client.get("/api/v1/users", headers=admin).json()["users"]

    refused = change(house, admin, me["id"], **what)

    assert (refused.status_code, refused.json()["error"]) == (409, "last_admin")
    assert who(house, admin).json()["role"] == "admin"


def test_the_last_admin_is_not_shut_out_either(house: House, admin: dict[str, str]) -> None:
    (me,) = house.client.get("/api/v1/users", headers=admin).json()["users"]
    address = f"/api/v1/users/{me['id']}/disable"

    refused = house.client.post(address, headers=admin)
    house.user("root.two", UserRole.ADMIN)
    done = house.client.post(address, headers=admin)

    assert (refused.status_code, refused.json()["error"]) == (409, "last_admin")
    assert done.status_code == 204
    assert who(house, admin).status_code == 401


def test_what_was_changed_is_written_down_and_no_password(house: House, admin: dict[str, str]) -> None:
    user = house.user("li.wei", UserRole.REVIEWER)
    house.user("eye.one", UserRole.AUDITOR)
    change(house, admin, user.id, role="supervisor", password=NEW)

    log = house.client.get("/api/v1/audit", headers=house.session("eye.one"))

    (entry,) = [entry for entry in log.json()["entries"] if entry["action"] == "change_user"]
    assert entry["object"] == f"user:{user.id}"
    assert '"role":' in str(entry["detail"]).replace("'", '"').replace('": ', '":')
    assert NEW not in log.text


def test_one_changes_ones_own_password_and_stays_here_alone(house: House) -> None:
    house.user("li.wei", UserRole.REVIEWER)
    elsewhere = house.session("li.wei")
    house.cookies.clear()
    here = house.session("li.wei")
    given = {"old": PASSWORD, "new": NEW}

    assert house.client.post("/api/v1/me/password", json=given, headers=here).status_code == 204
    assert [who(house, session).status_code for session in (here, elsewhere)] == [200, 401]
    assert [sign_in(house, "li.wei", word) for word in (PASSWORD, NEW)] == [401, 200]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"old": "a wrong guess", "new": NEW}, "password_wrong", id="the old one is wrong"),
        pytest.param({"old": PASSWORD, "new": "short"}, "password_weak", id="the new one is short"),
        pytest.param({"old": PASSWORD, "new": "xx li.wei xx"}, "password_weak", id="the new one is the name"),
    ],
)
def test_a_password_that_will_not_do(house: House, given: dict[str, str], code: str) -> None:
    house.user("li.wei", UserRole.REVIEWER)
    session = house.session("li.wei")

    refused = house.client.post("/api/v1/me/password", json=given, headers=session)

    assert (refused.status_code, refused.json()["error"]) == (422, code)
    assert sign_in(house, "li.wei", PASSWORD) == 200


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("aaaaaaaaaaaa", "不同字符太少", id="one key held down"),
        pytest.param("passwordpassword", "重复", id="a word twice"),
        pytest.param("li.weili.wei", "登录名", id="the name twice"),
        pytest.param("short", "太短", id="a short one"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    house: House, admin: dict[str, str], password: str, said: str
) -> None:
    new = {"name": "li.wei", "role": "reviewer", "password": password}

    refused = house.client.post("/api/v1/users", json=new, headers=admin)

    assert (refused.status_code, refused.json()["error"]) == (422, "password_weak")
    assert said in refused.json()["detail"]
    assert password not in refused.text.replace("password：", "")
    assert house.client.get("/api/v1/users", headers=admin).text.count("li.wei") == 0


def test_guesses_at_the_old_password_are_slowed_down(house: House) -> None:
    house.user("li.wei", UserRole.REVIEWER)
    session, given = house.session("li.wei"), {"old": "a wrong guess", "new": NEW}

    statuses = [
        house.client.post("/api/v1/me/password", json=given, headers=session).status_code for _ in range(11)
    ]

    assert statuses[-1] == 429


@pytest.mark.parametrize("name", ["ROOT.ONE", "ｒｏｏｔ.one"], ids=["capitals", "full width"])
def test_nobody_is_called_nearly_as_somebody_else(house: House, admin: dict[str, str], name: str) -> None:
    new = {"name": name, "role": "auditor", "password": NEW}

    refused = house.client.post("/api/v1/users", json=new, headers=admin)

    assert (refused.status_code, refused.json()["error"]) == (409, "name_taken")


def test_one_number_is_one_person_who_may_come_in(house: House, admin: dict[str, str]) -> None:
    first = house.user("li.wei", UserRole.AGENT, agent_id="8001")
    other = house.user("wang.fang", UserRole.AGENT, agent_id="8002")
    new = {"name": "second.li", "role": "agent", "agent_id": "8001", "password": NEW}

    added = house.client.post("/api/v1/users", json=new, headers=admin)
    changed = change(house, admin, other.id, agent_id="8001")
    same = change(house, admin, first.id, shown_as="李伟")

    assert [(one.status_code, one.json().get("error")) for one in (added, changed, same)] == [
        (409, "agent_taken"),
        (409, "agent_taken"),
        (200, None),
    ]


def test_a_number_is_free_again_when_its_user_is_shut_out_and_then_not_both_come_back(
    house: House, admin: dict[str, str]
) -> None:
    first = house.user("li.wei", UserRole.AGENT, agent_id="8001")
    new = {"name": "second.li", "role": "agent", "agent_id": "8001", "password": NEW}
    change(house, admin, first.id, is_disabled=True)

    added = house.client.post("/api/v1/users", json=new, headers=admin)
    back = change(house, admin, first.id, is_disabled=False)

    assert (added.status_code, back.status_code, back.json()["error"]) == (201, 409, "agent_taken")


@pytest.mark.parametrize("role", [UserRole.ADMIN, UserRole.AUDITOR])
def test_who_looks_after_the_whole_centre_is_of_no_team(
    house: House, admin: dict[str, str], role: UserRole
) -> None:
    new = {"name": "zhang.san", "role": role.value, "password": NEW, "teams": ["north"]}

    added = house.client.post("/api/v1/users", json=new, headers=admin)
    plain = house.client.post("/api/v1/users", json={**new, "teams": []}, headers=admin)
    changed = change(house, admin, plain.json()["id"], teams=["north"])

    assert (added.status_code, added.json()["error"]) == (422, "role_of_centre")
    assert plain.status_code == 201
    assert (changed.status_code, changed.json()["error"]) == (422, "role_of_centre")


@pytest.mark.parametrize("number", [" 8001", "８００１", "8001 "], ids=["before", "full width", "behind"])
def test_a_number_that_looks_the_same_is_the_same(house: House, admin: dict[str, str], number: str) -> None:
    house.user("li.wei", UserRole.AGENT, agent_id="8001")
    new = {"name": "second.li", "role": "agent", "agent_id": number, "password": NEW}

    assert house.client.post("/api/v1/users", json=new, headers=admin).json()["error"] == "agent_taken"


def test_a_program_of_a_team_makes_no_keys_users_or_notices(house: House) -> None:
    bound = house.key(*Right, team="north")
    key = {"name": "x", "scopes": ["calls:read"]}
    user = {"name": "zhang.san", "role": "qa_lead", "password": NEW}
    hook = {"url": "https://hooks.example.com/qa", "events": ["call.judged"]}

    told = [
        house.client.post(f"/api/v1/{where}", json=body, headers=bound).json()["error"]
        for where, body in (("keys", key), ("users", user), ("webhooks", hook))
    ]

    assert told == ["centre_only"] * 3


def test_a_program_makes_and_opens_nobody_who_may_do_more(house: House) -> None:
    program = house.key(Right.MANAGE_PEOPLE)
    lead = house.user("li.wei", UserRole.QA_LEAD)
    new = {"name": "zhang.san", "role": "qa_lead", "password": NEW}

    made = house.client.post("/api/v1/users", json=new, headers=program)
    opened = change(house, program, lead.id, password=NEW)
    raised = change(house, program, lead.id, role="admin")

    assert [(one.status_code, one.json()["error"]) for one in (made, opened, raised)] == [
        (403, "user_beyond_key")
    ] * 3
    assert sign_in(house, "li.wei", NEW) == 401


def test_a_program_with_their_rights_makes_people(house: House) -> None:
    program = house.key(*Right)
    new = {"name": "zhang.san", "role": "reviewer", "password": NEW, "teams": ["north"]}

    assert house.client.post("/api/v1/users", json=new, headers=program).status_code == 201
