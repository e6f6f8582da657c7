"""Pace: an agent who talks too fast, too slowly, or suddenly faster than before.

Rates are articulation rates: characters per minute of *speech*, pauses left out. All numbers are
settings; where the defaults come from is in docs/detectors-sound.md#pace.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.rates import confidence_beyond, has_pace

_NEEDS = frozenset({PartName.WORDS.value, PartName.ACTIVITY.value})


@dataclass(frozen=True, slots=True)
class PaceFast:
    """Tags an agent's utterances above `limit_cpm`, once that lasts.

    It lasts when one utterance has `long_chars`, or when two judged ones in a row are above the limit,
    at most `within_ms` apart. Utterances that cannot be judged are passed over: too short, mostly
    foreign words or figures, or a number read out.
    """

    name: ClassVar[str] = "pace.fast"
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = ("pace.fast",)
    needs: ClassVar[frozenset[str]] = _NEEDS

    limit_cpm: int = 320
    min_chars: int = 10
    min_speech_ms: int = 1_500
    long_chars: int = 20
    within_ms: int = 30_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words and speech times."""
        return PaceRun(self) if self.needs <= facts.parts else Deaf()

    def limit(self, previous: Sequence[float]) -> float | None:  # noqa: ARG002 - an absolute limit
        """The limit itself, whatever the speaker did before."""
        return self.limit_cpm

    def is_beyond(self, cpm: float, limit: float) -> bool:
        """Above the limit, not at it."""
        return cpm > limit


@dataclass(frozen=True, slots=True)
class PaceSlow:
    """Tags an agent's utterances below `limit_cpm`, once that lasts (see PaceFast).

    Numbers read out digit by digit are not slow speech.
    """

    name: ClassVar[str] = "pace.slow"
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = ("pace.slow",)
    needs: ClassVar[frozenset[str]] = _NEEDS

    limit_cpm: int = 140
    min_chars: int = 10
    min_speech_ms: int = 1_500
    long_chars: int = 20
    within_ms: int = 30_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words and speech times."""
        return PaceRun(self) if self.needs <= facts.parts else Deaf()

    def limit(self, previous: Sequence[float]) -> float | None:  # noqa: ARG002 - an absolute limit
        """The limit itself, whatever the speaker did before."""
        return self.limit_cpm

    def is_beyond(self, cpm: float, limit: float) -> bool:
        """Below the limit, not at it."""
        return cpm < limit


@dataclass(frozen=True, slots=True)
class PaceJump:
    """Tags an agent who talks `ratio` times as fast as their own baseline, once that lasts.

    The baseline is the median of the speaker's previous utterances in this call, at least
    `min_previous` (decisions.md 6). Only faster counts: slowing down for a customer is a service, and
    what is too slow is PaceSlow's. Under `min_cpm` nobody sounds hurried, however slow they were before.
    """

    name: ClassVar[str] = "pace.jump"
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = ("pace.jump",)
    needs: ClassVar[frozenset[str]] = _NEEDS

    ratio: float = 1.3
    min_cpm: int = 260
    min_previous: int = 5
    min_chars: int = 10
    min_speech_ms: int = 1_500
    long_chars: int = 20
    within_ms: int = 30_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words and speech times."""
        return PaceRun(self) if self.needs <= facts.parts else Deaf()

    def limit(self, previous: Sequence[float]) -> float | None:
        """`ratio` times the baseline; nothing while there is no baseline."""
        if len(previous) < self.min_previous:
            return None
        return max(self.min_cpm, self.ratio * median(previous))

    def is_beyond(self, cpm: float, limit: float) -> bool:
        """Above the limit, not at it."""
        return cpm > limit


@dataclass(frozen=True, slots=True)
class _Beyond:
    """The last judged utterance, which was beyond the limit, and whether it has been tagged."""

    utterance: Utterance
    is_tagged: bool


@dataclass(slots=True)
class PaceRun:
    """Judges utterances one by one; time that passes in silence tells it nothing."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: PaceFast | PaceSlow | PaceJump
    #: Judged rates per speaker, sorted.
    rates: dict[str, list[float]] = field(default_factory=dict)
    beyond: dict[str, _Beyond] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag when `event` shows that a pace beyond the limit lasts."""
        if not isinstance(event, Utterance) or (cpm := self._rate(event)) is None:
            return
        previous = self.rates.setdefault(event.speaker, [])
        limit = self.settings.limit(previous) if event.role is Role.AGENT else None
        is_beyond = limit is not None and self.settings.is_beyond(cpm, limit)
        baseline = median(previous) if is_beyond and previous else cpm
        insort(previous, cpm)
        if limit is None or not is_beyond:
            self.beyond.pop(event.speaker, None)
        elif shown := self._lasting(event):
            yield self._tag(shown, limit, baseline)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: nobody talks fast by keeping silent."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _rate(self, utterance: Utterance) -> float | None:
        """The rate where it can be judged, see PaceFast."""
        chars, speech_ms = spoken_chars(utterance.text), utterance.speech_ms
        if chars < self.settings.min_chars or speech_ms < max(1, self.settings.min_speech_ms):
            return None
        return utterance.chars_per_minute if has_pace(utterance) else None

    def _lasting(self, utterance: Utterance) -> tuple[Utterance, ...]:
        """The utterances that show it, the newest last; nothing while it may be a single short one."""
        last = self.beyond.get(utterance.speaker)
        if last and utterance.span.start_ms - last.utterance.span.end_ms > self.settings.within_ms:
            last = None
        shows = last is not None or spoken_chars(utterance.text) >= self.settings.long_chars
        self.beyond[utterance.speaker] = _Beyond(utterance, is_tagged=shows)
        if not shows:
            return ()
        return (utterance,) if last is None or last.is_tagged else (last.utterance, utterance)

    def _tag(self, shown: tuple[Utterance, ...], limit: float, baseline: float) -> Tag:
        chars = sum(spoken_chars(utterance.text) for utterance in shown)
        cpm = 60_000 * chars / sum(utterance.speech_ms for utterance in shown)
        away = abs(cpm / limit - 1)
        return Tag(
            evidence=tuple(map(Evidence.said, shown)),
            label=self.settings.name,
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=confidence_beyond(away),
            because=Reason.of(
                self.settings.name, cpm=round(cpm), limit=round(limit), baseline=round(baseline)
            ),
            speaker=shown[-1].speaker,
            role=shown[-1].role,
        )
