"""What fills the line, and so is no silence: voice, hold, music, tones, and what was lost of the recording."""

from __future__ import annotations

from enum import IntEnum

from qa_service.core.speech import Role, Sound, SoundKind, Voice
from qa_service.detectors.base import Event

#: The customer is parked; when it ends, the agent is expected back.
_PARKED = frozenset({SoundKind.HOLD, SoundKind.MUSIC})
#: Tones that fill the line. Beeps of the recorder and noise do not: they are silence with a sound in it.
_TONES = frozenset({SoundKind.RINGBACK, SoundKind.BUSY, SoundKind.DTMF})


class Filling(IntEnum):
    """What fills the line, and so what is expected after it."""

    MACHINE = 0
    PARKED = 1
    PERSON = 2
    #: Nobody knows; what was expected before it is expected after it.
    LOST = 3


def filling_of(event: Event) -> Filling | None:
    """How `event` fills the line; nothing for words (their voice does) and sounds that do not."""
    match event:
        case Voice():
            return Filling.MACHINE if event.role is Role.SYSTEM else Filling.PERSON
        case Sound() if event.kind in _PARKED:
            return Filling.PARKED
        case Sound() if event.kind in _TONES:
            return Filling.MACHINE
        case Sound() if event.is_lost or event.kind is SoundKind.UNKNOWN:
            return Filling.LOST
    return None
