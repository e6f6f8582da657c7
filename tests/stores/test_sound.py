"""Sealed sound: any range opens, nothing that was touched does."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import RecordingError, UsageError
from qa_service.stores.keys import master_key
from qa_service.stores.sound import CHUNK, Sound, SoundStore, new_data_key, sound_store
from tests.s3_server import BUCKET, Kept, S3Server, s3_server

KEY = new_data_key()


@dataclass(frozen=True)
class Shelf:
    """A store, and its objects past it."""

    store: SoundStore
    raw: Callable[[str], bytes]
    write: Callable[[str, bytes], object]


@pytest.fixture(scope="module", params=["a folder", "S3"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    if request.param == "S3":
        with s3_server() as server, pytest.MonkeyPatch.context() as patch:
            yield _in_s3(server, patch)
        return
    folder = tmp_path_factory.mktemp("sound")
    store = sound_store(folder.as_uri())
    yield Shelf(
        store, lambda key: (folder / key).read_bytes(), lambda key, raw: (folder / key).write_bytes(raw)
    )


def _in_s3(server: S3Server, patch: pytest.MonkeyPatch) -> Shelf:
    for name, value in server.variables.items():
        patch.setenv(name, value)

    def write(key: str, raw: bytes) -> None:
        server.objects[f"sound/{key}"] = Kept(raw, datetime.now(UTC))

    store = sound_store(f"s3://{BUCKET}/sound", os.environ)
    return Shelf(store, lambda key: server.objects[f"sound/{key}"].content, write)


@pytest.fixture(scope="module")
def store(shelf: Shelf) -> SoundStore:
    return shelf.store


def kept(store: SoundStore, content: bytes, name: str = "a") -> Sound:
    sound = Sound(f"{name}.sealed", name, len(content))
    store.put(sound, io.BytesIO(content), KEY)
    return sound


def content(size: int) -> bytes:
    return bytes(i * 7 % 251 for i in range(size))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_put_comes_back(store: SoundStore, size: int) -> None:
    sound = kept(store, content(size), f"s{size}")

    assert b"".join(store.read(sound, KEY)) == content(size)


@pytest.fixture(scope="module")
def long(store: SoundStore) -> Sound:
    return kept(store, content(2 * CHUNK + 1_000), "range")


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_any_range_comes_back(store: SoundStore, long: Sound, start: int, length: int) -> None:
    heard = b"".join(store.read(long, KEY, start, start + length))

    assert heard == content(long.size)[start : start + length]


def test_more_than_one_part_is_one_recording(store: SoundStore) -> None:
    sound = kept(store, content(1_000) * 11_000, "parts")

    assert b"".join(store.read(sound, KEY)) == content(1_000) * 11_000


def test_what_lies_in_a_folder_is_listed_and_goes_with_it(store: SoundStore) -> None:
    for number in range(8):
        kept(store, b"x", f"01a2/call/{number}")
    kept(store, b"x", "01a2/call-2")

    listed = sorted(store.keys("01a2/call"))
    store.delete_under("01a2/call/")

    assert listed == [f"01a2/call/{number}.sealed" for number in range(8)]
    assert list(store.keys("01a2")) == ["01a2/call-2.sealed"]


def test_nothing_of_the_sound_lies_open(shelf: Shelf) -> None:
    kept(shelf.store, b"secret words " * 1_000, "open")

    assert b"secret" not in shelf.raw("open.sealed")


def _flip(sealed: bytes) -> bytes:
    return sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]


def _swap(sealed: bytes) -> bytes:
    one = CHUNK + 16
    return sealed[one : 2 * one] + sealed[:one] + sealed[2 * one :]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(_flip, id="one bit flipped"),
        pytest.param(_swap, id="two chunks swapped"),
        pytest.param(lambda sealed: sealed[: 2 * (CHUNK + 16)], id="its end cut off"),
        pytest.param(lambda _: b"", id="emptied"),
    ],
)
def test_what_was_touched_is_an_error_never_noise(shelf: Shelf, harm: Callable[[bytes], bytes]) -> None:
    sound = kept(shelf.store, content(3 * CHUNK), "harmed")
    shelf.write(sound.key, harm(shelf.raw(sound.key)))

    with pytest.raises(RecordingError) as caught:
        b"".join(shelf.store.read(sound, KEY))

    assert caught.value.code == "sound_damaged"


def test_a_call_cannot_pass_for_another(store: SoundStore) -> None:
    sound = kept(store, content(10), "mine")

    with pytest.raises(RecordingError):
        b"".join(store.read(Sound(sound.key, "yours", sound.size), KEY))


def test_a_shorter_size_in_the_database_does_not_hide_the_end(store: SoundStore) -> None:
    sound = kept(store, content(2 * CHUNK), "short")

    with pytest.raises(RecordingError):
        b"".join(store.read(Sound(sound.key, sound.call_id, CHUNK), KEY))


def test_what_is_gone_says_so_and_can_be_deleted_again(store: SoundStore) -> None:
    sound = kept(store, content(10), "gone")
    store.delete(sound.key)
    store.delete(sound.key)

    with pytest.raises(RecordingError) as caught:
        b"".join(store.read(sound, KEY))

    assert caught.value.code == "sound_missing"


def test_the_master_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "master.key"

    first, is_new = master_key(file)
    again, is_newer = master_key(file)

    assert (is_new, is_newer) == (True, False)
    assert file.stat().st_mode & 0o777 == 0o600
    assert again.unwrap(first.wrap(KEY, "call:1"), "call:1") == KEY
    with pytest.raises(UsageError):
        again.unwrap(first.wrap(KEY, "call:1"), "call:2")


@pytest.mark.parametrize(
    ("written", "mode", "problem"),
    [
        pytest.param("00" * 32, 0o644, "read by others", id="open to others"),
        pytest.param("abc", 0o600, "64 hex digits", id="not a key"),
        pytest.param("", 0o600, "64 hex digits", id="empty"),
    ],
)
def test_a_key_file_that_will_not_do_is_refused(
    tmp_path: Path, written: str, mode: int, problem: str
) -> None:
    file = tmp_path / "master.key"
    file.write_text(written)
    file.chmod(mode)

    with pytest.raises(UsageError, match=problem):
        master_key(file)


def test_what_is_deleted_leaves_no_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    store = sound_store(folder.as_uri())
    sounds = [Sound(f"01a2/{name}.sealed", name, 3) for name in ("a", "b")]
    for sound in sounds:
        store.put(sound, io.BytesIO(b"abc"), new_data_key())

    store.delete(sounds[0].key)
    left = sorted(path.name for path in folder.rglob("*"))
    store.delete(sounds[1].key)

    assert left == ["01a2", "b.sealed"]
    assert list(folder.iterdir()) == []
