"""Sealed sound: any range opens, nothing that was touched does."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import RecordingError, UsageError
from qa_service.stores.keys import master_key
from qa_service.stores.sound import CHUNK, Sound, SoundStore, new_data_key, sound_store

KEY = new_data_key()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound")


@pytest.fixture(scope="module")
def store(folder: Path) -> SoundStore:
    return sound_store(folder.as_uri())


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


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_any_range_comes_back(store: SoundStore, start: int, length: int) -> None:
    size = 2 * CHUNK + 1_000
    sound = Sound("range.sealed", "range", size)
    if not hasattr(test_any_range_comes_back, "put"):
        store.put(sound, io.BytesIO(content(size)), KEY)
        test_any_range_comes_back.put = True  # type: ignore[attr-defined]

    assert b"".join(store.read(sound, KEY, start, start + length)) == content(size)[start : start + length]


def test_nothing_of_the_sound_lies_open_on_disk(store: SoundStore, folder: Path) -> None:
    kept(store, b"secret words " * 1_000, "open")

    assert b"secret" not in (folder / "open.sealed").read_bytes()


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
def test_what_was_touched_is_an_error_never_noise(store: SoundStore, folder: Path, harm: object) -> None:
    sound = kept(store, content(3 * CHUNK), "harmed")
    file = folder / "harmed.sealed"
    file.write_bytes(harm(file.read_bytes()))  # type: ignore[operator]

    with pytest.raises(RecordingError) as caught:
        b"".join(store.read(sound, KEY))

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
