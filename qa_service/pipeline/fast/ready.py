"""ready: a case → what rules of words read of it, folded once. Whatever the rulebook, it is the same."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa_service.core.calls import Clocks, Envelope, EventKind, Leg
from qa_service.core.measured import HearingModel, Layout
from qa_service.core.speech import Role, Utterance
from qa_service.detectors.base import event_order
from qa_service.pipeline.judge import Case, LegCase, heard
from qa_service.pipeline.missing import TOO_MUCH
from qa_service.rules.scene import unplaced
from qa_service.text.fillers import bare
from qa_service.text.normalize import Folded, fold
from qa_service.turns.belief import HANGUP_CONTRADICTED, is_doubted

#: Between the lines of the text that is scanned; nothing that was said folds to it.
BORDER = "\n"
#: By their places: what `ReadyCall.roles` holds.
ROLES = tuple(Role)


class Lines(Protocol):
    """The utterances on which findings may rest, in the order in which they were heard."""

    def said(self, at: int, /) -> Utterance:
        """With its role; nothing need be there that no rule of words reads (loudness, pitch, meanings)."""

    def folded(self, at: int, /) -> Folded:
        """Its text, folded."""


@dataclass(frozen=True, slots=True)
class HeardLines:
    """Of a call that was just made ready."""

    heard: tuple[Utterance, ...]

    def said(self, at: int, /) -> Utterance:
        """One of them."""
        return self.heard[at]

    def folded(self, at: int, /) -> Folded:
        """Its text, folded."""
        return fold(self.heard[at].text)


@dataclass(frozen=True, slots=True)
class About:
    """What is true of the whole call before anybody has spoken; many calls have the same."""

    #: The measured parts that exist, in order.
    parts: tuple[str, ...]
    #: Whether simultaneous speech can be told apart.
    overlap_known: bool
    clocks: Clocks
    encoder: str
    #: The recogniser, and its error rate on this line.
    hearing: str
    cer: float | None
    are_roles_doubted: bool
    #: Whether the hang-up that was told is believed (turns.belief).
    is_hangup_believed: bool

    @property
    def model(self) -> HearingModel:
        """As far as doubts go."""
        return HearingModel(self.hearing, cer=self.cer)

    def believed(self, envelope: Envelope) -> Envelope:
        """What came with the call, as far as the sound does not say the opposite."""
        if self.is_hangup_believed:
            return envelope
        return replace(envelope, events=tuple(e for e in envelope.events if e.kind is not EventKind.HANGUP))


@dataclass(frozen=True, slots=True)
class ReadyLeg:
    """One agent's part."""

    leg: Leg
    #: Its lines are those from `first` up to `stop`.
    first: int
    stop: int
    #: How many utterances it has, those too on which nothing may rest.
    said: int
    #: Roles that nobody is known to have while somebody's is not known (rules.scene).
    unplaced: frozenset[Role]
    #: Whether so much is missing that some rules wait, and whether enough was heard for a pass.
    is_waiting: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ReadyCall:
    """A call that only has to be scanned. Lines are numbered over all legs, in the order in which they were heard."""

    status: str
    about: About
    legs: tuple[ReadyLeg, ...]
    #: Of each line: whose it is, a place in `ROLES`, and how long it is, folded.
    roles: bytes
    chars: array[int]
    #: All lines, folded, then, of those that hold fillers, what is left without (text.fillers); UTF-8, a BORDER behind
    #: each.
    text: bytes
    #: Where each of them ends in `text`, and of which line the shortened ones are.
    ends: array[int]
    fillers: array[int]
    lines: Lines
    #: False where two utterances have one name: nobody knows which one a quote is from, and `judge` is asked.
    is_plain: bool = True


def ready(case: Case) -> ReadyCall:
    """The case, made ready once for every rulebook to come."""
    call, measured = heard(case), case.measured
    legs: list[ReadyLeg] = []
    lines: list[Utterance] = []
    for part in call.legs:
        own = sorted((said for said in part.utterances if said.text and not said.unreliable), key=event_order)
        legs.append(_leg(part, len(lines), len(own)))
        lines += own
    folded = [fold(line.text) for line in lines]
    fillers = [(at, plain.text) for at, one in enumerate(folded) if (plain := bare(one)) is not None]
    written = [*(one.text for one in folded), *(text for _, text in fillers)]
    pieces = [f"{text}{BORDER}".encode() for text in written]
    return ReadyCall(
        status=call.scorable.status.value,
        about=_about(case),
        legs=tuple(legs),
        roles=bytes(ROLES.index(line.role) for line in lines),
        chars=array("I", [len(one.text) for one in folded]),
        text=b"".join(pieces),
        ends=array("I", _sums(map(len, pieces))),
        fillers=array("I", [at for at, _ in fillers]),
        lines=HeardLines(tuple(lines)),
        is_plain=_have_names(measured.utterances),
    )


def _about(case: Case) -> About:
    measured = case.measured
    return About(
        parts=tuple(sorted(measured.part_names)),
        overlap_known=measured.layout is not Layout.MONO,
        clocks=measured.clocks,
        encoder=measured.encoder,
        hearing=measured.hearing.name,
        cer=measured.hearing.cer,
        are_roles_doubted=is_doubted(measured),
        is_hangup_believed=all(problem.code != HANGUP_CONTRADICTED for problem in measured.problems),
    )


def _leg(part: LegCase, first: int, count: int) -> ReadyLeg:
    return ReadyLeg(
        leg=part.leg,
        first=first,
        stop=first + count,
        said=len(part.utterances),
        unplaced=unplaced(part.utterances),
        is_waiting=part.missing > TOO_MUCH,
        is_whole=part.is_whole,
    )


def _sums(lengths: Iterable[int]) -> list[int]:
    sums, end = [], 0
    for length in lengths:
        end += length
        sums.append(end)
    return sums


def _have_names(utterances: Sequence[Utterance]) -> bool:
    return len({said.id for said in utterances}) == len(utterances)
