"""What `analyze` was given: recordings, pairs of legs, transcripts or measured calls, each with a name of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_service import bootstrap
from qa_service.core.calls import Envelope
from qa_service.core.errors import RecordingError, UsageError
from qa_service.usecases.envelope import read_envelope
from qa_service.usecases.measured_file import SUFFIX

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
        UsageError: `--legs` without exactly two files.
    """
    groups = _groups(paths, legs=legs)
    stems = ["+".join(_stem(path) for path in group) for group in groups]
    return tuple(
        Input(group, _kind(group[0], transcript), "+".join(p.name for p in group), stem)
        for group, stem in zip(groups, _unique(stems), strict=True)
    )


def envelope_of(given: Input, meta: Path | None) -> Envelope:
    """The envelope that was named, or that lies beside the recording; an empty one otherwise."""
    recording = given.paths[0]
    beside = (recording.with_name(_stem(recording) + suffix) for suffix in _SIDECARS)
    found = meta or next((path for path in beside if path.is_file()), None)
    if found is None:
        return Envelope()
    return read_envelope(read_text(found), source=found.name, timezone=bootstrap.settings().timezone)


def read_text(path: Path) -> str:
    """A text that somebody wrote.

    Raises:
        RecordingError: `missing`, or `unreadable_text` where it is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise RecordingError(
            "missing", where=str(path), problem="is not there", fix="Check the path"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            "unreadable_text", where=str(path), problem="cannot be read as text", fix="Save it as UTF-8"
        ) from error


def _groups(paths: Sequence[Path], *, legs: bool) -> list[tuple[Path, ...]]:
    if not legs:
        return [(path,) for path in paths]
    if len(paths) != 2:
        raise UsageError(
            "wrong_legs",
            problem=f"--legs wants two files, not {len(paths)}",
            fix="Name both legs of one call",
        )
    return [tuple(paths)]


def _kind(path: Path, transcript: bool) -> Kind:
    if transcript:
        return Kind.TRANSCRIPT
    return Kind.MEASURED if path.name.endswith(SUFFIX) else Kind.RECORDING


def _stem(path: Path) -> str:
    return path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.stem


def _unique(stems: Sequence[str]) -> list[str]:
    """`a, a, b` → `a, a-2, b`."""
    seen: Counter[str] = Counter()
    unique = []
    for stem in stems:
        seen[stem] += 1
        unique.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return unique
