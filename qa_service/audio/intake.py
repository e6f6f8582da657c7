"""A stranger's file is looked at before anything decodes it: kind, size, first bytes, fingerprint."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa_service.audio import outcomes
from qa_service.audio.formats import HEADERLESS, has_audio_magic, is_playlist, is_text
from qa_service.ports import SourceProfile

_HEAD_BYTES = 8 * 1024
_CHUNK_BYTES = 1 << 20
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Intake:
    """An open file that passed the first look; `fd` belongs to `opened`."""

    #: The file's name for messages to the person who handed it in.
    where: str
    fd: int
    bytes: int
    sha256: str
    #: Lower-case ending that decoders may see; empty when it is not plain.
    ending: str
    #: Begins like a format that is taken.
    has_magic: bool


@contextmanager
def opened(path: Path, profile: SourceProfile, where: str = "") -> Iterator[Intake]:
    """Opens a recording for reading; `where` is what messages call it, its name unless something else is told.

    Raises:
        RecordingError: `missing`, `is_folder`, `not_audio`, `empty`, `too_large`, `playlist`, `needs_profile`.
    """
    where = where or path.name or str(path)
    try:
        # Not blocking: a FIFO must not hold up the service before it is seen to be one.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise outcomes.missing(where) from error
    try:
        yield _looked_at(fd, path.suffix.lower(), profile, where)
    finally:
        os.close(fd)


def _looked_at(fd: int, ending: str, profile: SourceProfile, where: str) -> Intake:
    facts = os.fstat(fd)
    if stat.S_ISDIR(facts.st_mode):
        raise outcomes.is_folder(where)
    if not stat.S_ISREG(facts.st_mode):
        raise outcomes.not_audio(where)
    if facts.st_size == 0:
        raise outcomes.empty(where)
    if facts.st_size > profile.max_bytes:
        raise outcomes.too_large(where, size=facts.st_size, limit=profile.max_bytes)
    head = os.pread(fd, _HEAD_BYTES, 0)
    _refuse_texts(head, ending, where)
    has_magic = has_audio_magic(head)
    if ending in HEADERLESS and not profile.raw_codec and not has_magic:
        raise outcomes.needs_profile(where, ending=ending)
    return Intake(where, fd, facts.st_size, _sha256(fd), plain_ending(ending), has_magic)


def plain_ending(ending: str) -> str:
    """The ending in lower case where decoders may see it, else nothing."""
    return lower if _ENDING.fullmatch(lower := ending.lower()) else ""


def _refuse_texts(head: bytes, ending: str, where: str) -> None:
    if is_playlist(head):
        raise outcomes.playlist(where)
    if is_text(head) and ending == ".json":
        raise outcomes.transcript(where)
    if is_text(head):
        raise outcomes.not_audio(where)


def _sha256(fd: int) -> str:
    seen, at = hashlib.sha256(), 0
    while chunk := os.pread(fd, _CHUNK_BYTES, at):
        seen.update(chunk)
        at += len(chunk)
    return seen.hexdigest()
