"""The store of the recordings is away: what needs it is 503 and says when to come back, the rest is answered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.databases import new_file
from tests.s3_server import BUCKET, S3Server, s3_server
from tests.web.pieces import begin, piece
from tests.web.service import Service, set_up
from tests.web.test_playing import recording
from tests.web.test_unavailable import check

SOUND = recording()
WAYS: dict[str, Callable[[S3Server], None]] = {
    "nobody listens": S3Server.stop,
    "it answers 500": lambda server: setattr(server, "mood", "500"),
    "it says nothing": lambda server: setattr(server, "mood", "silent"),
}


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as made:
        yield made


@pytest.fixture(scope="module")
def service(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Its recordings lie in a store that speaks S3, and it waits for that less long than it would."""
    folder = tmp_path_factory.mktemp("s3")
    more = {**s3.variables, "AWS_TIMEOUT": "1s", "QA_STORE_URL": f"s3://{BUCKET}/sound"}
    with set_up(folder, new_file(folder), more=more) as made:
        yield made


def upload(client: httpx.Client, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        "/api/v1/calls",
        files={"recording": ("a.wav", SOUND)},
        data={"allow_duplicate": "true"},
        headers=headers,
    )


@pytest.mark.parametrize("way", WAYS)
def test_what_needs_the_store_says_when_to_come_back(service: Service, s3: S3Server, way: str) -> None:
    client = service.everything()
    call, at = (
        upload(client, f"before {way}").json()["call_id"],
        begin(client, len(SOUND)).headers["location"],
    )
    sound = f"/api/v1/calls/{call}"

    WAYS[way](s3)
    try:
        refused = [
            upload(client, way),
            piece(client, at, 0, SOUND),
            client.get(f"{sound}/audio"),
            client.get(f"{sound}/audio", headers={"Range": "bytes=0-9"}),
            client.get(f"{sound}/audio", params={"as": "opus"}),
            client.get(f"{sound}/peaks"),
            client.get(f"{sound}/report.html", params={"sound": "true"}),
        ]
        answered = [client.get(path) for path in ("/api/v1/calls", sound, "/api/v1/me", "/livez")]
        troubles = client.get("/readyz").json()["troubles"]
    finally:
        s3.mood = ""
        if way == "nobody listens":
            s3.start()

    for answer in refused[:-1]:
        check(answer, 503, "store_away")
    assert refused[-1].status_code in {404, 503}, "not judged, or without its sound"
    assert {answer.status_code for answer in answered} == {200}
    assert "store_away" in troubles
    assert "store_away" not in client.get("/readyz").json()["troubles"]
    assert client.get(f"{sound}/audio").content == SOUND
    assert client.get(f"{sound}/peaks").status_code == 200
    assert upload(client, way).status_code == 202, "the same request again is taken in"
    assert piece(client, at, 0, SOUND).status_code == 204


def test_a_call_is_worked_on_and_heard_from_there(service: Service, s3: S3Server) -> None:
    client = service.everything()
    taken = upload(client).json()

    service.work_on(taken["job_id"])

    assert client.get(f"/api/v1/jobs/{taken['job_id']}").json()["state"] == "done"
    assert client.get(f"/api/v1/calls/{taken['call_id']}/audio", params={"as": "wav"}).status_code == 200
    assert all(SOUND[:40] not in kept.content for kept in s3.objects.values()), "everything there is sealed"
    assert os.environ.get("AWS_ENDPOINT") != s3.endpoint
