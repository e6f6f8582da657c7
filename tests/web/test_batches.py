"""Many recordings: announced in a side file or by their names, uploaded one by one, each to its own row."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from qa_service.core.people import Right
from qa_service.stores.tables import batch_rows, batches, calls
from tests.web.service import Service

BATCHES = "/api/v1/batches"
NUMBER = "13912345678"
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256))
TABLE = (
    "文件名,坐席工号,客户号码,开始时间,方向,坐席声道\n"
    f"0001.wav,8001,{NUMBER},2026-11-25 08:30:00,呼入,左\n"
    "0002.wav,8002,,2026-11-25 08:31:00,呼出,右\n"
    "0003.wav,8003,12,昨天,,\n"
    "0004.wav,8004,,,,\n"
)
PATTERN = "{agent_id}_{customer_number}_{started_at:%Y%m%d%H%M%S}.wav"


def announce(client: httpx.Client, content: str | bytes | dict[str, Any], **params: Any) -> httpx.Response:
    if isinstance(content, dict):
        return client.post(BATCHES, json=content, params=params)
    body = content.encode() if isinstance(content, str) else content
    return client.post(BATCHES, content=body, headers={"Content-Type": "text/csv"}, params=params)


def upload(
    client: httpx.Client, batch: str, name: str, content: bytes = SOUND, **data: str
) -> httpx.Response:
    files = {"recording": (name, content)}
    return client.post("/api/v1/calls", files=files, data={"batch": batch, "allow_duplicate": "true", **data})


def test_recordings_find_their_rows_and_the_rest_is_missing(either: Service, team: str) -> None:
    client = either.everything()

    made = announce(client, TABLE.encode("gbk"), team=team)
    batch = made.json()["id"]
    first = upload(client, batch, "0001.wav").json()
    second = upload(client, batch, "D:\\rec\\0002.wav").json()
    told = client.get(made.headers["location"]).json()

    assert (made.status_code, made.json()["good"], made.json()["bad"]) == (201, 3, 1)
    (bad,) = made.json()["bad_rows"]
    assert (bad["row"], bad["file_name"]) == (4, "0003.wav")
    assert bad["detail"].startswith("#4")
    call = client.get(f"/api/v1/calls/{first['call_id']}").json()
    assert (call["agents"], call["direction"], call["team"]) == (["8001"], "inbound", team)
    assert call["started_at"] == "2026-11-25T08:30:00+08:00"
    assert client.get(f"/api/v1/calls/{second['call_id']}").json()["agents"] == ["8002"]
    assert {name: told[name] for name in ("expected", "received", "under_way", "judged", "failed", "missing")} == {
        "expected": 3, "received": 2, "under_way": 2, "judged": 0, "failed": 0, "missing": 1,
    }  # fmt: skip
    assert (told["missing_rows"], told["next"]) == ([{"row": 5, "file_name": "0004.wav"}], None)


def test_what_became_of_its_calls_is_counted(service: Service) -> None:
    client = service.everything()
    batch = announce(client, TABLE).json()["id"]
    job = upload(client, batch, "0001.wav", b"\xffno sound at all").json()["job_id"]

    service.work_on(job)

    told = client.get(f"{BATCHES}/{batch}").json()
    assert (told["received"], told["failed"], told["under_way"]) == (1, 1, 0)


def test_the_list_shows_the_newest_first_page_by_page(either: Service, team: str) -> None:
    client = either.client(secret=either.key(Right.UPLOAD, team=team))
    made = [announce(client, TABLE).json()["id"] for _ in range(3)]
    open_one = announce(client, {"pattern": PATTERN}).json()["id"]
    upload(client, made[0], "0001.wav")

    first = client.get(BATCHES, params={"limit": 3}).json()
    second = client.get(BATCHES, params={"limit": 3, "before": first["next"]}).json()

    rows = {row["id"]: row for row in (*first["batches"], *second["batches"])}
    assert set(rows) == {open_one, *made}
    assert list(rows) == sorted(rows, reverse=True)
    assert second["next"] is None
    assert [(rows[one]["expected"], rows[one]["received"]) for one in (made[0], made[1], open_one)] == [
        (3, 1),
        (3, 0),
        (None, 0),
    ]


def test_batches_of_other_teams_are_not_listed(either: Service, team: str) -> None:
    theirs = either.client(secret=either.key(Right.UPLOAD, team=f"{team}-other"))
    announce(theirs, TABLE)

    mine = either.client(secret=either.key(Right.UPLOAD, team=team))

    assert mine.get(BATCHES).json()["batches"] == []


def test_a_preview_makes_nothing(either: Service) -> None:
    client, before = either.everything(), _count(either)

    answer = announce(client, TABLE, preview=True)

    told = answer.json()
    assert (answer.status_code, told["id"], told["good"], told["bad"]) == (200, None, 3, 1)
    assert told["sample"][0] == {
        "row": 2, "file_name": "0001.wav", "call_id": "", "agent_id": "8001", "line": "", "skill_group": "",
        "direction": "inbound", "started_at": "2026-11-25T08:30:00+08:00", "agent_channel": 0, "has_customer": True,
    }  # fmt: skip
    assert NUMBER not in answer.text
    assert _count(either) == before


def test_where_no_row_will_do_no_batch_is_made(service: Service) -> None:
    answer = announce(service.everything(), "文件名,方向\na.wav,左转\n")

    assert (answer.status_code, answer.json()["id"], answer.json()["bad"]) == (200, None, 1)


def test_names_that_say_all_need_no_list(either: Service) -> None:
    client = either.everything()
    batch = announce(client, {"pattern": PATTERN}).json()["id"]

    taken = upload(client, batch, f"8001_{NUMBER}_20261125083000.wav")
    other = upload(client, batch, "meeting.wav")
    told = client.get(f"{BATCHES}/{batch}").json()

    assert taken.status_code == 202
    assert (other.status_code, other.json()["error"]) == (422, "name_does_not_match")
    assert (told["expected"], told["received"], told["missing"]) == (None, 1, None)
    call = client.get(f"/api/v1/calls/{taken.json()['call_id']}").json()
    assert (call["agents"], call["started_at"]) == (["8001"], "2026-11-25T08:30:00+08:00")
    assert NUMBER not in call["file_name"]


def test_names_that_were_listed_are_expected(either: Service) -> None:
    client = either.everything()
    names = [f"8001_{NUMBER}_2026112508300{n}.wav" for n in range(3)]
    made = announce(client, {"pattern": PATTERN, "files": [*names, "x.wav"]})
    batch = made.json()["id"]

    upload(client, batch, names[1])
    unlisted = upload(client, batch, f"8001_{NUMBER}_20261125083009.wav")

    told = client.get(f"{BATCHES}/{batch}").json()
    assert [bad["row"] for bad in made.json()["bad_rows"]] == [4]
    assert (told["expected"], told["received"], told["missing"]) == (3, 1, 2)
    assert [row["row"] for row in told["missing_rows"]] == [1, 3]
    assert (unlisted.status_code, unlisted.json()["error"]) == (422, "no_such_row")


def test_a_customers_number_is_kept_nowhere(either: Service) -> None:
    client = either.everything()
    announce(client, TABLE)
    batch = announce(client, {"pattern": PATTERN, "files": [f"8001_{NUMBER}_20261125083000.wav"]}).json()[
        "id"
    ]
    upload(client, batch, f"8001_{NUMBER}_20261125083000.wav")

    with either.shelves.engine.connect() as connection:
        for table in (batches, batch_rows, calls):
            assert NUMBER not in str(connection.execute(sa.select(table)).all())
    assert NUMBER not in str(either.audit())


def test_the_same_recording_again_is_the_same_call_and_another_has_no_place(either: Service) -> None:
    client = either.everything()
    batch = announce(client, TABLE).json()["id"]

    first, again = (upload(client, batch, "0001.wav").json() for _ in range(2))
    other = upload(client, batch, "0001.wav", SOUND + b"!")
    by_key = client.post(
        "/api/v1/calls",
        files={"recording": ("0001.wav", SOUND)},
        data={"batch": batch, "allow_duplicate": "true"},
        headers={"Idempotency-Key": f"k-{batch}"},
    )

    assert again == {**first, "is_known": True}
    assert (other.status_code, other.json()["error"]) == (409, "row_taken")
    assert (by_key.status_code, by_key.json()["error"]) == (409, "row_taken")
    assert client.get(f"{BATCHES}/{batch}").json()["received"] == 1


def test_pieces_find_their_rows_too(either: Service) -> None:
    client = either.everything()
    batch = announce(client, TABLE).json()["id"]
    said = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in {"filename": "0002.wav", "batch": batch, "allow_duplicate": "true"}.items()
    )

    headers = {"Upload-Length": str(len(SOUND)), "Upload-Metadata": said}
    at = client.post("/api/v1/uploads", headers=headers).headers["location"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    call = client.patch(at, content=SOUND, headers=piece).headers["call-id"]

    assert client.get(f"/api/v1/calls/{call}").json()["agents"] == ["8002"]
    assert client.get(f"{BATCHES}/{batch}").json()["received"] == 1


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        pytest.param({}, "0003.wav", 422, "no_such_row", id="a bad row"),
        pytest.param({}, "9999.wav", 422, "no_such_row", id="no row"),
        pytest.param({"meta": "{}"}, "0001.wav", 422, "request_invalid", id="an envelope beside the row"),
        pytest.param(
            {"agent_channel": "0"}, "0001.wav", 422, "request_invalid", id="a channel beside the row"
        ),
        pytest.param(
            {"batch": "01a2154c-0c94-776d-a6d6-65a54a2a5aea"}, "0001.wav", 404, "not_found", id="no batch"
        ),
        pytest.param({"batch": "../../x"}, "0001.wav", 422, "request_invalid", id="no id"),
    ],
)
def test_a_recording_without_a_row_is_not_taken(
    service: Service, data: dict[str, str], name: str, status: int, code: str
) -> None:
    client = service.everything()
    batch = announce(client, TABLE).json()["id"]

    files = {"recording": (name, SOUND)}
    answer = client.post("/api/v1/calls", files=files, data={"batch": batch, **data})

    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert service.lying_open() == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("线路\n400\n", "side_file_no_names", id="no names"),
        pytest.param(b"\x00\x01\x02", "side_file_unreadable", id="bytes"),
        pytest.param({"pattern": "{colour}.wav"}, "pattern_invalid", id="an unknown column"),
        pytest.param({"pattern": "(a+)+$"}, "pattern_invalid", id="a regular expression"),
        pytest.param({"pattern": PATTERN, "regex": "x"}, "side_file_unreadable", id="more than is asked"),
    ],
)
def test_what_is_no_side_file_is_refused(service: Service, content: Any, code: str) -> None:
    answer = announce(service.everything(), content)

    assert (answer.status_code, answer.json()["error"]) == (422, code)


def test_a_side_file_that_is_too_large_is_refused(service: Service) -> None:
    answer = announce(service.everything(), b"file\n" + b"x" * (9 << 20))

    assert (answer.status_code, answer.json()["error"]) == (413, "request_too_large")


def test_a_thousand_rows_are_announced_and_told_page_by_page(either: Service) -> None:
    client = either.everything()
    batch = announce(client, "file\n" + "".join(f"{n:04}.wav\n" for n in range(2_500))).json()["id"]

    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"{BATCHES}/{batch}", params={"limit": 1_000, "after": after}).json()
        seen += [row["file_name"] for row in page["missing_rows"]]
        after = page["next"]

    assert seen == [f"{n:04}.wav" for n in range(2_500)]


def test_batches_are_seen_by_their_team(service: Service, team: str) -> None:
    def client(of: str) -> httpx.Client:
        return service.client(secret=service.key(Right.UPLOAD, team=of))

    batch = announce(client(team), TABLE).json()["id"]

    assert client(team).get(f"{BATCHES}/{batch}").status_code == 200
    assert service.everything().get(f"{BATCHES}/{batch}").status_code == 200
    assert client(f"{team}-south").get(f"{BATCHES}/{batch}").status_code == 404
    assert upload(client(f"{team}-south"), batch, "0001.wav").status_code == 404
    refused = announce(client(team), TABLE, team=f"{team}-south")
    assert (refused.status_code, json.loads(refused.content)["error"]) == (403, "not_allowed")


def _count(service: Service) -> int:
    with service.shelves.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar_one())
