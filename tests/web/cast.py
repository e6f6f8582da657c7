"""Who asks, and for what: people of every role, programs of every kind, and calls of two teams and two agents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

import httpx

from qa_service.core.people import CENTRE_RIGHTS, KeyToAdd, Right, User, UserRole
from qa_service.core.staff import Team
from qa_service.stores.roster import StoreRoster
from tests.web import back_office, front_desk, reruns
from tests.web.outside import Outside
from tests.web.rights import ROUTES, Of, Route, Wants, documented
from tests.web.rules import Rules
from tests.web.samples import SOUND, envelope, transcript
from tests.web.service import MACHINE, Service

ROLES = tuple(UserRole)
LEAD_OF_TEAM = "a lead of the team"


@dataclass(frozen=True)
class Kept:
    """A call that is in the store: one with sound, which waits, and one of text, which is judged."""

    sound: str
    sound_job: str
    text: str
    text_job: str


@dataclass(frozen=True)
class Who:
    """Somebody who asks."""

    name: str
    client: Callable[[], httpx.Client]
    rights: frozenset[Right] = frozenset()
    is_known: bool = True
    #: Sees the calls of agent 8000 in the first team.
    sees: bool = False
    #: May look after all work without seeing calls.
    sees_work: bool = False
    is_program: bool = False
    #: To teams, or to one agent's own calls.
    is_bound: bool = False


@dataclass
class Cast:
    """One installation with everybody in it."""

    service: Service
    team: str
    made: int = 0
    spare: str | None = None
    users: dict[UserRole, User] = field(default_factory=dict)
    signed_in: dict[UserRole, httpx.Client] = field(default_factory=dict)
    leads: list[httpx.Client] = field(default_factory=list)
    programs: dict[tuple[frozenset[Right], str], httpx.Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.service.parts.staff.keep_teams(MACHINE, [Team(self.team), Team(self.other_team)])
        for role in ROLES:
            teams = () if role in (UserRole.QA_LEAD, UserRole.ADMIN, UserRole.AUDITOR) else (self.team,)
            agent = self.agent if role is UserRole.AGENT else ""
            self.users[role] = self.service.user(self.name(role), role, teams=teams, agent_id=agent)

    @property
    def agent(self) -> str:
        return f"8000-{self.team}"

    @property
    def other_team(self) -> str:
        return f"{self.team}-south"

    def name(self, role: UserRole) -> str:
        return f"{role.value}.{self.team}"

    def fresh(self) -> str:
        """A name that nobody has."""
        self.made += 1
        return f"{self.team}.{self.made}"

    @cached_property
    def uploader(self) -> httpx.Client:
        return self.service.client(secret=self.service.key(Right.UPLOAD))

    def beat(self) -> None:
        """A worker says that it lives: the service is ready."""
        shelves = self.service.shelves
        StoreRoster(shelves.engine, "a-worker", lambda *_: None, lambda *_: None, self.service.clock).beat()

    def keep(self, team: str, agent: str) -> Kept:
        """A call with sound and a call of text, the second one judged."""
        sound, sound_job = self.upload(team, agent)
        answer = self.uploader.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent)).json()
        self.service.work_on(answer["job_id"])
        return Kept(sound, sound_job, answer["call_id"], answer["job_id"])

    def upload(self, team: str, agent: str) -> tuple[str, str]:
        sent = {"meta": json.dumps(envelope(agent)), "team": team, "allow_duplicate": "true"}
        answer = self.uploader.post("/api/v1/calls", files={"recording": ("a.wav", SOUND)}, data=sent)
        assert answer.status_code == 202, answer.text
        return answer.json()["call_id"], answer.json()["job_id"]

    @cached_property
    def own(self) -> Kept:
        return self.keep(self.team, self.agent)

    @cached_property
    def of_colleague(self) -> Kept:
        return self.keep(self.team, f"8009-{self.team}")

    @cached_property
    def of_other_team(self) -> Kept:
        return self.keep(self.other_team, f"8001-{self.team}")

    @cached_property
    def everybody(self) -> Mapping[str, Who]:
        return {who.name: who for who in (*self._people(), *self._strangers())}

    def _people(self) -> list[Who]:
        people = [
            Who(
                role.value,
                partial(self._signed_in, role),
                frozenset(documented()[role]),
                sees=Right.SEE_CALLS in documented()[role],
                sees_work=role is UserRole.ADMIN,
                is_bound=bool(self.users[role].teams),
            )
            for role in ROLES
        ]
        rights = frozenset(documented()[UserRole.QA_LEAD])
        return [*people, Who(LEAD_OF_TEAM, self._lead_of_team, rights, sees=True, is_bound=True)]

    @cached_property
    def _bound_lead(self) -> str:
        """The name of a lead of the first team alone."""
        return self.service.user(self.fresh(), UserRole.QA_LEAD, teams=(self.team,)).name

    def _lead_of_team(self) -> httpx.Client:
        if (rows := self.leads) and rows[-1].get("/api/v1/me").status_code == 200:
            return rows[-1]
        rows.append(self.service.client(session=self.service.session(self._bound_lead)))
        return rows[-1]

    def _signed_in(self, role: UserRole) -> httpx.Client:
        """Signed in once; again after a sign-out. Hashing passwords is slow by intent."""
        if role not in self.signed_in or self.signed_in[role].get("/api/v1/me").status_code != 200:
            self.signed_in[role] = self.service.client(session=self.service.session(self.name(role)))
        return self.signed_in[role]

    def _strangers(self) -> list[Who]:
        made, accounts = self.service, self.service.parts.accounts
        gone = made.user(self.fresh(), UserRole.QA_LEAD)
        open_session = made.session(gone.name)
        accounts.disable_user(MACHINE, gone.id)
        revoked_id, revoked = accounts.add_key(MACHINE, KeyToAdd("x", frozenset(Right)))
        accounts.revoke_key(MACHINE, revoked_id)
        early = made.clock.moment
        late = made.session(self.name(UserRole.QA_LEAD))
        brief = made.key(*Right, expires_at=early + timedelta(minutes=1))
        self.service.clock.forward(hours=1, seconds=1)
        return [
            Who("a disabled user", lambda: made.client(session=open_session), is_known=False),
            Who("a revoked key", lambda: made.client(secret=revoked), is_known=False),
            Who("an expired key", lambda: made.client(secret=brief), is_known=False),
            Who("an expired session", lambda: made.client(session=late), is_known=False),
            Who("nobody", made.client, is_known=False),
        ]

    def key(self, route: Route) -> Who:
        """A program of the first team with the right alone."""
        rights = _rights(route)
        return Who(
            "a key with the right",
            self._key(rights, self.team),
            rights,
            sees=True,
            is_program=True,
            is_bound=True,
        )

    def other_key(self, route: Route) -> Who:
        """A program with every right but the one that is wanted."""
        rights = frozenset(Right) - _rights(route)
        name = "a key without the right"
        return Who(name, self._key(rights, self.team), rights, sees=True, is_program=True, is_bound=True)

    def foreign_key(self) -> Who:
        """A program with every right, of another team."""
        rights = frozenset(Right)
        return Who(
            "a key of another team",
            self._key(rights, self.other_team),
            rights,
            is_program=True,
            is_bound=True,
        )

    def _key(self, rights: frozenset[Right], team: str) -> Callable[[], httpx.Client]:
        return lambda: self._program(rights, team)

    def _program(self, rights: frozenset[Right], team: str) -> httpx.Client:
        if (rights, team) not in self.programs:
            self.programs[rights, team] = self.service.client(secret=self.service.key(*rights, team=team))
        return self.programs[rights, team]

    def ask(self, client: httpx.Client, route: str, kept: Kept) -> httpx.Response:
        """The request that this route is made for, about these calls."""
        method, _, path = route.partition(" ")
        filled = path.format(**front_desk.own(client, path), **self._ids(route, kept))
        return client.request(method, filled, **self.request(route, kept))

    def request(self, route: str, kept: Kept | None = None) -> dict[str, Any]:
        """What the request carries beside its address."""
        if route.endswith("/explain"):
            return {"params": {"call_id": kept.text if kept else front_desk.NOWHERE}}
        if _is_of_rules(route):
            return self.rules.body(route)
        bodies = {
            **front_desk.bodies(self),
            **self.outside.bodies(),
            **back_office.bodies(self),
            **reruns.bodies(),
        }
        return dict(bodies.get(route, {}))

    def _ids(self, route: str, kept: Kept) -> dict[str, str]:
        self.made += 1
        if "/rescore" in route:
            return reruns.ids(self, route)
        if _is_of_rules(route):
            return self.rules.ids(route)
        others = self.outside.ids(route, kept) or back_office.ids(self, route, kept)
        return others or front_desk.ids(self, route, kept)

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.service, self.team)

    @cached_property
    def outside(self) -> Outside:
        return Outside(self)


def _is_of_rules(route: str) -> bool:
    return "/rulebooks" in route or "/routing" in route


def _rights(route: Route) -> frozenset[Right]:
    return frozenset() if isinstance(route.wants, Wants) else frozenset({route.wants})


def expected(name: str, who: Who) -> int:
    """The status as docs/api.md says: signed in? allowed? to be seen?"""
    route = ROUTES[name]
    if route.wants is Wants.NOTHING:
        return route.done
    if not who.is_known:
        return 401
    if isinstance(route.wants, Right) and not {route.wants, route.instead} & who.rights:
        return 403
    if route.for_people and who.is_program:
        return 403
    if who.is_bound and route.wants in CENTRE_RIGHTS:
        return 403
    if not _is_there(route, who):
        return 404
    return 403 if route.of_centre and who.is_bound else route.done


def _is_there(route: Route, who: Who) -> bool:
    """Whether somebody may know of what the address names."""
    match route.of:
        case Of.CALL | Of.TEAM:
            return who.sees
        case Of.WORK:
            return who.sees or who.sees_work
        case Of.CENTRE:
            return not who.is_bound
    return True
