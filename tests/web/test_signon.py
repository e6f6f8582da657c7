"""Signing in through a provider, as a browser does it: there and back, and then our own pages know who it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from fastapi.testclient import TestClient

from qa_service.core.people import UserRole
from qa_service.i18n.catalogue import catalogue
from qa_service.signon.oidc import Oidc, Provider
from qa_service.web.app import make_app
from tests.signon.provider import CLIENT, SECRET, Idp, answering
from tests.web.house import MACHINE, House

HERE = "http://testserver"


@dataclass
class Browser:
    """A browser at our door, and the provider that it is sent to."""

    client: TestClient
    idp: Idp

    def sign_in(self) -> int:
        there = self.client.get("/api/v1/session/oidc", follow_redirects=False)
        assert there.status_code == 303
        state, code = self.idp.sign_in(there.headers["location"])
        back = {"state": state, "code": code}
        return self.client.get("/api/v1/session/oidc/callback", params=back).status_code


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    with answering(Idp(clock=house.clock)) as idp:
        provider = Provider(idp.issuer, CLIENT, SECRET, f"{HERE}/api/v1/session/oidc/callback")
        sign_on = Oidc(provider, house.shelves.key, lambda: house.clock[0])
        app = make_app(replace(house.parts, sign_on=sign_on), catalogue("zh_CN"))
        yield Browser(TestClient(app, raise_server_exceptions=False), idp)


def test_who_was_added_here_comes_in(house: House, browser: Browser) -> None:
    house.user("li.wei", UserRole.REVIEWER, teams=("north",))

    assert browser.sign_in() == 200
    me = browser.client.get("/api/v1/me", headers={"Origin": HERE}).json()
    assert (me["name"], me["role"], me["teams"]) == ("li.wei", "reviewer", ["north"])
    assert "qa_sign_on" not in browser.client.cookies


def test_who_was_not_added_stays_outside(house: House, browser: Browser) -> None:
    assert browser.sign_in() == 403
    assert browser.client.get("/api/v1/me").status_code == 401


def test_who_was_shut_out_stays_outside(house: House, browser: Browser) -> None:
    user = house.user("li.wei", UserRole.REVIEWER)
    house.parts.accounts.disable_user(MACHINE, user.id)

    assert browser.sign_in() == 403


def test_an_address_that_nobody_began_with_lets_nobody_in(browser: Browser) -> None:
    answer = browser.client.get("/api/v1/session/oidc/callback", params={"state": "x", "code": "y"})

    assert (answer.status_code, answer.json()["error"]) == (401, "sign_on_refused")


def test_where_there_is_no_provider_there_is_no_such_door(house: House) -> None:
    answers = [house.client.get(f"/api/v1/session/oidc{end}") for end in ("", "/callback")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_coming_in_is_written_down(house: House, browser: Browser) -> None:
    user = house.user("li.wei", UserRole.REVIEWER)
    browser.sign_in()

    (entry,) = [e for e in house.parts.audit.page(MACHINE, limit=50, before=None) if e["action"] == "sign_in"]
    assert entry["who"] == user.id
    assert "oidc" in entry["detail"]
