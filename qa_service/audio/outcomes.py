"""Every way in which a recording is refused: a stable code, what is wrong, and what to do about it.

The facts of each sentence are in the error's `values`, so that it can be said in other languages.
"""

from __future__ import annotations

from qa_service.audio.formats import FORMATS
from qa_service.core.errors import RecordingError

_MEGABYTE = 1_000_000
_HOUR_MS = 3_600_000


def not_audio(where: str) -> RecordingError:
    """The bytes are no recording in any format that is taken."""
    return RecordingError(
        "not_audio",
        where=where,
        problem="this is not a recording in a format that is taken",
        fix=f"Hand in one of: {FORMATS}",
        formats=FORMATS,
    )


def archive(where: str, *, count: int) -> RecordingError:
    """A ZIP that holds something else than the two legs of a call."""
    return RecordingError(
        "archive",
        where=where,
        problem=f"this is an archive with {count} file{'s' * (count != 1)} in it",
        fix="Unpack it and hand in each recording; an archive is for the two legs of one call",
        count=count,
    )


def transcript(where: str) -> RecordingError:
    """A JSON text was handed in as a recording; it may be a transcript."""
    return RecordingError(
        "is_transcript",
        where=where,
        problem="this is JSON, not a recording",
        fix="Hand a transcript in as one: analyze --transcript, or POST /api/v1/calls/transcripts",
    )


def is_folder(where: str) -> RecordingError:
    """A folder was named where a recording belongs."""
    return RecordingError(
        "is_folder",
        where=where,
        problem="this is a folder",
        fix="Name the recordings in it, for example FOLDER/*.wav",
    )


def missing(where: str) -> RecordingError:
    """There is no such file, or it may not be read."""
    return RecordingError(
        "missing",
        where=where,
        problem="there is no such file, or it may not be read",
        fix="Check the path and its permissions",
    )


def playlist(where: str) -> RecordingError:
    """A text that points to other files or streams was handed in as a recording."""
    return RecordingError(
        "playlist",
        where=where,
        problem="this is a playlist or session description that points elsewhere, not a recording",
        fix="Hand in the recording itself",
    )


def empty(where: str) -> RecordingError:
    """The file has no bytes."""
    return RecordingError(
        "empty", where=where, problem="the file is empty", fix="Export the recording again, or copy it again"
    )


def too_short(where: str, *, seconds: float, limit_seconds: float) -> RecordingError:
    """Less sound than anybody could say a word in."""
    return RecordingError(
        "too_short",
        where=where,
        problem=f"the recording lasts {seconds:g} s; less than {limit_seconds:g} s cannot be judged",
        fix="Hand in the whole call",
        seconds=seconds,
        limit_seconds=limit_seconds,
    )


def too_large(where: str, *, size: int, limit: int) -> RecordingError:
    """More bytes than the source profile allows."""
    megabytes, limit_megabytes = round(size / _MEGABYTE, 1), round(limit / _MEGABYTE, 1)
    return RecordingError(
        "too_large",
        where=where,
        problem=f"the file has {megabytes:g} MB; at most {limit_megabytes:g} MB are taken",
        fix="Hand in a compressed recording, or raise QA_MAX_MEGABYTES",
        megabytes=megabytes,
        limit_megabytes=limit_megabytes,
    )


def too_long(where: str, *, limit_ms: int, claimed_ms: int = 0) -> RecordingError:
    """More hours than the source profile allows, by its header or by its sound."""
    hours, limit_hours = round(claimed_ms / _HOUR_MS, 2), round(limit_ms / _HOUR_MS, 2)
    lasts = f"{hours:g} hours" if claimed_ms else "longer than its header says"
    return RecordingError(
        "too_long",
        where=where,
        problem=f"the recording lasts {lasts}; at most {limit_hours:g} hours are taken",
        fix="Hand in one call per file, or raise QA_MAX_HOURS",
        hours=hours,
        limit_hours=limit_hours,
    )


def unreadable(where: str) -> RecordingError:
    """It begins like a recording, and nothing (or next to nothing) can be decoded."""
    return RecordingError(
        "unreadable",
        where=where,
        problem="no sound could be decoded; the file is damaged, cut off, or in a codec that is not supported",
        fix="Export the recording again, for example as WAV",
    )


def deadline(where: str, *, seconds: float) -> RecordingError:
    """Decoding took longer than allowed and was ended."""
    return RecordingError(
        "deadline",
        where=where,
        problem=f"decoding was ended after {seconds:.0f} s",
        fix="Export the recording again, for example as WAV, or raise deadline_s in the source profile",
        seconds=round(seconds),
    )


def too_many_channels(where: str, *, channels: int, limit: int) -> RecordingError:
    """More channels than a two-party call has; which two to keep is not ours to guess."""
    return RecordingError(
        "too_many_channels",
        where=where,
        problem=f"the recording has {channels} channels; at most {limit} are taken",
        fix="Export the agent and the customer as left and right, or hand in two mono files",
        channels=channels,
        limit=limit,
    )


def needs_profile(where: str, *, ending: str) -> RecordingError:
    """A headerless file, and nobody said what is in it."""
    return RecordingError(
        "needs_profile",
        where=where,
        problem=f"a {ending} file has no header, so its codec, rate and channels are unknown",
        fix="Name a source profile, for example vox-8k, alaw-8k, ulaw-8k or s16-8k",
        ending=ending,
    )


def no_space(where: str) -> RecordingError:
    """The disk that holds decoded sound is full: not the recording's fault."""
    return RecordingError(
        "no_space",
        where=where,
        problem="there is no room left for the decoded sound",
        fix="Free space in the temporary folder (TMPDIR) and try again",
    )


def decoder_killed(where: str) -> RecordingError:
    """The decoder was killed from outside: not the recording's fault."""
    return RecordingError(
        "decoder_killed",
        where=where,
        problem="the decoder was killed before it was done, most likely because the machine ran out of memory",
        fix="Try again; give the machine more memory, or let it do less at once",
    )
