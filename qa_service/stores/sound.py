"""Sealed sound in an object store: a folder, S3, GCS or Azure through one interface.

A recording is cut into chunks of 64 KiB, each sealed for itself with AES-256-GCM under the call's own key.
The nonce is the chunk's number; the call, the number and whether it is the last are part of the seal, so
that chunks cannot be swapped, left out or cut off. Any byte range can be opened without the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from qa_service.core.errors import RecordingError
from qa_service.stores import objects
from qa_service.stores.objects import reaching

if TYPE_CHECKING:
    from obstore import ObjectMeta

CHUNK = 64 << 10
_TAG = 16
_SEALED = CHUNK + _TAG
#: Parts of a multipart upload; object stores want at least 5 MiB. So many are under way at once: each is held in
#: memory until it is written.
_PART, _PARTS_AT_ONCE = 5 << 20, 2
#: What is handed over at a time; the store gathers parts of it.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sound:
    """Where one recording's sealed chunks lie, whose they are, and how long the recording is, in bytes."""

    key: str
    call_id: str
    size: int


class SoundStore:
    """Keeps the port `AudioStore`.

    Everything here raises `StoreAway` where the store does not answer, and `StorageFull` where it has no room.
    """

    def __init__(self, store: ObjectStore, hurried: ObjectStore | None = None) -> None:
        """`store` may be shared by all nodes of an installation; `hurried` is the same, for whoever only probes."""
        self._store, self._hurried = store, hurried or store

    def answers(self) -> None:
        """Goes on where the store answers, and knows within seconds."""
        objects.answers(self._hurried)

    def put(self, sound: Sound, opened: BinaryIO, data_key: bytes) -> None:
        """Seals and stores a whole recording; it is there completely or not at all."""
        sealed = _parts(_sealed(opened, sound, AESGCM(data_key)))
        with reaching():
            obstore.put(self._store, sound.key, sealed, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE)

    def read(self, sound: Sound, data_key: bytes, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes [start, end) in pieces of at most 64 KiB.

        Raises:
            RecordingError: `sound_missing`, or `sound_damaged` where a seal is broken.
        """
        end = sound.size if end is None else min(end, sound.size)
        if start >= end:
            return
        seal, last = AESGCM(data_key), max(0, sound.size - 1) // CHUNK
        for number in range(start // CHUNK, (end - 1) // CHUNK + 1):
            plain = _opened(self._chunk(sound, number), sound, number, seal, is_last=number == last)
            at = number * CHUNK
            yield plain[max(0, start - at) : end - at]

    def delete(self, key: str) -> None:
        """Removes a recording; one that is not there is removed already."""
        with reaching():
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

    def keys(self, folder: str) -> Iterator[str]:
        """The keys of everything in a folder, page after page."""
        pages = iter(obstore.list(self._store, folder))
        while page := _next(pages):
            yield from (found["path"] for found in page)

    def delete_under(self, prefix: str) -> None:
        """Removes everything whose key begins with `prefix`, a folder that ends in `/`."""
        for key in self.keys(prefix):
            self.delete(key)

    def _chunk(self, sound: Sound, number: int) -> bytes:
        start = number * _SEALED
        end = min(start + _SEALED, sealed_size(sound.size))
        try:
            with reaching():
                return self._range(sound, start, end)
        except FileNotFoundError as error:
            raise RecordingError(
                "sound_missing",
                where=sound.call_id,
                problem="the recording is no longer in the store",
                fix="Restore it from a backup, or upload it again",
            ) from error

    def _range(self, sound: Sound, start: int, end: int) -> bytes:
        try:
            return bytes(obstore.get_range(self._store, sound.key, start=start, end=end))
        except BaseError as error:
            # What lies behind the end is an error like a store that is away: the length tells which it is.
            if obstore.head(self._hurried, sound.key)["size"] < end:
                raise _damaged(sound) from error
            raise


def new_data_key() -> bytes:
    """A key for one call's sound."""
    return os.urandom(32)


def sound_store(url: str, variables: Mapping[str, str] | None = None) -> SoundStore:
    """The object store at `url`: `file:///…`, `s3://bucket/prefix`, `gs://…`, `az://…`.

    Raises:
        UsageError: `store_url`, when it is none of them.
    """
    return SoundStore(*objects.opened(url, variables or {}))


def sound_in(folder: Path) -> SoundStore:
    """The store in a folder that is there."""
    return SoundStore(objects.in_folder(folder))


def _next(pages: Iterator[Sequence[ObjectMeta]]) -> Sequence[ObjectMeta]:
    with reaching():
        return next(pages, ())


def _sealed(opened: BinaryIO, sound: Sound, seal: AESGCM) -> Iterator[bytes]:
    last = max(0, sound.size - 1) // CHUNK
    for number in range(last + 1):
        chunk = opened.read(CHUNK)
        yield seal.encrypt(_nonce(number), chunk, _about(sound, number, is_last=number == last))


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for chunk in chunks:
        part += chunk
        if len(part) >= _PIECE:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def _opened(sealed: bytes, sound: Sound, number: int, seal: AESGCM, *, is_last: bool) -> bytes:
    try:
        return seal.decrypt(_nonce(number), sealed, _about(sound, number, is_last=is_last))
    except InvalidTag as error:
        raise _damaged(sound) from error


def sealed_size(size: int) -> int:
    """How large a recording of `size` bytes is once it is sealed."""
    return size + _TAG * (max(0, size - 1) // CHUNK + 1)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _about(sound: Sound, number: int, *, is_last: bool) -> bytes:
    return f"{sound.call_id}:{number}:{int(is_last)}".encode()


def _damaged(sound: Sound) -> RecordingError:
    return RecordingError(
        "sound_damaged",
        where=sound.call_id,
        problem="the stored recording was changed or cut off",
        fix="Restore it from a backup, or upload it again",
    )
