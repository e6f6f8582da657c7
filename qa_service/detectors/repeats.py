"""Repeats: an agent asks the customer the same thing again and again (score sheets say: three times or more)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.text.normalize import fold
from qa_service.text.questions import kinds_asked
from qa_service.text.similar import asking_part, content, likeness

LABEL = "service.asks_again"
# Courtesies are repeated on purpose.
_OFFER = re.compile("还有(?:其他|其它|什么|别的)|可以帮|能帮|帮到您|听得(?:到|见|清)|在听|稍等|清楚了|明白了")


@dataclass(frozen=True, slots=True)
class AsksAgain:
    """Tags the agent's question that is asking number `times` of much the same within `within_ms`.

    Much the same is at least `alike` (text.similar) with at least `min_content` characters of content, so
    that 在吗, 好吗 and 还有其他可以帮您的吗 do not count. Tagged once per question.
    """

    name: ClassVar[str] = LABEL
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = (LABEL,)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    times: int = 3
    within_ms: int = 300_000
    alike: float = 0.7
    min_content: int = 3

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return AsksAgainRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that an agent put."""

    utterance: Utterance
    text: str


@dataclass(slots=True)
class AsksAgainRun:
    """The agent's questions so far, and those that were tagged."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: AsksAgain
    asked: list[_Asked] = field(default_factory=list)
    tagged: list[str] = field(default_factory=list)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag when a question has come too often."""
        if not isinstance(event, Utterance) or event.role is not Role.AGENT or event.unreliable:
            return
        folded = fold(event.text)
        if not kinds_asked(folded) or _OFFER.search(folded.text):
            return
        text = asking_part(folded)
        if len(content(text)) < self.settings.min_content:
            return
        since_ms = event.span.start_ms - self.settings.within_ms
        self.asked = [
            *(one for one in self.asked if one.utterance.span.end_ms >= since_ms),
            _Asked(event, text),
        ]
        alike = [one.utterance for one in self.asked if self._alike(one.text, text)]
        if len(alike) >= self.settings.times and not any(self._alike(text, known) for known in self.tagged):
            self.tagged.append(text)
            yield self._tag(alike)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _alike(self, one: str, other: str) -> bool:
        return likeness(one, other) >= self.settings.alike

    def _tag(self, asked: list[Utterance]) -> Tag:
        return Tag(
            evidence=tuple(map(Evidence.said, asked)),
            label=LABEL,
            detector=f"{LABEL}@{self.settings.version}",
            confidence=0.75,
            because=Reason.of(LABEL, count=len(asked)),
            speaker=asked[-1].speaker,
            role=asked[-1].role,
        )
