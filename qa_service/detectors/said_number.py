"""Numbers: an amount, a share, a time, a date, a deadline that somebody named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.unfit import Unfit, Why, check_words
from qa_service.text.normalize import fold
from qa_service.text.numbers import NumberKind, numbers

#: They are there; what they are of, the rule's other words say.
_CONFIDENCE = 0.9
_KINDS = tuple(kind.value for kind in NumberKind)


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """Tags every number of one of `kinds` (text.numbers), in figures or in words, by anybody but machines."""

    name: ClassVar[str] = "said_number"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "said_number"
    kinds: tuple[str, ...] = (NumberKind.AMOUNT.value,)

    def __post_init__(self) -> None:
        check_words("kinds", self.kinds, _KINDS)
        if not self.kinds:
            raise Unfit(Why.NOTHING, "kinds", known=_KINDS)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return SaidNumberRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class SaidNumberRun:
    """Remembers nothing: every utterance is judged by itself."""

    settings: SaidNumber

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag per number."""
        if (
            not isinstance(event, Utterance)
            or event.unreliable
            or event.role is Role.SYSTEM
            or not event.text
        ):
            return
        folded = fold(event.text)
        for hit in numbers(folded):
            if hit.kind.value in self.settings.kinds:
                evidence = Evidence.said(event, *folded.origin(hit.start, hit.end))
                yield Tag(
                    (evidence,),
                    self.settings.label,
                    f"{self.settings.name}@{self.settings.version}",
                    _CONFIDENCE,
                    Reason(f"said_number.{hit.kind}"),
                    event.speaker,
                    event.role,
                )

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()
