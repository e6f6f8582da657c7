"""A stranger's file before it is accepted: what is plainly no recording by how it begins is refused at once.

What passes may still be none; the decoder tells (intake.py, track.py). Nothing is decoded here.
"""

from __future__ import annotations

import codecs
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from qa_service.audio import outcomes
from qa_service.audio.formats import HEADERLESS, is_playlist, is_text
from qa_service.audio.pair import is_pair
from qa_service.core.errors import RecordingError
from qa_service.ports import SourceProfile

_HEAD_BYTES = 8 * 1024
_PIECE = 1 << 20
_ZIP = b"PK\x03\x04"

#: Documents, pictures, archives and programs, by at least four bytes: (offset, bytes).
_OTHERS: Final = (
    (0, b"%PDF-"), (0, b"\x89PNG"), (0, b"\xff\xd8\xff\xe0"), (0, b"\xff\xd8\xff\xe1"), (0, b"\xff\xd8\xff\xdb"),
    (0, b"GIF87a"), (0, b"GIF89a"), (0, b"II*\x00"), (0, b"MM\x00*"), (8, b"WEBP"),
    (4, b"ftypheic"), (4, b"ftypheix"), (4, b"ftypmif1"), (4, b"ftypavif"),
    (0, b"7z\xbc\xaf\x27\x1c"), (0, b"Rar!\x1a\x07"), (0, b"\x1f\x8b\x08"), (0, b"\xfd7zXZ\x00"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), (0, b"SQLite format 3\x00"), (0, b"\x7fELF"),
)  # fmt: skip
#: How a page begins that is not in UTF-8.
_MARKUP: Final = (b"<!doctype html", b"<html", b"<?xml", b"<svg", b"<head", b"<body")


def check_first_bytes(path: Path, profile: SourceProfile, where: str) -> None:
    """Goes on where the file may be a recording; `where` is the file's name as its sender has it.

    Of a file without a header, by its ending or by the profile, only texts are refused: any byte may be sound there.

    Raises:
        RecordingError: `empty`, `playlist`, `is_transcript`, `archive`, `not_audio`.
    """
    with path.open("rb") as opened:
        head = opened.read(_HEAD_BYTES)
        if not head:
            raise outcomes.empty(where)
        _refuse_texts(head, where)
        is_headerless = bool(profile.raw_codec) or PurePosixPath(where).suffix.lower() in HEADERLESS
        if not is_headerless and (_is_other(head) or _is_silent_to_the_end(head, opened)):
            raise outcomes.not_audio(where)
    if not is_headerless and head.startswith(_ZIP):
        _check_pair(path, where)


def _refuse_texts(head: bytes, where: str) -> None:
    if is_playlist(head):
        raise outcomes.playlist(where)
    if is_text(head) and PurePosixPath(where).suffix.lower() == ".json":
        raise outcomes.transcript(where)
    if is_text(head) or _is_wide_text(head) or head.lstrip().lower().startswith(_MARKUP):
        raise outcomes.not_audio(where)


def _is_wide_text(head: bytes) -> bool:
    """UTF-16 with its mark; the mark alone might begin a frame of MPEG audio."""
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    try:
        text = codecs.getincrementaldecoder("utf-16")().decode(head)
    except UnicodeDecodeError:
        return False
    return is_text(text.encode("utf-8", "surrogatepass"))


def _is_other(head: bytes) -> bool:
    return any(head[at : at + len(magic)] == magic for at, magic in _OTHERS)


def _is_silent_to_the_end(head: bytes, opened: BinaryIO) -> bool:
    """Nothing but zeros: not a header of anything. Some recorders write zeros before the first frame."""
    piece = head
    while piece and not piece.strip(b"\0"):
        piece = opened.read(_PIECE)
    return not piece


def _check_pair(path: Path, where: str) -> None:
    try:
        pair = is_pair(path)
    except RecordingError as error:
        raise outcomes.archive(where, count=int(str(error.values["count"]))) from error
    if not pair:
        raise outcomes.not_audio(where)
