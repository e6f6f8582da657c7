"""What the reader asks of the decoding child, and what the child answers. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

#: The rate everything inside works at; ports.SAMPLE_RATE says the same, but the child may not load numpy.
RATE = 16_000
PER_MS = RATE // 1_000
BYTES_PER_SAMPLE = 2
#: Name of the file in the child's private folder that receives the samples, one row per channel.
SOUND_FILE = "sound.s16"


@dataclass(frozen=True, slots=True)
class RawFormat:
    """How to read a file without a header."""

    codec: str
    rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Job:
    """One file to decode into row `row` (and the next, when it is stereo) of the sound file."""

    #: Made-up name whose ending helps to recognise raw telephone codecs; never a path.
    name: str
    bytes: int
    row: int
    #: Samples that one row may hold.
    capacity: int
    rows: int
    max_ms: int
    #: Mix to one channel: a leg of a call is one speaker.
    mono: bool
    cpu_s: int
    raw: RawFormat | None = None

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The inverse of `to_json`."""
        told = json.loads(line)
        raw = told.pop("raw")
        return cls(**told, raw=RawFormat(**raw) if raw else None)


@dataclass(frozen=True, slots=True)
class Loss:
    """Time in which nothing could be decoded; silence stands in its place."""

    start_ms: int
    end_ms: int
    #: `damaged`: bytes were there and could not be read; `gap`: the file holds nothing for this time.
    kind: str
    #: Silence that was put in; less than the span where several losses lie close together.
    lost_ms: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the child made of a file."""

    codec: str
    container: str
    rate: int
    #: Channels of the file, and channels written (one, when a leg was mixed down).
    source_channels: int
    channels: int
    samples: int
    claimed_ms: int | None
    losses: tuple[Loss, ...]
    #: The file itself says that its end is missing (an Ogg stream without its last page).
    open_ended: bool
    #: Packets that the decoder refused.
    broken_packets: int
    #: Audio tracks beside the first one.
    other_tracks: int
    #: Largest memory of the child, and its processor time: for tests and docs/audio.md.
    peak_kb: int
    cpu_ms: int

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Decoded:
        """The inverse of `to_json`."""
        told = json.loads(line)
        losses = tuple(Loss(**loss) for loss in told.pop("losses"))
        return cls(**told, losses=losses)
