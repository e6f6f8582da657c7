"""Once per key: the same content brings the same answer, and other content is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores.tables import calls
from tests.web.sending import SOUND, count, upload
from tests.web.service import Service


def test_the_same_key_and_content_bring_the_same_answer(either: Service, team: str) -> None:
    client = either.everything()
    again: dict[str, Any] = {"headers": {"Idempotency-Key": team}, "meta": '{"line":"400"}'}

    first, second = upload(client, **again).json(), upload(client, **again).json()

    assert second == {**first, "is_known": True}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"content": SOUND + b"!"}, id="another sound"),
        pytest.param({"meta": '{"line":"401"}'}, id="another envelope"),
        pytest.param({"agent_channel": "1"}, id="another channel"),
        pytest.param({"name": "b.wav"}, id="another name"),
    ],
)
def test_a_key_does_not_stand_for_other_content(client: httpx.Client, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "headers": {"Idempotency-Key": f"once {changed}"[:200].encode("ascii", "replace").decode()}
    }
    upload(client, **given)

    refused = upload(client, **{**given, **changed})

    assert (refused.status_code, refused.json()["error"]) == (422, "key_reused")


def test_keys_belong_to_who_sends_them(service: Service, team: str) -> None:
    given: dict[str, Any] = {"headers": {"Idempotency-Key": team}}

    first = upload(service.everything(), **given).json()
    second = upload(service.everything(), **given).json()

    assert first["call_id"] != second["call_id"]
    assert second["is_known"] is False


@pytest.mark.parametrize("key", ["x" * 256, "键", "a\tb"])
def test_a_key_is_short_and_plain(client: httpx.Client, key: str) -> None:
    answer = upload(client, headers={"Idempotency-Key": key.encode()})

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


def test_twenty_at_once_with_one_key_are_one_call(either: Service, team: str) -> None:
    secret, before = either.key(*Right), count(either)

    def once(_: int) -> httpx.Response:
        with httpx.Client(
            base_url=either.url, headers={"Authorization": f"Bearer {secret}"}, timeout=120
        ) as own:
            return upload(own, headers={"Idempotency-Key": team})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(once, range(20)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["call_id"] for answer in answers}) == 1
    assert sum(not answer.json()["is_known"] for answer in answers) == 1
    assert count(either) == (before[0] + 1, before[1] + 1)
    assert either.lying_open() == []
    assert _orphans(either) == set()


def _orphans(service: Service) -> set[str]:
    """Sealed recordings that no call names; other forms of them, and pieces, lie elsewhere."""
    with service.shelves.engine.connect() as connection:
        known = set(connection.execute(sa.select(calls.c.audio_key)).scalars())
    folder = service.folder / "data" / "sound"
    return {file.relative_to(folder).as_posix() for file in folder.glob("????/*.sealed")} - known
