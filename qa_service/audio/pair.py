"""Both legs of a call in one file: a ZIP that holds exactly two recordings, as many recorders leave them.

Everywhere that takes a recording takes such a file. Nothing of it is trusted: its list of contents is read only after
its own end says that it has two entries, names give nothing but endings, and what is unpacked is counted.
"""

from __future__ import annotations

import errno
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from qa_service.audio import outcomes
from qa_service.audio.intake import plain_ending
from qa_service.ports import SourceProfile

_MAGIC: Final = b"PK\x03\x04"
#: End of central directory: signature, disks, entries here and in all, size and place of the list, comment.
_END: Final = struct.Struct("<4s4H2LH")
#: Two names and what belongs to them take far less.
_MOST_LIST_BYTES: Final = 64 << 10
_TAKEN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_PIECE: Final = 1 << 20


def is_pair(path: Path) -> bool:
    """Whether the file is a ZIP with two entries; what is no file, or cannot be read, is none.

    Raises:
        RecordingError: `archive`, for a ZIP that holds another number of files.
    """
    try:
        if not path.is_file():  # opening a FIFO would wait for a writer
            return False
        with path.open("rb") as opened:
            count = _entries(opened) if opened.read(len(_MAGIC)) == _MAGIC else 0
    except OSError:
        return False
    if count not in (0, 2):
        raise outcomes.archive(path.name, count=count)
    return count == 2


def unpack(path: Path, folder: Path, profile: SourceProfile) -> tuple[Path, ...]:
    """The two recordings in the folder, in the order of their names.

    Raises:
        RecordingError: `not_audio`, `too_large`, `unreadable`, `no_space`.
    """
    try:
        with zipfile.ZipFile(path) as opened:
            members = sorted(opened.infolist(), key=lambda member: member.filename)
            if any(not _is_taken(member) for member in members):
                raise outcomes.not_audio(path.name)
            left = profile.max_bytes
            legs = []
            for number, member in enumerate(members):
                leg = folder / f"leg{number}{plain_ending(PurePosixPath(member.filename).suffix)}"
                left -= _copy(opened, member, leg, path.name, left)
                legs.append(leg)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise outcomes.no_space(path.name) from error
        raise outcomes.unreadable(path.name) from error
    return tuple(legs)


def _is_taken(member: zipfile.ZipInfo) -> bool:
    return not member.is_dir() and member.compress_type in _TAKEN and not member.flag_bits & _ENCRYPTED


def _copy(opened: zipfile.ZipFile, member: zipfile.ZipInfo, leg: Path, where: str, most: int) -> int:
    """Unpacks one recording; answers its size, whatever the file claims."""
    size = 0
    with opened.open(member) as source, leg.open("xb") as target:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > most:
                raise outcomes.too_large(where, size=size, limit=most)
            target.write(piece)
    return size


def _entries(opened: BinaryIO) -> int:
    """How many entries the end of the file claims; 0 where it makes no sense. No comment is looked for."""
    length = opened.seek(0, 2)
    if length < _END.size:
        return 0
    opened.seek(length - _END.size)
    signature, _, _, here, total, list_bytes, _, _ = _END.unpack(opened.read(_END.size))
    if signature != b"PK\x05\x06" or here != total or list_bytes > _MOST_LIST_BYTES:
        return 0
    return int(total)
