"""Why work ended, as people read it: a sentence, also where only a code was written down."""

from __future__ import annotations

import pytest

from qa_service.core.people import Right
from qa_service.core.stored import JobState
from qa_service.stores.tables import jobs
from tests.web.service import Service


def told(service: Service, **ended: str) -> tuple[str, str]:
    """What the API says about a piece of work that ended so."""
    client = service.client(secret=service.key(*Right))
    receipt = client.post(
        "/api/v1/calls", files={"recording": ("a.wav", b"RIFF" + bytes(50))}, data={"allow_duplicate": "true"}
    ).json()
    with service.shelves.engine.begin() as connection:
        connection.execute(
            jobs.update()
            .where(jobs.c.id == receipt["job_id"])
            .values(state=JobState.QUARANTINED.value, **ended)
        )
    row = client.get(f"/api/v1/jobs/{receipt['job_id']}").json()
    listed = client.get("/api/v1/jobs?state=quarantined").json()["jobs"]
    assert [one["detail"] for one in listed if one["id"] == row["id"]] == [row["detail"]]
    return row["error"], row["detail"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("crashed.OSError", "没有料到的错"),
        ("crashed.ZeroDivisionError", "没有料到的错"),
        ("worker_died", "三次中途停止"),
        ("broke_off", "三次没有做完"),
        ("decoder_killed", "解码进程被外部终止"),
    ],
)
def test_a_code_is_told_in_words(service: Service, code: str, words: str) -> None:
    error, detail = told(service, error_code=code)

    assert error == code
    assert words in detail
    assert "crashed" not in detail


def test_what_was_written_down_stands(service: Service) -> None:
    assert told(service, error_code="not_audio", error_detail="不是录音。") == ("not_audio", "不是录音。")


def test_work_that_did_not_end_has_nothing_to_say(service: Service) -> None:
    assert told(service) == ("", "")
