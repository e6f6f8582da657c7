"""Files that mean harm are taken in as bytes; their work ends with a reason, and nothing is judged as whole."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from typing import Any

import numpy as np
import pytest

from tests.audio.test_refusals import HLS, MPD, NOISE, ONE_SECOND, SDP, wav_header, zipped
from tests.usecases.hearing import two_parties
from tests.web.pieces import begin, piece
from tests.web.service import Service


def worked_on(
    service: Service, content: bytes, name: str = "call.wav"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The call and its work, when it is over."""
    client = service.everything()
    answer = client.post(
        "/api/v1/calls", files={"recording": (name, content)}, data={"allow_duplicate": "true"}
    )
    assert answer.status_code == 202
    taken = answer.json()
    service.work_on(taken["job_id"])
    return (
        client.get(f"/api/v1/calls/{taken['call_id']}").json(),
        client.get(f"/api/v1/jobs/{taken['job_id']}").json(),
    )


_REFUSED = [
    pytest.param(HLS, 415, "playlist", id="a playlist of somebody else's files"),
    pytest.param(b"ffconcat version 1.0\nfile secret.mp3\n", 415, "playlist", id="a list of files to join"),
    pytest.param(SDP, 415, "playlist", id="a description of a stream"),
    pytest.param(MPD, 415, "playlist", id="a manifest"),
    pytest.param(zipped(), 422, "archive", id="an archive"),
    pytest.param(b"hello", 422, "not_audio", id="text"),
    pytest.param("您好".encode("utf-16"), 422, "not_audio", id="text of Windows"),
    pytest.param("<html>您好".encode("gbk"), 422, "not_audio", id="a page"),
    pytest.param(bytes(3 << 20), 422, "not_audio", id="zeros"),
    pytest.param(b"%PDF-1.7\n\xe2\xe3", 422, "not_audio", id="a document"),
    pytest.param(b"\x89PNG\r\n\x1a\n\x00", 422, "not_audio", id="a picture"),
]


@pytest.mark.parametrize(("content", "status", "code"), _REFUSED)
def test_what_plainly_is_no_recording_is_refused_at_once(
    service: Service, content: bytes, status: int, code: str
) -> None:
    client = service.everything()
    before = client.get("/api/v1/calls").json()["calls"]

    answer = client.post("/api/v1/calls", files={"recording": ("call.wav", content)})

    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert client.get("/api/v1/calls").json()["calls"] == before
    assert service.lying_open() == []


def test_in_pieces_it_is_refused_with_the_last_one(service: Service) -> None:
    client = service.everything()
    at = begin(client, 5).headers["location"]

    answer = piece(client, at, 0, b"hello")

    assert (answer.status_code, answer.json()["error"]) == (422, "not_audio")
    assert client.get(at).json()["error"] == "not_audio"


def _pair() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("a-in.wav", b"RIFF")
        opened.writestr("a-out.wav", b"RIFF")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(bytes(4_000), "a.vox", id="silence without a header"),
        pytest.param(
            bytes(20_000) + b"\xff\xfb\x90\x64" + bytes(400), "a.mp3", id="zeros before the first frame"
        ),
        pytest.param(_pair(), "a.zip", id="both legs"),
        pytest.param(NOISE, "a.dat", id="what only a decoder can tell"),
    ],
)
def test_what_may_be_a_recording_is_taken_in(service: Service, content: bytes, name: str) -> None:
    sent = {"files": {"recording": (name, content)}, "data": {"allow_duplicate": "true"}}

    assert service.everything().post("/api/v1/calls", **sent).status_code == 202  # type: ignore[arg-type]


MANY_CHANNELS = wav_header(data_bytes=510_000, channels=255) + bytes(510_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(NOISE, "not_audio", id="noise"),
        pytest.param(ONE_SECOND[:44], "unreadable", id="a head without a body"),
        pytest.param(MANY_CHANNELS, "too_many_channels", id="255 channels"),
    ],
)
def test_what_may_be_a_recording_and_is_none_fails_with_its_reason(
    service: Service, content: bytes, code: str
) -> None:
    call, job = worked_on(service, content)

    assert (call["state"], call["reason"], call["score"], call["passed"]) == ("failed", code, None, None)
    assert (job["state"], job["error"]) == ("failed", code)
    assert job["detail"].startswith("recording.wav：")
    assert str(service.folder) not in job["detail"]
    assert service.everything().get(f"/api/v1/calls/{call['id']}/assessment").status_code == 404


def _wav(rows: np.ndarray[Any, np.dtype[np.int16]]) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setnchannels(rows.shape[0])
        opened.setsampwidth(2)
        opened.setframerate(16_000)
        opened.writeframes(np.ascontiguousarray(rows.T).tobytes())
    return made.getvalue()


def test_a_recording_that_ends_before_its_end_is_never_judged_as_whole(service: Service) -> None:
    content = _wav(two_parties().rows)
    size_at = content.index(b"data") + 4
    claims = struct.pack("<I", 2 * struct.unpack("<I", content[size_at : size_at + 4])[0])

    call, job = worked_on(service, content[:size_at] + claims + content[size_at + 4 :])

    assert (job["state"], call["state"]) == ("done", "judged")
    assert call["status"] == "partial"
    document = service.everything().get(f"/api/v1/calls/{call['id']}/assessment").json()
    assert "truncated" in {problem["code"] for problem in document["problems"]}
