"""The report of a kept call: who reads it, who hears it, what a browser may do with it, and what is written down."""

from __future__ import annotations

import base64
import io
import re
from zipfile import ZipFile

import httpx
import pytest

from qa_service.core.lists import Export
from qa_service.core.people import Right, UserRole
from qa_service.ports.serving import Leaving
from qa_service.web.routes import reports
from tests.web.samples import transcript
from tests.web.service import Service, wait_until
from tests.web.test_playing import SOUND

SAID = ("您好，我的手机号是13812345678，这个保本。", "好的。")
_CLIP = re.compile(r'<audio[^>]+src="data:audio/ogg;base64,([^"]+)"')


def judged_text(service: Service, team: str) -> str:
    answer = service.everything().post(
        f"/api/v1/calls/transcripts?team={team}", json=transcript("8000", SAID)
    )
    service.work_on(answer.json()["job_id"])
    return str(answer.json()["call_id"])


def judged_sound(service: Service, team: str) -> str:
    answer = service.everything().post(
        "/api/v1/calls", files={"recording": ("a.wav", SOUND)}, data={"team": team, "allow_duplicate": "true"}
    )
    service.work_on(answer.json()["job_id"])
    return str(answer.json()["call_id"])


def clip(answer: httpx.Response) -> bytes:
    found = _CLIP.search(answer.text)
    assert found, "no sound in the page"
    return base64.b64decode(found[1])


def test_a_report_is_a_file_that_is_masked_and_belongs_to_nobody(either: Service, team: str) -> None:
    call = judged_text(either, team)

    answer = either.everything().get(f"/api/v1/calls/{call}/report.html")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{call}.html"'
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts;" in policy
    assert "allow-same-origin" not in policy
    assert "unsafe-inline" not in policy
    assert "这个" in answer.text
    assert "13812345678" not in answer.text
    assert "<audio" not in answer.text


def test_the_sound_lies_inside_for_who_asks_and_may_hear(service: Service, team: str) -> None:
    call, client = judged_sound(service, team), service.everything()

    silent = client.get(f"/api/v1/calls/{call}/report.html")
    heard = client.get(f"/api/v1/calls/{call}/report.html?sound=true")

    assert "<audio" not in silent.text
    assert clip(heard) == client.get(f"/api/v1/calls/{call}/audio?as=opus").content
    assert heard.text.count('class="lane-') == 2


def test_of_a_long_call_the_beginning_lies_inside(
    service: Service, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, client = judged_sound(service, team), service.everything()
    whole = client.get(f"/api/v1/calls/{call}/audio?as=opus").content
    monkeypatch.setattr(reports, "MOST_SOUND_BYTES", len(whole) - 1)

    answer = client.get(f"/api/v1/calls/{call}/report.html?sound=true")

    assert 0 < len(clip(answer)) < len(whole)
    assert whole.startswith(clip(answer))
    assert "报告里只放到" in answer.text


def test_a_transcript_has_no_sound_to_lie_inside(service: Service, team: str) -> None:
    call = judged_text(service, team)

    answer = service.everything().get(f"/api/v1/calls/{call}/report.html?sound=true")

    assert answer.status_code == 200
    assert "<audio" not in answer.text


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        pytest.param("sound=true", Right.HEAR, id="sound wants the right to hear"),
        pytest.param("unmasked_because=投诉复核", Right.UNMASKED, id="open text wants its right"),
    ],
)
def test_more_wants_its_own_right(service: Service, team: str, asked: str, wanted: Right) -> None:
    call = judged_text(service, team)
    address = f"/api/v1/calls/{call}/report.html?{asked}"

    without = service.client(secret=service.key(Right.SEE_CALLS, team=team)).get(address)
    with_it = service.client(secret=service.key(Right.SEE_CALLS, wanted, team=team)).get(address)

    assert (without.status_code, without.json()["error"]) == (403, "not_allowed")
    assert with_it.status_code == 200
    assert ("13812345678" in with_it.text) == (wanted is Right.UNMASKED)


def test_reading_and_hearing_are_written_down(service: Service, team: str) -> None:
    call, client = judged_sound(service, team), service.everything()
    client.get(f"/api/v1/calls/{call}/report.html?sound=true")
    client.get(f"/calls/{call}")

    done = [entry["action"] for entry in service.audit() if entry["object"] == f"call:{call}"]
    assert done[-3:] == ["read", "listen", "read"]


def test_links_in_messages_lead_a_person_to_the_report(service: Service, team: str) -> None:
    call = judged_text(service, team)
    person = service.user(f"reader.{team}", UserRole.REVIEWER, teams=(team,))
    client = service.client(session=service.session(person.name))

    answer = client.get(f"/calls/{call}")

    assert answer.status_code == 200
    assert "content-disposition" not in answer.headers
    assert "sandbox allow-scripts;" in answer.headers["content-security-policy"]
    assert "13812345678" not in answer.text


def test_a_link_to_a_call_without_a_report_leads_to_its_state(service: Service, team: str) -> None:
    client = service.everything()
    call = client.post("/api/v1/calls", files={"recording": b"\xffx"}, data={"team": team}).json()["call_id"]

    answer = client.get(f"/calls/{call}", follow_redirects=True)

    assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    assert client.get(f"/api/v1/calls/{call}/report.html").status_code == 404


def test_many_reports_come_with_an_index(service: Service, team: str) -> None:
    judged, waiting = judged_text(service, team), None
    client = service.client(secret=service.key(Right.EXPORT, team=team))
    waiting = (
        service.everything()
        .post("/api/v1/calls", files={"recording": b"\xffy"}, data={"team": team})
        .json()["call_id"]
    )

    answer = client.get("/api/v1/exports/reports.zip")

    with ZipFile(io.BytesIO(answer.content)) as packed:
        names, index = packed.namelist(), packed.read("index.html").decode()
        page = packed.read(f"reports/{judged}.html").decode()
    assert sorted(names) == ["index.html", f"reports/{judged}.html"]
    assert f'href="reports/{judged}.html"' in index
    assert waiting in index
    assert "13812345678" not in index + page
    assert "<audio" not in page
    wait_until(lambda: service.lying_open() == [])


def test_of_many_reports_no_more_are_made_than_a_person_reads(
    service: Service, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def assessed(_self: object, _by: object, wanted: Export) -> Leaving:
        asked.append(wanted.most)
        return Leaving(iter(()), 0, is_cut=False)

    monkeypatch.setattr(type(service.parts.archive), "assessed", assessed)

    service.everything().get("/api/v1/exports/reports.zip?most=100000")
    service.everything().get("/api/v1/exports/reports.zip?most=7")
    service.everything().get("/api/v1/exports/calls.csv?most=100000")

    assert asked == [1_000, 7, 100_000]
