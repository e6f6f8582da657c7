"""What `analyze` was given: recordings, pairs of legs, transcripts or measured calls, each with a name of its own."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_service import bootstrap
from qa_service.audio.formats import has_audio_magic
from qa_service.cli.complaints import plain
from qa_service.cli.names import result_names, stem
from qa_service.core.calls import Envelope
from qa_service.core.errors import RecordingError, UsageError
from qa_service.text import files
from qa_service.usecases.envelope import MAX_BYTES, read_envelope
from qa_service.usecases.measured_file import SUFFIX
from qa_service.usecases.transcript import MAX_BYTES as MOST_TRANSCRIPT

#: A call's envelope may lie beside its recording under one of these names.
_SIDECARS = (".envelope.json", ".envelope.yaml", ".envelope.yml")


class Kind(StrEnum):
    """How an input is analysed."""

    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Input:
    """One call. `stem` is unique among the inputs, so that no result overwrites another's."""

    paths: tuple[Path, ...]
    kind: Kind
    name: str
    stem: str


def inputs_of(paths: Sequence[Path], *, legs: bool, transcript: bool) -> tuple[Input, ...]:
    """The inputs in their order.

    Raises:
        UsageError: `--legs` without exactly two recordings.
    """
    groups = _groups(paths, legs=legs)
    kinds = [_kind(group[0], transcript) for group in groups]
    if legs and (transcript or any(_kind(path, transcript) is not Kind.RECORDING for path in paths)):
        raise _wrong_legs("--legs is for two recordings")
    stems = result_names(groups)
    return tuple(
        Input(group, kind, plain(printable("+".join(path.name or str(path) for path in group))), stem)
        for group, kind, stem in zip(groups, kinds, stems, strict=True)
    )


def printable(name: str) -> str:
    """A file name as text that can be written into any file: bytes that are not UTF-8 show as "?"."""
    return name.encode("utf-8", "replace").decode()


def envelope_of(given: Input, meta: Path | None) -> Envelope | None:
    """The envelope that was named, or that lies beside the recording; nothing where there is none."""
    found = meta or next((path for path in _beside(given.paths[0]) if _is_file(path)), None)
    if found is None:
        return None
    return read_envelope(
        read_text(found, MAX_BYTES),
        source=found.name,
        timezone=bootstrap.settings().timezone,
        tokens=bootstrap.customer_tokens(),
    )


def _beside(recording: Path) -> Iterator[Path]:
    return (recording.parent / (stem(recording) + suffix) for suffix in _SIDECARS)


def _is_file(path: Path) -> bool:
    """Whether it is there; a name that is too long or a folder that may not be read holds nothing."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_text(path: Path, most: int) -> str:
    """A text that somebody wrote; of one that is too large so much that whoever reads it sees that.

    Raises:
        RecordingError: `missing`, `not_regular` for a device or a pipe, or `unreadable_text` where it is not UTF-8.
    """
    try:
        return files.read_text(path, most)
    except FileNotFoundError as error:
        raise RecordingError(
            "missing", where=str(path), problem="is not there", fix="Check the path"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EINVAL:
            raise RecordingError(
                "not_regular", where=str(path), problem="is a device or a pipe", fix="Save it as a file first"
            ) from error
        raise RecordingError(
            "unreadable_text", where=str(path), problem="cannot be read as text", fix="Save it as UTF-8"
        ) from error


#: Enough to see what a file is.
_HEAD_BYTES = 64


def read_transcript_text(path: Path) -> str:
    """The text of a transcript.

    Raises:
        RecordingError: as for `read_text`; `is_recording` for sound that was called a transcript.
    """
    try:
        return read_text(path, MOST_TRANSCRIPT)
    except RecordingError as error:
        if error.code == "unreadable_text" and _is_sound(path):
            fix = "Leave out --transcript"
            raise RecordingError(
                "is_recording", where=str(path), problem="is a recording", fix=fix
            ) from error
        raise


def _is_sound(path: Path) -> bool:
    with path.open("rb") as opened:
        return has_audio_magic(opened.read(_HEAD_BYTES))


def _groups(paths: Sequence[Path], *, legs: bool) -> list[tuple[Path, ...]]:
    if not legs:
        return [(path,) for path in paths]
    if len(paths) != 2:
        raise _wrong_legs(f"--legs wants two files, not {len(paths)}")
    return [tuple(paths)]


def _wrong_legs(problem: str) -> UsageError:
    return UsageError("wrong_legs", problem=problem, fix="Name both legs of one call")


def _kind(path: Path, transcript: bool) -> Kind:
    if transcript:
        return Kind.TRANSCRIPT
    return Kind.MEASURED if path.name.endswith(SUFFIX) else Kind.RECORDING
