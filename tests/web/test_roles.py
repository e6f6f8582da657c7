"""Who is who, as people say: a statement of what is, so that saying it twice changes nothing the second time."""

from __future__ import annotations

import io
import wave
from typing import Any

import httpx
import numpy as np
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores import call_row, evaluated
from qa_service.stores.tables import calls, evaluations
from tests.web.samples import transcript
from tests.web.service import Service


def two_channels() -> bytes:
    """Two seconds of noise, first on one channel, then on the other."""
    noise = np.random.default_rng(1).normal(0, 4_000, (16_000, 2))
    noise[:8_000, 1] = noise[8_000:, 0] = 0
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setnchannels(2)
        opened.setsampwidth(2)
        opened.setframerate(8_000)
        opened.writeframes(noise.astype("<i2").tobytes())
    return made.getvalue()


@pytest.fixture
def client(either: Service) -> httpx.Client:
    return either.everything()


@pytest.fixture
def call(either: Service, client: httpx.Client, team: str) -> str:
    made = client.post(f"/api/v1/calls/transcripts?team={team}", json=transcript()).json()
    either.work_on(made["job_id"])
    return str(made["call_id"])


def say(client: httpx.Client, call: str, key: str = "", **what: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/calls/{call}/roles", json=what, headers=headers)


def roles(either: Service, client: httpx.Client, call: str, job: str) -> list[str]:
    """The roles of the first two utterances after the work."""
    either.work_on(job)
    document = client.get(f"/api/v1/calls/{call}/assessment").json()
    return [said["role"] for said in document["utterances"][:2]]


def test_what_is_so_already_changes_nothing(either: Service, client: httpx.Client, call: str) -> None:
    so_already = say(client, call, are_swapped=False)
    either.clock.forward(seconds=1)
    first = say(client, call, are_swapped=True)
    swapped = roles(either, client, call, first.json()["id"])
    again = say(client, call, are_swapped=True)

    assert (so_already.status_code, first.status_code, again.status_code) == (200, 202, 200)
    assert swapped == ["customer", "agent"]
    assert again.json()["id"] == first.json()["id"]
    assert len(client.get(f"/api/v1/calls/{call}/evaluations").json()["evaluations"]) == 2


def test_to_change_places_twice_is_as_before_and_a_repeated_request_is_no_second_one(
    either: Service, client: httpx.Client, call: str
) -> None:
    first, repeated = (say(client, call, "k-1", swap=True) for _ in range(2))
    swapped = roles(either, client, call, first.json()["id"])
    back = say(client, call, "k-2", swap=True)

    assert (first.status_code, repeated.status_code) == (202, 202)
    assert first.json()["id"] == repeated.json()["id"] != back.json()["id"]
    assert swapped == ["customer", "agent"]
    assert roles(either, client, call, back.json()["id"]) == ["agent", "customer"]


def test_a_key_stands_for_one_statement(client: httpx.Client, call: str) -> None:
    say(client, call, "k-3", swap=True)

    other = say(client, call, "k-3", are_swapped=False)

    assert (other.status_code, other.json()["error"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        pytest.param({}, "roles_unclear", id="nothing"),
        pytest.param({"swap": False}, "roles_unclear", id="not to change places"),
        pytest.param({"swap": True, "agent_channel": 1}, "roles_unclear", id="two things"),
        pytest.param({"are_swapped": True, "agent_channel": 0}, "roles_unclear", id="two other things"),
        pytest.param({"are_swapped": None}, "roles_unclear", id="null"),
        pytest.param({"agent_channel": 2}, "request_invalid", id="a third channel"),
        pytest.param({"agent_channel": 1}, "one_channel", id="a channel of a text"),
    ],
)
def test_what_is_unclear_judges_nothing(
    client: httpx.Client, call: str, what: dict[str, Any], code: str
) -> None:
    refused = say(client, call, **what)

    assert (refused.status_code, refused.json()["error"]) == (422, code)
    assert len(client.get(f"/api/v1/calls/{call}/evaluations").json()["evaluations"]) == 1


def test_a_channel_is_the_agents_whatever_was_swapped(
    either: Service, client: httpx.Client, team: str
) -> None:
    sent = {"recording": ("a.wav", two_channels())}
    made = client.post("/api/v1/calls", files=sent, data={"team": team}).json()
    either.work_on(made["job_id"])
    call = made["call_id"]

    told = [
        say(client, call, **what).status_code
        for what in (
            {"are_swapped": True},
            {"agent_channel": 1},
            {"agent_channel": 1},
            {"are_swapped": False},
        )
    ]

    assert told == [202, 202, 200, 200]


def contradict(either: Service, call: str) -> None:
    """The judge's word that the roles may be the wrong way round, which takes a recording with two channels."""
    with either.shelves.engine.begin() as connection:
        document = evaluated.current(connection, call)
        assert document is not None
        problem = {"code": "roles_contradicted", "detail": "", "start_ms": 0, "end_ms": 1, "lost_ms": 0}
        kept = evaluated.packed({**document, "problems": [problem]})
        connection.execute(evaluations.update().where(evaluations.c.call_id == call).values(document=kept))


def test_roles_that_the_words_contradict_are_confirmed_by_saying_them_once_more(
    either: Service, client: httpx.Client, call: str
) -> None:
    contradict(either, call)

    confirmed = say(client, call, are_swapped=False)
    heard = roles(either, client, call, confirmed.json()["id"])
    again = say(client, call, are_swapped=False)

    assert (confirmed.status_code, again.status_code) == (202, 200)
    assert heard == ["agent", "customer"]
    assert client.get(f"/api/v1/calls/{call}/assessment").json()["problems"] == []


def are_confirmed(either: Service, call: str) -> bool:
    with either.shelves.engine.connect() as connection:
        query = sa.select(calls.c.are_roles_confirmed).where(calls.c.id == call)
        return bool(connection.execute(query).scalar_one())


def test_a_change_is_checked_against_the_words_and_only_saying_it_once_more_confirms_it(
    either: Service, client: httpx.Client, call: str
) -> None:
    changed = say(client, call, are_swapped=True)
    either.work_on(changed.json()["id"])
    after_one = are_confirmed(either, call)
    contradict(either, call)

    say(client, call, are_swapped=True)

    assert (after_one, are_confirmed(either, call)) == (False, True)


def test_what_was_confirmed_is_open_again_when_it_is_changed(
    either: Service, client: httpx.Client, call: str
) -> None:
    contradict(either, call)
    say(client, call, are_swapped=False)

    say(client, call, are_swapped=True)

    assert not are_confirmed(either, call)


def test_a_program_may_change_roles_but_not_confirm_them_against_the_words(
    either: Service, call: str
) -> None:
    program = either.client(secret=either.key(Right.MANAGE_WORK, Right.SEE_CALLS))
    contradict(either, call)

    refused = say(program, call, are_swapped=False)
    changed = say(program, call, are_swapped=True)

    assert (refused.status_code, refused.json()["error"]) == (403, "roles_need_reviewer")
    assert changed.status_code == 202


def test_a_call_whose_roles_are_open_is_among_those_that_wait_for_a_person(
    either: Service, client: httpx.Client, call: str
) -> None:
    """Also without any finding that waits: who is who is a question of its own."""

    def row() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/api/v1/calls/{call}").json()
        return found

    before = row()["needs_human"]
    with either.shelves.engine.begin() as connection:
        open_roles = calls.update().where(calls.c.id == call).values(reason="scorable.roles_contradicted")
        connection.execute(open_roles)
        call_row.show(connection, call)
    asked = row()["needs_human"]
    listed = client.get("/api/v1/calls", params={"needs_human": True}).json()["calls"]
    confirmed = say(client, call, are_swapped=True)
    either.work_on(confirmed.json()["id"])

    assert (before, asked) == (0, 1)
    assert call in [one["id"] for one in listed]
    assert (row()["reason"], row()["needs_human"]) == ("", 0)
