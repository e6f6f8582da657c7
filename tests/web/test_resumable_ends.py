"""Uploads in pieces that come to nothing: other bytes, nobody who goes on, a store that lost a piece."""

from __future__ import annotations

import hashlib

from qa_service.stores.tables import calls
from qa_service.stores.workbench import Shelves
from tests.web.pieces import (
    SOUND,
    begin,
    desk,
    how_many,
    lying_in_store,
    piece,
)
from tests.web.service import Service


def test_other_bytes_than_announced_make_no_call(either: Service) -> None:
    client, before = either.everything(), how_many(either, calls)
    at = begin(client, sha256="ab" * 32).headers["location"]

    answer = piece(client, at, 0, SOUND)

    assert (answer.status_code, answer.json()["error"]) == (422, "sha256_differs")
    assert client.get(at).json() | {"expires_at": ""} == {
        "id": at.rpartition("/")[2], "state": "failed", "length": len(SOUND), "received": len(SOUND),
        "expires_at": "", "call_id": "", "job_id": "", "error": "sha256_differs", "is_duplicate": False,
    }  # fmt: skip
    assert client.head(at).status_code == 410
    assert piece(client, at, len(SOUND), b"").json()["error"] == "upload_failed"
    assert (how_many(either, calls), lying_in_store(either)) == (before, [])


def test_what_came_to_nothing_does_not_stand_in_the_way(either: Service, team: str) -> None:
    client, digest = either.everything(), hashlib.sha256(SOUND).hexdigest()
    at = begin(client, key=team, sha256=digest).headers["location"]
    piece(client, at, 0, SOUND[:-1] + b"!")

    again = begin(client, key=team, sha256=digest).headers["location"]

    assert again != at
    assert piece(client, again, 0, SOUND).status_code == 204
    assert client.get(again).json()["state"] == "done"


def test_what_nobody_goes_on_with_is_thrown_away(either: Service) -> None:
    client = either.everything()
    old, kept = (begin(client).headers["location"] for _ in range(2))
    for at in (old, kept):
        piece(client, at, 0, SOUND[:500])
    either.clock.forward(hours=23)
    piece(client, kept, 500, SOUND[500:600])
    either.clock.forward(hours=2)

    thrown = desk(either).expire()

    assert thrown >= 1
    assert (client.head(old).status_code, client.head(kept).status_code) == (404, 200)
    assert len(lying_in_store(either)) == 2
    assert client.delete(kept).status_code == 204
    assert lying_in_store(either) == []


def test_an_aborted_upload_is_gone(service: Service) -> None:
    client = service.everything()
    at = begin(client).headers["location"]
    piece(client, at, 0, SOUND[:10])

    assert client.delete(at).status_code == 204
    assert (client.delete(at).status_code, client.head(at).status_code) == (404, 404)


def test_a_store_that_lost_a_piece_says_so_and_keeps_the_rest(service: Service) -> None:
    client = service.everything()
    at = begin(client).headers["location"]
    piece(client, at, 0, SOUND[:10])
    shelves: Shelves = service.shelves
    shelves.sounds.delete_under(f"uploads/{at.rpartition('/')[2]}/")

    answer = piece(client, at, 10, SOUND[10:])

    assert (answer.status_code, answer.json()["error"]) == (410, "sound_missing")
    client.delete(at)
