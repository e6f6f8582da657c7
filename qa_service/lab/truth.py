"""Truth files: what was really said in a sample call, and what a fair listener would flag (decisions.md 18)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.lab.written import read_written
from qa_service.usecases.envelope import MAX_BYTES

SUFFIX = ".truth.yaml"


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _WrittenSpeaker(_Written):
    id: str
    role: Literal["agent", "customer", "system", "other", "unknown"]
    channel: int = 0


class _WrittenUtterance(_Written):
    id: str = ""
    speaker: str
    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)
    text: str


class _WrittenPlace(_Written):
    label: str
    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)


class _WrittenTruth(_Written):
    call: str
    audio: str
    status: str = "scored"
    reason: str = ""
    speakers: list[_WrittenSpeaker]
    utterances: list[_WrittenUtterance] = []
    moments: list[_WrittenPlace] = []
    allowed: list[_WrittenPlace] = []
    forbidden: list[str] = []


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as it was written and spoken."""

    span: Span
    role: str
    channel: int
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Something with a label, at a time of the call."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one recording."""

    call: str
    recording: Path
    #: `scored` or `not_scorable`, and for the latter the code of the reason where the author names one.
    status: str
    reason: str
    #: In order of start.
    utterances: tuple[Said, ...]
    moments: tuple[Place, ...]
    #: May be flagged and need not be.
    allowed: tuple[Place, ...]
    #: Labels that no finding of this call may have.
    forbidden: frozenset[str]


def read_truth(path: Path) -> Truth:
    """Reads one truth file.

    Raises:
        UsageError: `truth_unreadable`, naming the first field that will not do, or the missing recording.
    """
    try:
        written = _WrittenTruth.model_validate(yaml.safe_load(read_written(path, MAX_BYTES)))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise _unreadable(path, error) from error
    recording = path.parent / written.audio
    if recording.resolve().parent != path.parent.resolve() or not recording.is_file():
        raise UsageError(
            "truth_unreadable",
            where=str(path),
            problem=f"its recording {written.audio!r} is not beside it",
            fix="Put both files into one folder",
        )
    return _truth(written, recording)


def _unreadable(path: Path, error: Exception) -> UsageError:
    problem = str(error).splitlines()[0]
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return UsageError(
        "truth_unreadable",
        where=str(path),
        problem=problem,
        fix="The format is in docs/evaluation.md",
    )


def _truth(written: _WrittenTruth, recording: Path) -> Truth:
    speakers = {speaker.id: speaker for speaker in written.speakers}
    said = [
        Said(Span(u.start_ms, u.end_ms), speakers[u.speaker].role, speakers[u.speaker].channel, u.text)
        for u in written.utterances
        if u.speaker in speakers
    ]
    return Truth(
        call=written.call,
        recording=recording,
        status=written.status,
        reason=written.reason,
        utterances=tuple(sorted(said, key=lambda u: (u.span, u.channel))),
        moments=_places(written.moments),
        allowed=_places(written.allowed),
        forbidden=frozenset(written.forbidden),
    )


def _places(written: list[_WrittenPlace]) -> tuple[Place, ...]:
    return tuple(Place(place.label, Span(place.start_ms, place.end_ms)) for place in written)


def read_truths(folder: Path) -> tuple[Truth, ...]:
    """Every truth file of a folder, in the order of their names."""
    return tuple(read_truth(path) for path in sorted(folder.glob(f"*{SUFFIX}")))
