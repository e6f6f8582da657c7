"""Pace: an agent who talks too fast, too slowly, or suddenly faster than before.

Rates are articulation rates: characters per minute of *speech*, pauses left out. All numbers are
settings; where the defaults come from is in docs/detectors-sound.md#pace.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.probe import Probe
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

    def compared(self, cpm: float, previous: Sequence[float]) -> float:  # noqa: ARG002 - an absolute limit
        """The rate itself, whatever the speaker did before."""
        return cpm

    def counts(self, cpm: float) -> bool:  # noqa: ARG002
        """Whether such a rate may be beyond any limit."""
        return True

    def is_beyond(self, value: float) -> bool:
        """Above the limit, not at it."""
        return value > self.limit_cpm

    def milder(self, one: float, other: float) -> float:
        """Which of two values is less of a fault."""
        return min(one, other)

    def limit(self, previous: Sequence[float]) -> float:  # noqa: ARG002
        """The limit as a rate."""
        return self.limit_cpm


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

    def compared(self, cpm: float, previous: Sequence[float]) -> float:  # noqa: ARG002 - an absolute limit
        """The rate itself, whatever the speaker did before."""
        return cpm

    def counts(self, cpm: float) -> bool:  # noqa: ARG002
        """Whether such a rate may be beyond any limit."""
        return True

    def is_beyond(self, value: float) -> bool:
        """Below the limit, not at it."""
        return value < self.limit_cpm

    def milder(self, one: float, other: float) -> float:
        """Which of two values is less of a fault."""
        return max(one, other)

    def limit(self, previous: Sequence[float]) -> float:  # noqa: ARG002
        """The limit as a rate."""
        return self.limit_cpm


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

    def compared(self, cpm: float, previous: Sequence[float]) -> float | None:
        """How many times the baseline it is; nothing while there is no baseline."""
        return cpm / median(previous) if len(previous) >= self.min_previous else None

    def counts(self, cpm: float) -> bool:
        """Whether somebody may sound hurried at such a rate."""
        return cpm > self.min_cpm

    def is_beyond(self, value: float) -> bool:
        """Above the limit, not at it."""
        return value > self.ratio

    def milder(self, one: float, other: float) -> float:
        """Which of two values is less of a fault."""
        return min(one, other)

    def limit(self, previous: Sequence[float]) -> float:
        """The limit as a rate: `ratio` times the baseline, at least `min_cpm`."""
        return max(self.min_cpm, self.ratio * median(previous))


@dataclass(frozen=True, slots=True)
class _Judged:
    """The last judged utterance, what of it was held against the limit, and whether a tag shows it."""

    utterance: Utterance
    value: float
    is_tagged: bool = False


@dataclass(slots=True)
class PaceRun:
    """Judges utterances one by one; time that passes in silence tells it nothing."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: PaceFast | PaceSlow | PaceJump
    #: Judged rates per speaker, sorted.
    rates: dict[str, list[float]] = field(default_factory=dict)
    last: dict[str, _Judged] = field(default_factory=dict)
    probe: Probe | None = None

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag when `event` shows that a pace beyond the limit lasts."""
        if not isinstance(event, Utterance) or (cpm := self._rate(event)) is None:
            return
        previous = self.rates.setdefault(event.speaker, [])
        value = self.settings.compared(cpm, previous) if event.role is Role.AGENT else None
        shown = () if value is None else self._judge(_Judged(event, value), counts=self.settings.counts(cpm))
        if value is None:
            self.last.pop(event.speaker, None)
        limit, baseline = (self.settings.limit(previous), median(previous or [cpm])) if shown else (0.0, cpm)
        insort(previous, cpm)
        if shown:
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

    def _judge(self, now: _Judged, *, counts: bool) -> tuple[Utterance, ...]:
        """The utterances that show a pace beyond the limit, the newest last; it is then the last judged one."""
        last = self._row(now)
        lasting = self._lasting(now, last) if counts else None
        if self.probe:
            self.probe(now.value, lasting)
        if counts:
            is_shown = lasting is not None and self.settings.is_beyond(lasting)
            self.last[now.utterance.speaker] = replace(now, is_tagged=is_shown)
        if lasting is None or not self.settings.is_beyond(lasting):
            return ()
        if last is None or last.is_tagged or not self.settings.is_beyond(last.value):
            return (now.utterance,)
        return (last.utterance, now.utterance)

    def _row(self, now: _Judged) -> _Judged | None:
        """The judged utterance before, where both may show the same."""
        last = self.last.pop(now.utterance.speaker, None)
        if last and now.utterance.span.start_ms - last.utterance.span.end_ms > self.settings.within_ms:
            return None
        return last

    def _lasting(self, now: _Judged, last: _Judged | None) -> float | None:
        """The value that has lasted; nothing while it may be a single short utterance's."""
        if spoken_chars(now.utterance.text) >= self.settings.long_chars:
            return now.value
        return None if last is None else self.settings.milder(now.value, last.value)

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
