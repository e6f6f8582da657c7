"""Personal data that somebody said: what, and by whom. How it is found, whoever sets the detector says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.unfit import Unfit, Why, check_words

#: What may be asked for: whole numbers, of which the finder can say what they are.
KINDS = ("mobile", "landline", "id_card", "bank_card")
#: Pieces of one kind by one speaker that are no farther apart are one number, or told in one breath.
_TOGETHER_MS = 20_000


class Piece(Protocol):
    """The characters [start, end) of one utterance that are personal data, or a part of it."""

    @property
    def utterance(self) -> str:
        """The id of the utterance."""

    @property
    def start(self) -> int:
        """Where it begins in the original text."""

    @property
    def end(self) -> int:
        """Behind its last character."""

    @property
    def kind(self) -> str:
        """What it is, as one of `KINDS` or otherwise."""

    @property
    def confidence(self) -> float:
        """0–1."""


@dataclass(frozen=True, slots=True)
class SaidPersonal(ABC):
    """Tags data of these kinds where it is said, by anybody but machines, in whatever form and over several utterances.

    More words can say of a number that it is another one (an order's, not a mobile), so all of it is settled at
    the end. Whoever puts rulebooks together says how pieces are found (`read`).
    """

    name: ClassVar[str] = "said_personal"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "said_personal"
    kinds: tuple[str, ...] = KINDS

    def __post_init__(self) -> None:
        check_words("kinds", self.kinds, KINDS)
        if not self.kinds:
            raise Unfit(Why.NOTHING, "kinds", known=KINDS)

    @abstractmethod
    def read(self, utterances: Sequence[Utterance]) -> Iterable[Piece]:
        """Every piece of personal data in what was said; utterances in the order in which they were heard."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return SaidPersonalRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class SaidPersonalRun:
    """All that was said, in the order in which it was heard."""

    settings: SaidPersonal
    said: dict[str, Utterance] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """Nothing yet: what follows may say what a number is."""
        if isinstance(event, Utterance) and event.text:
            self.said[event.id] = event
        return ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing yet."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """One tag for what one speaker said of one kind in one go."""
        open_tags: dict[tuple[str, str], list[Piece]] = {}
        for piece in self.settings.read(tuple(self.said.values())):
            if piece.kind not in self.settings.kinds or not _counts(self.said[piece.utterance]):
                continue
            key = (piece.kind, self.said[piece.utterance].speaker)
            before = open_tags.get(key)
            if before and not self._together(before[-1], piece):
                yield self._tag(before)
                before = None
            open_tags[key] = [*(before or ()), piece]
        yield from map(self._tag, open_tags.values())

    def _together(self, one: Piece, other: Piece) -> bool:
        ended_ms = self.said[one.utterance].span.end_ms
        return self.said[other.utterance].span.start_ms - ended_ms <= _TOGETHER_MS

    def _tag(self, pieces: Sequence[Piece]) -> Tag:
        first, settings = self.said[pieces[0].utterance], self.settings
        return Tag(
            tuple(_evidence(self.said, pieces)),
            settings.label,
            f"{settings.name}@{settings.version}",
            round(min(piece.confidence for piece in pieces), 2),
            Reason(f"said_personal.{pieces[0].kind}"),
            first.speaker,
            first.role,
        )


def _counts(said: Utterance) -> bool:
    return not said.unreliable and said.role is not Role.SYSTEM


def _evidence(said: Mapping[str, Utterance], pieces: Iterable[Piece]) -> Iterator[Evidence]:
    for piece in pieces:
        yield Evidence.said(said[piece.utterance], piece.start, piece.end)
