"""What detectors of loudness and pitch share: an utterance held against its speaker's usual, or against another one.

Neither a level in dBFS nor a pitch in Hz says anything by itself: the one is the line's, the other the voice's. What
is compared are differences, in dB or in semitones, of one speaker within one call.

This is not a detector; like base.py it may be imported by all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import insort
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import ClassVar

from qa_service.core.calls import CallFacts, Clocks
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.once import PEOPLE, check_limits, is_beyond
from qa_service.detectors.unfit import Unfit, Why, check_words

USUAL, PREVIOUS, OTHER = TO = ("usual", "previous", "other")
#: Everybody's next sentence is a little louder or higher: nearer to the usual than this nothing is a finding.
LEAST = 1.0
_MOST_CONFIDENT = 0.95


@dataclass(frozen=True, slots=True)
class Contrast(ABC):
    """Tags utterances that differ from `to` by more than `above` or less than `below`, or by `jump` either way.

    `to` is the `usual` (the median of the speaker's previous utterances, at least `min_previous`), the `previous`
    utterance of the same speaker, or the `other` party's last one, each taken relative to its speaker's usual; the
    latter two begin at most `within_ms` before. Judged are reliable utterances of `min_speech_ms` of speech.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value, PartName.PROSODY.value})
    #: How far one sentence may be from how its speaker speaks at that time, one standard deviation.
    error: ClassVar[float]

    label: str
    above: float | None = None
    below: float | None = None
    jump: float | None = None
    to: str = ""
    min_speech_ms: int = 1_000
    min_previous: int = 5
    within_ms: int = 30_000

    def __post_init__(self) -> None:
        if self.to:
            check_words("to", self.to, TO)
        if self.jump is None:
            self._check_limits()
        elif self.above is not None or self.below is not None:
            raise Unfit(Why.EITHER, "jump", word="jump", known=("above", "below"))
        # What is set alike has to be equal, whether it is written or not.
        object.__setattr__(self, "to", self.to or (USUAL if self.jump is None else PREVIOUS))

    def _check_limits(self) -> None:
        if self.above is None and self.below is None:
            raise Unfit(Why.NOTHING, known=("above", "below", "jump"))
        check_limits(self.above, self.below)
        is_up = self.above is not None and self.above >= LEAST
        if not is_up and (self.below is None or self.below > -LEAST):
            raise Unfit(Why.USUAL, "below" if self.above is None else "above")

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    @property
    def clocks(self) -> frozenset[Clocks]:
        """Which of the other's utterances came before can be told unless the channels' times are doubted."""
        return frozenset(Clocks) - {Clocks.DOUBTED} if self.to == OTHER else frozenset(Clocks)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without prosody, or where each party's own sound cannot be told apart."""
        can_tell = self.needs <= facts.parts and facts.overlap_known and facts.clocks in self.clocks
        return ContrastRun(self) if can_tell else Deaf()

    def unjudged(self, said: Sequence[Utterance], roles: Set[Role]) -> Reason | None:
        """Why nothing of `roles` (of anybody, for none) could be compared, or nothing."""
        run = ContrastRun(self)
        for utterance in sorted(said, key=lambda one: one.order):
            if run.compared(utterance) and (not roles or utterance.role in roles):
                return None
        return Reason("not_applicable.nothing_to_compare")

    def measured(self, utterance: Utterance) -> float | None:
        """The utterance's value, in the unit of the limits; None where it is not to be judged."""
        if utterance.unreliable or utterance.role is Role.SYSTEM or not spoken_chars(utterance.text):
            return None
        return self.value(utterance) if utterance.speech_ms >= max(1, self.min_speech_ms) else None

    @abstractmethod
    def value(self, utterance: Utterance) -> float | None:
        """What was measured of the utterance."""

    @abstractmethod
    def reason(self, difference: float, limit: float) -> Reason:
        """How far it differs, up or down, and from what."""

    def limit(self, difference: float) -> float | None:
        """The limit beyond which a difference lies, the nearest of several; None where it is no hit."""
        if self.jump is not None:
            return self.jump if abs(difference) > self.jump else None
        if not is_beyond(difference, self.above, self.below):
            return None
        limits = [limit for limit in (self.above, self.below) if limit is not None]
        return min(limits, key=lambda limit: abs(difference - limit))

    def confidence(self, difference: float, limit: float) -> float:
        """The chance that other words would lie beyond the limit, too; the errors of two sentences add up."""
        beyond = abs(abs(difference) - abs(limit))
        error = self.error * (1 if self.to == USUAL else 2**0.5)
        return round(min(_MOST_CONFIDENT, NormalDist(sigma=error).cdf(beyond)), 2)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A judged utterance, its value, and how far that is from its speaker's usual, once there is one."""

    utterance: Utterance
    value: float
    away: float | None


@dataclass(frozen=True, slots=True)
class _Compared:
    """How far an utterance differs, and from which one where it is a single one."""

    difference: float
    beside: tuple[Utterance, ...] = ()


@dataclass(slots=True)
class ContrastRun:
    """Compares utterances one by one with those before."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: Contrast
    #: Per speaker, sorted.
    values: dict[str, list[float]] = field(default_factory=dict)
    last_by: dict[str, _Heard] = field(default_factory=dict)
    last_of: dict[Role, _Heard] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag when `event` is an utterance that differs so much."""
        if not isinstance(event, Utterance) or (compared := self.compared(event)) is None:
            return
        difference = round(compared.difference, 1)
        if (limit := self.settings.limit(difference)) is not None:
            yield Tag(
                tuple(map(Evidence.said, (event, *compared.beside))),
                self.settings.label,
                f"{self.settings.name}@{self.settings.version}",
                self.settings.confidence(difference, limit),
                self.settings.reason(difference, limit),
                event.speaker,
                event.role,
            )

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def compared(self, utterance: Utterance) -> _Compared | None:
        """The utterance held against what it is to be, which it then is part of; None where that cannot be."""
        value = self.settings.measured(utterance)
        if value is None:
            return None
        before = self.values.setdefault(utterance.speaker, [])
        usual = _middle(before) if len(before) >= self.settings.min_previous else None
        now = _Heard(utterance, value, None if usual is None else value - usual)
        found = self._held_against(now)
        insort(before, value)
        self.last_by[utterance.speaker] = self.last_of[utterance.role] = now
        return found

    def _held_against(self, now: _Heard) -> _Compared | None:
        if self.settings.to == USUAL:
            return None if now.away is None else _Compared(now.away)
        if self.settings.to == PREVIOUS:
            last = self._near(now, self.last_by.get(now.utterance.speaker))
            return _Compared(now.value - last.value, (last.utterance,)) if last else None
        others = [role for role in PEOPLE if role is not now.utterance.role]
        last = self._near(now, self.last_of.get(others[0])) if len(others) == 1 else None
        if last is None or now.away is None or last.away is None:
            return None
        return _Compared(now.away - last.away, (last.utterance,))

    def _near(self, now: _Heard, last: _Heard | None) -> _Heard | None:
        if last is None:
            return None
        pause_ms = now.utterance.span.start_ms - last.utterance.span.end_ms
        return last if pause_ms <= self.settings.within_ms else None


def _middle(ordered: Sequence[float]) -> float:
    """The median of values that are sorted already: sorting them anew for every sentence takes long in long calls."""
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
