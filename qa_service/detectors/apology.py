"""Empty apologies: one after the other, and nothing is done. Only agents are heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.detectors.service_words import (
    APOLOGY,
    acts_in,
)
from qa_service.text.answers import asks_back, commits, is_definite
from qa_service.text.normalize import fold

APOLOGY_ONLY = "service.apology_only"
#: An apology less sure than this is an excuse in passing.
_PLAIN = 0.7


@dataclass(frozen=True, slots=True)
class ApologyOnly:
    """Tags the apology that is number `times` within `within_ms` without any action in between.

    An action is whatever moves the matter: a next step, an owner, a time, a question back. It starts the
    count anew. A light 不好意思 is no apology here. Tagged once per row of apologies.
    """

    name: ClassVar[str] = APOLOGY_ONLY
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = (APOLOGY_ONLY,)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    times: int = 3
    within_ms: int = 120_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return ApologyOnlyRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class ApologyOnlyRun:
    """The apologies since something was last done."""

    settings: ApologyOnly
    apologies: list[Evidence] = field(default_factory=list)
    is_tagged: bool = False

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag at the apology that makes it too many; what was lost may have been the action."""
        if isinstance(event, Sound) and event.is_lost:
            self._begin_anew()
        if not isinstance(event, Utterance) or event.role is not Role.AGENT:
            return
        folded = fold(event.text)
        apology = acts_in(event.text).get(APOLOGY)
        is_one = apology is not None and apology.confidence >= _PLAIN
        if not (is_one or self.apologies):
            return
        if event.unreliable or commits(folded) or is_definite(folded) or asks_back(folded):
            self._begin_anew()
            return
        if apology is None or not is_one:
            return
        since_ms = event.span.end_ms - self.settings.within_ms
        recent = [piece for piece in self.apologies if piece.span.start_ms >= since_ms]
        self.apologies = [*recent, Evidence.said(event, *folded.origin(apology.start, apology.end))]
        if len(self.apologies) >= self.settings.times and not self.is_tagged:
            self.is_tagged = True
            yield self._tag(event)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: an action may still come, but it comes too late for these."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _begin_anew(self) -> None:
        self.apologies, self.is_tagged = [], False

    def _tag(self, last: Utterance) -> Tag:
        return Tag(
            evidence=tuple(self.apologies),
            label=APOLOGY_ONLY,
            detector=f"{APOLOGY_ONLY}@{self.settings.version}",
            confidence=0.8,
            because=Reason.of(APOLOGY_ONLY, count=len(self.apologies)),
            speaker=last.speaker,
            role=last.role,
        )
