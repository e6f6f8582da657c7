"""Recordings that stay in their source: heard from there, and only as they were."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import RecordingError, SourcingError
from qa_service.core.sources import Keep, Place, Secrets, SourceKind
from qa_service.core.stored import StoredCall
from tests.s3_server import BUCKET, KEY_ID, REGION, SECRET, Kept, S3Server, s3_server
from tests.sources.collecting import NOW, SOUND, Centre


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    with s3_server() as made:
        yield made


def test_a_recording_that_stays_in_a_bucket_is_heard_there_and_only_as_it_was(
    engine: sa.Engine, tmp_path: Path, bucket: S3Server
) -> None:
    centre = Centre(engine, tmp_path, (f"127.0.0.1:{bucket.port}",))
    place = Place(url=f"s3://{BUCKET}/calls", endpoint=bucket.endpoint, region=REGION)
    keys = Secrets(key_id=KEY_ID, secret_key=SECRET)
    bucket.objects["calls/2026/a.wav"] = Kept(SOUND, NOW)
    source = centre.add(SourceKind.BUCKET, place=place, secrets=keys, keep=Keep.REFERENCE)
    centre.settle(source)
    (call,) = centre.calls()

    assert centre.sealed() == []
    assert b"".join(centre.shelves.read(call, 10, 20)) == SOUND[10:20]
    bucket.mood = "500"
    with pytest.raises(SourcingError) as refused:
        centre.heard(call)
    assert refused.value.code == "source_away"
    bucket.mood = ""
    assert centre.heard(call) == SOUND
    bucket.objects["calls/2026/a.wav"] = Kept(SOUND[::-1], NOW)
    assert _told(centre, call) == "sound_changed"
    del bucket.objects["calls/2026/a.wav"]
    assert _told(centre, call) == "sound_missing"


@pytest.fixture
def lent(centre: Centre) -> StoredCall:
    source = centre.add(keep=Keep.REFERENCE)
    centre.put("a.wav", SOUND)
    centre.settle(source)
    (call,) = centre.calls()
    return call


def test_a_referenced_recording_is_not_copied_and_can_be_heard(centre: Centre, lent: StoredCall) -> None:
    assert centre.sealed() == []
    assert centre.heard(lent) == SOUND
    assert b"".join(centre.shelves.read(lent, 10, 20)) == SOUND[10:20]
    assert b"".join(centre.shelves.read(lent, 200, 9_999)) == SOUND[200:]


def _told(centre: Centre, call: StoredCall) -> str:
    with pytest.raises(RecordingError) as refused:
        centre.heard(call)
    return refused.value.code


def test_a_referenced_recording_that_changed_is_told(centre: Centre, lent: StoredCall) -> None:
    centre.put("a.wav", SOUND + b"x")
    assert _told(centre, lent) == "sound_changed"


def test_other_bytes_of_the_same_size_and_time_are_told(centre: Centre, lent: StoredCall) -> None:
    at = (centre.inbox / "a.wav").stat().st_mtime_ns
    (centre.inbox / "a.wav").write_bytes(SOUND[::-1])
    os.utime(centre.inbox / "a.wav", ns=(at, at))

    assert _told(centre, lent) == "sound_changed"


def test_a_referenced_recording_that_is_gone_is_told(centre: Centre, lent: StoredCall) -> None:
    (centre.inbox / "a.wav").unlink()
    assert _told(centre, lent) == "sound_missing"


def test_a_referenced_recording_whose_source_is_away_is_not_given_up(
    centre: Centre, lent: StoredCall
) -> None:
    centre.inbox.rename(centre.folder / "elsewhere")

    with pytest.raises(SourcingError) as refused:
        centre.heard(lent)
    assert refused.value.code == "source_away"
