"""The shipped service on a disk of 48 MB: told before it is full, refused while it is, and going on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.serving import Serving, serving
from tests.full_disks import SmallDisk, small_disk
from tests.web.service import wait_until
from tests.worker.short_call import short_call

pytestmark = pytest.mark.slow
SCOPES = ("calls:read", "calls:upload", "calls:hear", "calls:export")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "data", 48) as made:
        yield made


@pytest.fixture
def served(disk: SmallDisk, tmp_path: Path) -> Iterator[Serving]:
    """Without a worker: what a full disk does to one is shown in tests/worker/test_unfit.py."""
    with serving(tmp_path, "--no-worker") as made:
        yield made


def upload(program: httpx.Client, call: Path) -> httpx.Response:
    return program.post(
        "/api/v1/calls",
        files={"recording": ("call.wav", call.read_bytes())},
        data={"allow_duplicate": "true"},
    )


def troubles(program: httpx.Client) -> list[str]:
    told: list[str] = program.get("/readyz").json()["troubles"]
    return told


def test_a_disk_that_fills_up(disk: SmallDisk, served: Serving, tmp_path: Path) -> None:
    call = short_call(tmp_path / "call.wav")
    with served.program(*SCOPES) as program:
        first = upload(program, call).raise_for_status().json()
        assert "disk_nearly_full" not in troubles(program)

        disk.fill(6 << 20)  # 12 % free
        assert "disk_nearly_full" in troubles(program), "told before it is full"
        assert upload(program, call).status_code == 202, "and there is room yet"

        disk.fill(1 << 20)
        refused = [upload(program, call) for _ in range(5)]
        disk.fill()
        asks: tuple[Callable[[], httpx.Response], ...] = (
            lambda: upload(program, call),
            lambda: program.get(f"/api/v1/calls/{first['call_id']}/audio"),
            lambda: program.get("/api/v1/exports/calls.csv"),
            lambda: program.post("/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "9"}),
        )
        refused += [ask() for ask in asks for _ in range(3)]
        for answer in refused:
            assert (answer.status_code, answer.json()["error"]) == (503, "storage_full")
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert program.get("/api/v1/calls").status_code == 200, "reading a list writes nothing"

        disk.free()
        wait_until(lambda: upload(program, call).status_code == 202)
        assert program.get(f"/api/v1/calls/{first['call_id']}/audio").content == call.read_bytes()
        assert program.get("/api/v1/exports/calls.csv").status_code == 200
        assert "disk_nearly_full" not in troubles(program)


def test_a_piece_of_an_upload_that_finds_no_room_may_be_sent_again(
    disk: SmallDisk, served: Serving, tmp_path: Path
) -> None:
    content = short_call(tmp_path / "call.wav").read_bytes()
    with served.program(*SCOPES) as program:
        begun = program.post(
            "/api/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))}
        ).raise_for_status()
        piece = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        }

        disk.fill(100_000)
        refused = program.patch(begun.headers["location"], content=content, headers=piece)
        assert (refused.status_code, refused.json()["error"]) == (503, "storage_full")

        disk.free()
        sent = program.patch(begun.headers["location"], content=content, headers=piece)
        assert (sent.status_code, sent.headers["upload-offset"]) == (204, str(len(content)))
        assert sent.headers["call-id"]
