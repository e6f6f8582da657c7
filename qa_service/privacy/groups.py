"""Digits as they were said: groups of them, how each follows the one before, and the line they make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from qa_service.privacy.sounds import Part


class Link(IntEnum):
    """How a group follows the one before it in its utterance."""

    NONE = 0  # nothing before, or something else in between
    LOOSE = 1  # a few words that are no filler
    TIGHT = 2  # nothing, marks, or fillers: 嗯, 那个
    CORRECTED = 3  # 不对, 说错了


@dataclass(frozen=True, slots=True)
class Group:
    """Digits with nothing between them."""

    parts: tuple[Part, ...]
    link: Link = Link.NONE
    #: An amount, date, time, count: no part of a number.
    quantity: bool = False
    #: Hangs on letters (SF1234): a model or a waybill.
    lettered: bool = False

    @property
    def start(self) -> int:
        """Where the first sure digit is."""
        return next(part.start for part in self.parts if part.sure)

    @property
    def end(self) -> int:
        """Where the last sure digit ends."""
        return next(part.end for part in reversed(self.parts) if part.sure)

    @property
    def digits(self) -> str:
        """The sure digits."""
        return "".join(part.digits for part in self.parts if part.sure)

    @property
    def plainly(self) -> bool:
        """Whether digit after digit was said, rather than hundreds and tens."""
        return not any(part.tens for part in self.parts)


@dataclass(frozen=True, slots=True)
class Line:
    """The groups of one utterance, in order."""

    which: int
    groups: tuple[Group, ...]
    #: Nothing but fillers before the first group, and after the last.
    begins: bool
    ends: bool
    #: Characters that are neither digits nor letters, fillers or marks.
    other_chars: int

    @property
    def bare(self) -> bool:
        """Whether the utterance says digits and nothing else."""
        return self.begins and self.ends and self.other_chars == 0
