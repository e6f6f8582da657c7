"""Sound for people's ears and eyes: forms that browsers play, and outlines to draw."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from qa_service.core.people import Asked
from qa_service.core.stored import StoredCall
from qa_service.ports.hearing import Recording


class Form(StrEnum):
    """What a call's sound is made into, once."""

    #: Ogg Opus: small.
    OPUS = "opus"
    #: 16 kHz PCM: everything plays it.
    WAV = "wav"
    #: Not sound: its outline.
    PEAKS = "peaks"


@dataclass(frozen=True, slots=True)
class Outline:
    """The lowest and highest point of every bucket, −127 to 127, one after the other; one row per channel."""

    duration_ms: int
    buckets: int
    channels: tuple[tuple[int, ...], ...]


class Renditions(Protocol):
    """Forms of a call's sound that were made before, sealed like the sound itself and gone with its key."""

    def size(self, call: StoredCall, form: Form) -> int | None:
        """How many bytes it has; None where it was not made yet."""

    def tag(self, call: StoredCall, form: Form) -> str:
        """A name for exactly the bytes that were kept: those that are made anew have another one."""

    def keep(self, call: StoredCall, form: Form, file: Path) -> None:
        """Keeps it; where another process was first, theirs stands.

        Raises:
            RecordingError: `sound_missing`: the call's key is gone.
        """

    def read(self, call: StoredCall, form: Form, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end).

        Raises:
            RecordingError: `sound_missing`, `sound_damaged`.
        """

    def original(self, call: StoredCall) -> AbstractContextManager[Path]:
        """The recording as it came, in a private folder that is gone afterwards.

        Raises:
            RecordingError: `sound_missing`, `sound_damaged`.
        """

    def note(self, asked: Asked, call: StoredCall) -> None:
        """Writes down who listens."""


class Renderer(Protocol):
    """Makes forms of a recording; memory stays flat however long it is."""

    def __call__(self, recording: Recording, forms: Collection[Form], folder: Path) -> Mapping[Form, Path]:
        """Files of these forms, in the folder."""


class Playback(Protocol):
    """What players and drawings ask for. The caller has asked who may see the call."""

    def size(self, call: StoredCall, form: Form) -> int:
        """How many bytes a form has; it is made now where it never was.

        Raises:
            RecordingError: why it cannot be; UsageError: `player_busy`.
        """

    def tag(self, call: StoredCall, form: Form) -> str:
        """A name for exactly the bytes of a form that was made."""

    def read(self, asked: Asked, call: StoredCall, form: Form, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) of a form that was made; it is written down who listens."""

    def outline(self, call: StoredCall, buckets: int) -> Outline:
        """The outline with at most so many buckets.

        Raises:
            RecordingError, UsageError: as `size`.
        """
