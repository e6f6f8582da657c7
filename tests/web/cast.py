"""Who asks, and for what: people of every role, programs of every kind, and calls of two teams and two agents."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import httpx
import sqlalchemy as sa

from qa_service.core.people import Right, Sight, User, UserRole
from qa_service.core.sources import Handed, Handling, NewSource, SourceKind
from qa_service.core.webhooks import NewWebhook, WebhookKind
from qa_service.stores import calls, jobs
from qa_service.stores.deliveries import announce
from qa_service.stores.engine import reading
from qa_service.stores.roster import StoreRoster
from qa_service.stores.tables import source_items
from tests.web import back_office
from tests.web.rights import ROUTES, Of, Route, Wants, documented
from tests.web.rules import Rules
from tests.web.service import MACHINE, PASSWORD, Service


def _tone() -> bytes:
    """Half a second that every decoder takes."""
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8_000)
        opened.writeframes(bytes(range(200)) * 40)
    return made.getvalue()


SOUND = _tone()
SAID = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")
ROLES = tuple(UserRole)
#: Nobody fetches it: no worker runs.
TO_FETCH = {"url": "http://93.184.216.34/rec/1.wav"}
BATCH = {"rows": [{"file_name": "a.wav", "line": "400"}]}
NOWHERE = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"


def envelope(agent: str) -> dict[str, Any]:
    return {"participants": [{"id": "p", "kind": "agent", "agent_id": agent}]}


def transcript(agent: str = "", said: tuple[str, ...] = SAID, **more: object) -> dict[str, Any]:
    lines = [
        {"id": f"u{n}", "role": role, "start_ms": 4_000 * n, "end_ms": 4_000 * n + 3_000, "text": text}
        for n, (role, text) in enumerate(zip(("agent", "customer") * 20, said, strict=False))
    ]
    return {"utterances": lines, "envelope": {**(envelope(agent) if agent else {}), **more}}


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


@dataclass
class Cast:
    """One installation with everybody in it."""

    service: Service
    team: str
    made: int = 0
    spare: str | None = None
    users: dict[UserRole, User] = field(default_factory=dict)
    signed_in: dict[UserRole, httpx.Client] = field(default_factory=dict)
    diallers: dict[str, str] = field(default_factory=dict)
    programs: dict[tuple[frozenset[Right], str], httpx.Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
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
        StoreRoster(shelves.engine, "a-worker", lambda *_: None, self.service.clock).beat()

    def keep(self, team: str, agent: str) -> Kept:
        """A call with sound and a call of text, the second one judged."""
        sound, sound_job = self.upload(team, agent)
        answer = self.uploader.post(f"/api/v1/calls/transcripts?team={team}", json=transcript(agent)).json()
        self.service.work_on(answer["job_id"])
        return Kept(sound, sound_job, answer["call_id"], answer["job_id"])

    def upload(self, team: str, agent: str) -> tuple[str, str]:
        sent = {"meta": json.dumps(envelope(agent)), "team": team}
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
        return [
            Who(
                role.value,
                partial(self._signed_in, role),
                frozenset(documented()[role]),
                sees=Right.SEE_CALLS in documented()[role],
                sees_work=role is UserRole.ADMIN,
            )
            for role in ROLES
        ]

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
        revoked_id, revoked = accounts.add_key(MACHINE, "x", frozenset(Right), "", None)
        accounts.revoke_key(MACHINE, revoked_id)
        early = made.clock.moment
        late = made.session(self.name(UserRole.QA_LEAD))
        brief = made.key(*Right, expires_at=early)
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
        return Who("a key with the right", self._key(rights, self.team), rights, sees=True, is_program=True)

    def other_key(self, route: Route) -> Who:
        """A program with every right but the one that is wanted."""
        rights = frozenset(Right) - _rights(route)
        name = "a key without the right"
        return Who(name, self._key(rights, self.team), rights, sees=True, is_program=True)

    def foreign_key(self) -> Who:
        """A program with every right, of another team."""
        rights = frozenset(Right)
        return Who("a key of another team", self._key(rights, self.other_team), rights, is_program=True)

    def _key(self, rights: frozenset[Right], team: str) -> Callable[[], httpx.Client]:
        return lambda: self._program(rights, team)

    def _program(self, rights: frozenset[Right], team: str) -> httpx.Client:
        if (rights, team) not in self.programs:
            self.programs[rights, team] = self.service.client(secret=self.service.key(*rights, team=team))
        return self.programs[rights, team]

    def ask(self, client: httpx.Client, route: str, kept: Kept) -> httpx.Response:
        """The request that this route is made for, about these calls."""
        method, _, path = route.partition(" ")
        filled = path.format(**self._own(client, path), **self._ids(route, kept))
        return client.request(method, filled, **self.request(route, kept))

    def request(self, route: str, kept: Kept | None = None) -> dict[str, Any]:
        """What the request carries beside its address."""
        if route.endswith("/explain"):
            return {"params": {"call_id": kept.text if kept else NOWHERE}}
        return self.rules.body(route) if "/rulebooks" in route or "/routing" in route else self.body(route)

    def _own(self, client: httpx.Client, path: str) -> dict[str, str]:
        """What belongs to the one who made it; nowhere for those who may make none."""
        if "{upload_id}" in path:
            made = client.post("/api/v1/uploads", headers={"Upload-Length": "10"}).json()
            return {"upload_id": made.get("id", NOWHERE)}
        if "{batch_id}" in path:
            made = client.post("/api/v1/batches", json=BATCH).json()
            return {"batch_id": made.get("id", NOWHERE)}
        if "{fetch_id}" in path:
            made = client.post("/api/v1/calls/from-url", json=TO_FETCH).json()
            return {"fetch_id": made.get("id", NOWHERE)}
        return {}

    def _ids(self, route: str, kept: Kept) -> dict[str, str]:
        self.made += 1
        if others := self._ids_of_no_call(route) or back_office.ids(self, route, kept):
            return others
        if "/sources/" in route:
            return {"source_id": self._dialler(kept), "letter_id": self._letter(), "switch": "enable"}
        if route.endswith("/retry"):
            with self.service.shelves.engine.begin() as connection:
                jobs.ask_to_cancel(connection, kept.sound_job, now=self.service.clock())
        if route.endswith("/cancel"):
            with self.service.shelves.engine.begin() as connection:
                jobs.retry(connection, kept.sound_job)
        over = route.endswith("/events")
        call = kept.sound if route.endswith(("/audio", "/peaks")) else kept.text
        return {"call_id": call, "job_id": kept.text_job if over else kept.sound_job, "form": "calls.csv"}

    def _ids_of_no_call(self, route: str) -> dict[str, str]:
        if "/rulebooks" in route or "/routing" in route:
            return self.rules.ids(route)
        if "{user_id}" in route:
            return {"user_id": self._somebody()}
        if "{key_id}" in route:
            key_id, _ = self.service.parts.accounts.add_key(MACHINE, "x", frozenset({Right.HEAR}), "", None)
            return {"key_id": key_id}
        if "/webhooks/" in route:
            return {"webhook_id": self._webhook, "delivery_id": self._delivery, "switch": "disable"}
        return {}

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.service, self.team)

    @cached_property
    def _webhook(self) -> str:
        """A webhook that sends nothing: no courier runs here."""
        new = NewWebhook(WebhookKind.GENERIC, "http://93.184.216.34/hook", ("call.judged",))
        made, _ = self.service.parts.webhooks.add(MACHINE, new)
        with self.service.shelves.engine.begin() as connection:
            announce(connection, "call.judged", {"call_id": self.own.text}, now=self.service.clock())
        return made

    @cached_property
    def _delivery(self) -> str:
        desk = self.service.parts.webhooks
        (sent,) = desk.sent(MACHINE, webhook_id=self._webhook, state="", limit=1, before="")
        return sent.id

    def _dialler(self, kept: Kept) -> str:
        """A source of the team that the calls belong to."""
        with reading(self.service.shelves.engine) as connection:
            call = calls.find(connection, kept.text, Sight(everything=True))
        assert call is not None
        if call.team not in self.diallers:
            desk, new = (
                self.service.parts.sources,
                NewSource(f"外呼 {call.team}", SourceKind.DIALLER, handling=Handling(team=call.team)),
            )
            self.diallers[call.team], _ = desk.add(MACHINE, new)
        # Another cell may have switched it off.
        self.service.parts.sources.switch(MACHINE, self.diallers[call.team], on=True)
        return self.diallers[call.team]

    def _letter(self) -> str:
        """A dead letter."""
        source_id, shelves, key = self._dialler(self.own), self.service.shelves, self.fresh()
        self.service.parts.sources.hand_over(MACHINE, source_id, key, Handed("http://93.184.216.34/a.wav"))
        with shelves.engine.begin() as connection:
            mine = source_items.c.key == key
            connection.execute(
                source_items.update().where(mine).values(state="dead", ended_at=self.service.clock())
            )
            return str(connection.execute(sa.select(source_items.c.id).where(mine)).scalar_one())

    def _somebody(self) -> str:
        """A user who is not disabled; many cells may share one, for few of them change anything."""
        if self.spare is None or not self._is_there(self.spare):
            self.spare = self.service.user(self.fresh(), UserRole.AUDITOR).id
        return self.spare

    def _is_there(self, user_id: str) -> bool:
        return any(u.id == user_id and not u.is_disabled for u in self.service.parts.accounts.users(MACHINE))

    def body(self, route: str) -> dict[str, Any]:
        """What goes with a request."""
        bodies: dict[str, dict[str, Any]] = {
            "POST /api/v1/calls": {"files": {"recording": ("a.wav", SOUND)}},
            "POST /api/v1/calls/transcripts": {"json": transcript()},
            "POST /api/v1/batches": {"json": BATCH},
            "POST /api/v1/calls/from-url": {"json": TO_FETCH},
            "POST /api/v1/uploads": {"headers": {"Upload-Length": "10"}},
            "PATCH /api/v1/uploads/{upload_id}": {
                "headers": {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
                "content": b"five!",
            },
            "POST /api/v1/calls/{call_id}/roles": {"json": {"swap": True}},
            # Ten tries a minute for each name.
            "POST /api/v1/session": {
                "json": {"name": self.name(ROLES[self.made % len(ROLES)]), "password": PASSWORD}
            },
            "POST /api/v1/users": {"json": {"name": self.fresh(), "password": PASSWORD, "role": "reviewer"}},
            "PATCH /api/v1/users/{user_id}": {"json": {"shown_as": "某某"}},
            "POST /api/v1/me/password": {"json": {"old": PASSWORD, "new": PASSWORD}},
            "POST /api/v1/keys": {"json": {"name": "x", "scopes": ["calls:read"]}},
            "POST /api/v1/sources": {"json": {"name": self.fresh(), "kind": "dialler"}},
            "PUT /api/v1/sources/logins": {"json": {"logins": []}},
            "POST /api/v1/sources/{source_id}/fill": {
                "json": {"since": "2026-11-01T00:00:00+08:00", "until": "2026-11-02T00:00:00+08:00"}
            },
            "POST /api/v1/sources/{source_id}/calls": {
                "json": {"call_id": self.fresh(), "recording_url": "http://93.184.216.34/a.wav"}
            },
            "GET /api/v1/reconciliation": {"params": {"day": "2026-11-25"}},
            "POST /api/v1/webhooks": {
                "json": {"url": "http://93.184.216.34/hook", "events": ["call.judged"]}
            },
            **back_office.bodies(self),
        }
        return bodies.get(route, {})


def _rights(route: Route) -> frozenset[Right]:
    return frozenset() if isinstance(route.wants, Wants) else frozenset({route.wants})


def expected(name: str, who: Who) -> int:
    """The status as docs/api.md says: signed in? allowed? to be seen?"""
    route = ROUTES[name]
    if route.wants is Wants.NOTHING:
        return route.done
    if not who.is_known:
        return 401
    if isinstance(route.wants, Right) and route.wants not in who.rights:
        return 403
    if route.for_people and who.is_program:
        return 403
    if route.of in {Of.CALL, Of.TEAM} and not who.sees:
        return 404
    if route.of is Of.WORK and not (who.sees or who.sees_work):
        return 404
    return route.done
