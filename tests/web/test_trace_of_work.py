"""Every way in which a request sets work going: the work knows the request's trace, however much later it begins."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.calls import Envelope
from qa_service.core.people import Asked
from qa_service.core.roles import RolesSaid
from qa_service.core.stored import Job, JobState
from qa_service.core.uploads import Cover
from qa_service.ports.serving import Upload
from qa_service.stores import jobs
from qa_service.stores.engine import reading
from qa_service.stores.fetch_desk import StoreFetches, StoreFetchList
from qa_service.stores.ids import new_id
from qa_service.stores.tables import fetches
from qa_service.stores.tables import jobs as rows
from tests.web.service import MACHINE, Service

_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_LATER = "00-11111111111111111111111111111111-2222222222222222-01"
ASKED, ASKED_LATER = replace(MACHINE, trace=_TRACE), replace(MACHINE, trace=_LATER)
_SAID = [
    {"id": "a", "role": "agent", "start_ms": 0, "end_ms": 4_000, "text": "您好，有什么可以帮您？"},
    {"id": "b", "role": "customer", "start_ms": 5_000, "end_ms": 9_000, "text": "我想查一下订单。"},
]
_TRANSCRIPT = json.dumps({"utterances": _SAID}).encode()


def _job(service: Service, job_id: str) -> Job:
    with reading(service.shelves.engine) as connection:
        job = jobs.find(connection, job_id)
    assert job is not None
    return job


def _upload(service: Service, folder: Path, asked: Asked) -> Job:
    file = folder / "said.json"
    file.write_bytes(_TRANSCRIPT)
    receipt = service.parts.intake.accept(asked, Upload(file, file.name, Envelope(), is_text=True))
    return _job(service, receipt.job_id)


def test_an_upload(either: Service, tmp_path: Path) -> None:
    assert _upload(either, tmp_path, ASKED).trace == _TRACE


def test_an_upload_that_nobody_traces(either: Service, tmp_path: Path) -> None:
    assert _upload(either, tmp_path, MACHINE).trace == ""


def test_pieces_belong_to_the_request_that_announced_them(either: Service) -> None:
    sound, uploads = b"RIFF\xff" * 80, either.parts.uploads
    begun = uploads.begin(ASKED, Cover("a.wav", Envelope()), len(sound))

    told = uploads.append(ASKED_LATER, begun.id, 0, io.BytesIO(sound))

    assert told is not None
    assert _job(either, told.job_id).trace == _TRACE


def test_an_address_is_fetched_for_the_request_that_gave_it(either: Service, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"RIFF\xff" * 80)
    with either.shelves.engine.begin() as connection:
        connection.execute(fetches.delete())
    desk = StoreFetches(either.shelves, lambda _: None)
    asked_for = desk.ask(ASKED, "http://recorder.example/a.wav", Cover("a.wav", Envelope()), valid_until=None)
    waiting = StoreFetchList(either.shelves, either.parts.intake)

    (taken,) = waiting.take(1, ())
    waiting.fetched(taken, file)

    told = desk.find(ASKED, asked_for.id)
    assert told is not None
    assert _job(either, told.job_id).trace == _TRACE


def test_judging_again_belongs_to_whoever_changed_the_roles(either: Service, tmp_path: Path) -> None:
    first = _upload(either, tmp_path, ASKED)
    either.work_on(first.id)

    again = either.parts.work.change_roles(ASKED_LATER, first.call_id, RolesSaid(are_swapped=True))

    assert again is not None
    assert _job(either, again[0].id).trace == _LATER
    assert _job(either, first.id).trace == _TRACE


def test_work_that_is_tried_again_stays_in_the_trace_that_it_came_with(
    either: Service, tmp_path: Path
) -> None:
    job = _upload(either, tmp_path, ASKED)
    with either.shelves.engine.begin() as connection:
        connection.execute(rows.update().where(rows.c.id == job.id).values(state=JobState.FAILED.value))

    assert either.parts.work.retry(ASKED_LATER, job.id)

    assert (_job(either, job.id).state, _job(either, job.id).trace) == (JobState.QUEUED, _TRACE)


def test_processes_of_the_version_before_go_on_writing_rows(either: Service, tmp_path: Path) -> None:
    """While a centre is brought to this version, node by node."""
    job = _upload(either, tmp_path, ASKED)
    known = ", ".join(column.name for column in rows.columns if column.name not in {"trace", "id"})

    old = new_id(either.clock())
    with either.shelves.engine.begin() as connection:
        connection.execute(
            sa.text(f"INSERT INTO jobs (id, {known}) SELECT :old, {known} FROM jobs WHERE id = :id"),  # noqa: S608
            {"id": job.id, "old": old},
        )
        connection.execute(rows.update().where(rows.c.id == old).values(state=JobState.DONE.value))

    assert _job(either, old).trace == ""


@pytest.mark.parametrize("header", ["traceparent", "Traceparent"])
def test_without_a_collector_what_callers_say_about_traces_is_not_kept(either: Service, header: str) -> None:
    client = either.client(secret=either.key(*MACHINE.caller.rights), **{header: _TRACE})

    answer = client.post("/api/v1/calls/transcripts", json={"utterances": _SAID})

    assert _job(either, answer.json()["job_id"]).trace == ""
