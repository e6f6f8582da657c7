"""Emotion: what somebody's words say that they feel. Words alone; the voice is tone.py's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.once import check_role
from qa_service.detectors.unfit import Unfit, Why, check_words
from qa_service.text.feeling_words import NEGATIVE, Feeling
from qa_service.text.feelings import Felt, feelings_in
from qa_service.text.normalize import fold

#: Any of the bad ones.
ANY_NEGATIVE = "negative"
KINDS = (*(feeling.value for feeling in Feeling), ANY_NEGATIVE)


@dataclass(frozen=True, slots=True)
class Emotion:
    """Tags, of every utterance of `role`, the surest of the feelings of `kinds` that its words say.

    `negative` is anger, displeasure or worry, whichever. Denied, quoted and supposed ones are none, nor are those of
    somebody else (您别生气).
    """

    name: ClassVar[str] = "emotion"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "emotion"
    kinds: tuple[str, ...] = (ANY_NEGATIVE,)
    role: str = Role.CUSTOMER.value

    def __post_init__(self) -> None:
        check_words("kinds", self.kinds, KINDS)
        if not self.kinds:
            raise Unfit(Why.NOTHING, "kinds", known=KINDS)
        check_role(self.role)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    @property
    def wanted(self) -> frozenset[Feeling]:
        """The feelings of `kinds`."""
        named = frozenset(Feeling(kind) for kind in self.kinds if kind != ANY_NEGATIVE)
        return named | NEGATIVE if ANY_NEGATIVE in self.kinds else named

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return EmotionRun(self, self.wanted) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class EmotionRun:
    """Remembers nothing: every utterance is judged by itself."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: Emotion
    wanted: frozenset[Feeling]

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag at most."""
        settings = self.settings
        if not isinstance(event, Utterance) or not speaks(event, settings.role):
            return
        felt = [one for one in feelings_in(event.text) if one.feeling in self.wanted]
        if not felt:
            return
        surest = max(felt, key=lambda one: one.confidence)
        said = said_of(event, surest)
        yield Tag(
            (said,),
            settings.label,
            f"{settings.name}@{settings.version}",
            surest.confidence,
            Reason.of(f"emotion.{surest.feeling}", quote=said.quotes[0].text),
            event.speaker,
            event.role,
        )

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def speaks(said: Utterance, role: str) -> bool:
    """Whether something was heard well enough, by `role` (anybody but machines, for none)."""
    who = said.role.value
    return not said.unreliable and bool(said.text) and (who == role if role else who != Role.SYSTEM.value)


def said_of(said: Utterance, felt: Felt) -> Evidence:
    """The words that say a feeling."""
    return Evidence.said(said, *fold(said.text).origin(felt.start, felt.end))
