"""What another system, or people in it, made of a call: kept beside our own evaluations, never among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: How the `source` of a call begins that was brought along from another system.
BROUGHT = "imported:"


def brought_from(system: str) -> str:
    """The `source` of the calls that came from there.

    >>> brought_from("sca"), is_brought(brought_from("sca")), is_brought("sca")
    ('imported:sca', True, False)
    """
    return BROUGHT + system


def is_brought(source: str) -> bool:
    """Whether such a call was over and judged elsewhere before we knew of it: nobody is to be told of it now."""
    return source.startswith(BROUGHT)


class ImportedBy(StrEnum):
    """Whose judgement it was there."""

    MACHINE = "machine"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class ImportedHit:
    """A rule of theirs that was hit, by sentence ids of the transcript; no words of the call."""

    rule: str
    title: str
    utterances: tuple[str, ...] = ()
    #: What a person said there: it was really so, or not; None where nobody did.
    verdict: bool | None = None


@dataclass(frozen=True, slots=True)
class ImportedEvaluation:
    """One judgement of theirs on a call."""

    #: Short and plain: `sca`.
    system: str
    by: ImportedBy
    #: 0–100; None where they gave none.
    score: float | None = None
    hits: tuple[ImportedHit, ...] = ()


class Kept(StrEnum):
    """What became of it."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    #: The call is not there.
    NO_CALL = "no_call"
