"""Digits as they were said: groups of them, how each follows the one before, and the line they make."""

from __future__ import annotations

from collections.abc import Sequence
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
    #: From the first sure part to the last.
    said: tuple[Part, ...]
    #: The sure digits, and the characters [start, end) from the first of them to the last.
    digits: str
    start: int
    end: int
    link: Link = Link.NONE
    #: An amount, date, time, count: no part of a number.
    quantity: bool = False
    #: Hangs on letters (SF1234): a model or a waybill.
    lettered: bool = False
    #: Digit after digit was said, rather than hundreds and tens.
    plainly: bool = True

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Group:
        """The group of these parts, at least one of which is sure."""
        sure = [at for at, part in enumerate(parts) if part.sure]
        return cls(
            tuple(parts),
            said=tuple(parts[sure[0] : sure[-1] + 1]),
            digits="".join(parts[at].digits for at in sure),
            start=parts[sure[0]].start,
            end=parts[sure[-1]].end,
            plainly=not any(part.tens for part in parts),
        )


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
