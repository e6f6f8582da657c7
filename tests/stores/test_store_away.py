"""A store of recordings that is gone, says nothing or answers with errors: it is told as such, and never as damage."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa_service.core.errors import RecordingError, StoreAway
from qa_service.stores.sound import CHUNK, Sound, SoundStore, new_data_key, sound_store
from tests.s3_server import BUCKET, S3Server, s3_server

KEY = new_data_key()
SOUND = Sound("kept.sealed", "kept", 3 * CHUNK)
#: What makes a store be away, and the only one of them that the tests wait for as long as an operator would.
WAYS: dict[str, Callable[[S3Server], None]] = {
    "nobody listens": S3Server.stop,
    "it answers 500": lambda server: setattr(server, "mood", "500"),
    "it says nothing": lambda server: setattr(server, "mood", "silent"),
}
ASKED: dict[str, Callable[[SoundStore], object]] = {
    "put": lambda store: store.put(SOUND, io.BytesIO(bytes(SOUND.size)), KEY),
    "put in parts": lambda store: store.put(Sound("long", "long", 6 << 20), io.BytesIO(bytes(6 << 20)), KEY),
    "read": lambda store: list(store.read(SOUND, KEY)),
    "delete": lambda store: store.delete(SOUND.key),
    "list": lambda store: list(store.keys("01a2")),
    "delete a folder": lambda store: store.delete_under("01a2/"),
    "probe": lambda store: store.answers(),
}


@pytest.fixture
def server() -> Iterator[S3Server]:
    with s3_server() as made:
        yield made


@pytest.fixture
def store(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> SoundStore:
    # Whoever sets a time sets it for all but the probe: here, so that a silent store is not waited for by every test.
    for name, value in {**server.variables, "AWS_TIMEOUT": "1s"}.items():
        monkeypatch.setenv(name, value)
    made = sound_store(f"s3://{BUCKET}", os.environ)
    made.put(SOUND, io.BytesIO(bytes(SOUND.size)), KEY)
    return made


@pytest.mark.parametrize("way", WAYS)
def test_a_store_that_is_away_is_told_and_is_back_by_itself(
    server: S3Server, store: SoundStore, way: str
) -> None:
    WAYS[way](server)
    told = {}
    for name, ask in ASKED.items():
        with pytest.raises(StoreAway) as caught:
            ask(store)
        told[name] = caught.value.code
    server.mood = ""
    if way == "nobody listens":
        server.start()

    assert told == dict.fromkeys(ASKED, "store_away")
    assert b"".join(store.read(SOUND, KEY)) == bytes(SOUND.size), "deletions that failed deleted nothing"
    for ask in ASKED.values():
        ask(store)


def test_a_wrong_key_is_told_as_a_store_that_is_away(
    server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**server.variables, "AWS_SECRET_ACCESS_KEY": "another"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(StoreAway):
        sound_store(f"s3://{BUCKET}", os.environ).answers()


def test_what_is_missing_or_cut_off_is_no_store_that_is_away(server: S3Server, store: SoundStore) -> None:
    with pytest.raises(RecordingError) as missing:
        list(store.read(Sound("never.sealed", "never", 10), KEY))
    with pytest.raises(RecordingError) as damaged:
        list(store.read(Sound(SOUND.key, SOUND.call_id, 9 * CHUNK), KEY, 8 * CHUNK))

    store.delete("never.sealed")
    assert (missing.value.code, damaged.value.code) == ("sound_missing", "sound_damaged")


def test_a_folder_that_may_not_be_written_is_away(tmp_path: Path) -> None:
    """As when its disk was not mounted: there is a file where the folder should be."""
    store = sound_store((tmp_path / "sound").as_uri())
    (tmp_path / "sound").rmdir()
    (tmp_path / "sound").write_bytes(b"")

    with pytest.raises(StoreAway):
        store.put(SOUND, io.BytesIO(bytes(SOUND.size)), KEY)
