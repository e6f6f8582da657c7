"""Files that mean harm are taken in as bytes; their work ends with a reason, and nothing is judged as whole."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

import numpy as np
import pytest

from tests.audio.test_refusals import HLS, MPD, NOISE, ONE_SECOND, SDP, wav_header, zipped
from tests.usecases.hearing import two_parties
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


MANY_CHANNELS = wav_header(data_bytes=510_000, channels=255) + bytes(510_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(HLS, "playlist", id="a playlist of somebody else's files"),
        pytest.param(b"ffconcat version 1.0\nfile secret.mp3\n", "playlist", id="a list of files to join"),
        pytest.param(SDP, "playlist", id="a description of a stream"),
        pytest.param(MPD, "playlist", id="a manifest"),
        pytest.param(zipped(), "archive", id="an archive"),
        pytest.param(NOISE, "not_audio", id="noise"),
        pytest.param("您好，请问有什么可以帮您？".encode() * 50, "not_audio", id="text"),
        pytest.param(ONE_SECOND[:44], "unreadable", id="a head without a body"),
        pytest.param(MANY_CHANNELS, "too_many_channels", id="255 channels"),
    ],
)
def test_what_is_no_recording_fails_with_its_reason(service: Service, content: bytes, code: str) -> None:
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
