"""A written call: who speaks with which voice, what is said when, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Format:
    """How the recording is stored."""

    file: str
    codec: str
    rate: int
    layout: str
    bit_rate: int = 0


@dataclass(frozen=True)
class Speaker:
    id: str
    role: str
    voice: str
    channel: int
    #: Characters per minute of speech unless a line says otherwise.
    cpm: float = 235
    #: Louder or softer than everyone else.
    db: float = 0


@dataclass(frozen=True)
class Fault:
    """What a fair listener would flag in a line; without a quote, the whole line."""

    label: str
    quote: str = ""


@dataclass(frozen=True)
class Line:
    speaker: str
    text: str
    #: From the end of everything before it; negative speaks over it.
    after_ms: int = 500
    cpm: float | None = None
    db: float = 0
    pitch: float = 1.0
    id: str = ""
    faults: tuple[Fault, ...] = ()
    #: Labels that may be flagged here and need not be.
    may: tuple[str, ...] = ()
    interrupts: bool = False


@dataclass(frozen=True)
class Sound:
    """Ringback, music, a beep or nothing at all (`quiet`) for a while."""

    kind: str
    for_ms: int
    channel: int = 0
    after_ms: int = 300
    fault: str = ""
    id: str = ""


@dataclass(frozen=True)
class Stretch:
    """A moment that spans several lines, from the one with id `first` to the one with id `last`.

    `start` and `end` are the edges of the call.
    """

    label: str
    role: str
    first: str
    last: str
    quote: str = ""


@dataclass(frozen=True)
class Script:
    call: str
    language: str
    format: Format
    agent_channel: int | None
    seed: int
    speakers: dict[str, Speaker]
    timeline: tuple[Line | Sound, ...]
    stretches: tuple[Stretch, ...] = ()
    forbidden: str = "rest"
    noise_dbfs: float = -72
    envelope: dict[str, Any] | None = None
    status: str = "scored"
    reason: str = ""


def read_script(path: Path) -> Script:
    raw = yaml.safe_load(path.read_text("utf-8"))
    raw["format"] = Format(**raw["format"])
    raw["speakers"] = {name: Speaker(id=name, **given) for name, given in raw["speakers"].items()}
    raw["timeline"] = tuple(_step(step, raw["speakers"]) for step in raw["timeline"])
    raw["stretches"] = tuple(Stretch(**given) for given in raw.get("stretches", ()))
    return Script(**raw)


def _step(step: dict[str, Any], speakers: dict[str, Speaker]) -> Line | Sound:
    """`{agent: 您好}` is a line, `{sound: music, for_ms: 12000}` is a sound."""
    if "sound" in step:
        return Sound(kind=step.pop("sound"), **step)
    name = next(key for key in step if key in speakers)
    faults = tuple(Fault(**given) for given in step.pop("faults", ()))
    return Line(speaker=name, text=step.pop(name), faults=faults, may=tuple(step.pop("may", ())), **step)
