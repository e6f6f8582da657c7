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
from qa_service.text.figures import Range
from qa_service.text.normalize import fold
from qa_service.text.numbers import NumberKind, numbers
from qa_service.text.quantities import UNITS, quantity

#: They are there; what they are of, the rule's other words say.
_CONFIDENCE = 0.9
_KINDS = tuple(kind.value for kind in NumberKind)
_USUAL = (NumberKind.AMOUNT.value,)


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """Tags every number of one of `kinds` (text.numbers), in figures or in words, by anybody but machines.

    With a limit only those that lie beyond it whatever of them is meant (text.quantities: yuan, percent, days):
    一到三天 is not above two days, and of 几百块 nobody can say. `kind` is another name for one of `kinds`.
    """

    name: ClassVar[str] = "said_number"
    version: ClassVar[str] = "2"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "said_number"
    kinds: tuple[str, ...] = _USUAL
    kind: str = ""
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        check_words("kinds", self.kinds, _KINDS)
        if not self.kinds:
            raise Unfit(Why.NOTHING, "kinds", known=_KINDS)
        if self.kind:
            self._take_kind()
        self._check_limits()

    def _take_kind(self) -> None:
        """What is set alike has to be equal, by whichever name."""
        check_words("kind", self.kind, _KINDS)
        if self.kinds != _USUAL:
            raise Unfit(Why.TWICE, "kind", word="kind")
        object.__setattr__(self, "kinds", (self.kind,))
        object.__setattr__(self, "kind", "")

    def _check_limits(self) -> None:
        if self.above is None and self.below is None:
            return
        if self.above is not None and self.below is not None and self.above >= self.below:
            raise Unfit(Why.LIMITS)
        units = {UNITS.get(NumberKind(kind), "") for kind in self.kinds}
        if len(units) > 1 or "" in units:
            limit = "above" if self.above is not None else "below"
            raise Unfit(Why.UNITS, limit, known=[f"{kind} ({unit})" for kind, unit in UNITS.items()])

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return SaidNumberRun(self) if self.needs <= facts.parts else Deaf()

    def is_beyond(self, value: Range | None) -> bool:
        """Whether all that a number can mean lies beyond the limits; nothing does of which nobody knows how much."""
        if self.above is None and self.below is None:
            return True
        return (
            value is not None
            and (self.above is None or value.low > self.above)
            and (self.below is None or value.high < self.below)
        )


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
        settings, folded = self.settings, fold(event.text)
        for hit in numbers(folded):
            if hit.kind.value in settings.kinds and settings.is_beyond(quantity(folded, hit)):
                yield Tag(
                    (Evidence.said(event, *folded.origin(hit.start, hit.end)),),
                    settings.label,
                    f"{settings.name}@{settings.version}",
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
