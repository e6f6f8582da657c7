"""Again: somebody says much the same once more, what they said themselves or what the other said before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.once import PEOPLE, check_role
from qa_service.detectors.unfit import check_words
from qa_service.text.normalize import fold
from qa_service.text.resemblance import Features, features, weighed

_OWN, _OTHER = "own", "other"


@dataclass(frozen=True, slots=True)
class SaysAgain:
    """Tags an utterance by `by` that is at least `alike` one of the `last` before it, `of` own or other words.

    Alike is text.resemblance, either way round. Shorter ones than `min_chars` are courtesies and back-channels.
    """

    name: ClassVar[str] = "says_again"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    label: str = "says_again"
    by: str = Role.AGENT.value
    of: str = _OWN
    alike: float = 0.75
    last: int = 5
    min_chars: int = 6

    def __post_init__(self) -> None:
        check_role(self.by, "by")
        check_words("of", self.of, (_OWN, _OTHER))

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one leg; deaf without words."""
        return SaysAgainRun(self) if self.needs <= facts.parts else Deaf()


class _Said(NamedTuple):
    """An utterance with the characters and pairs that it holds, as bits: two numbers are compared in no time."""

    utterance: Utterance
    words: Features
    held: int
    #: How many those are.
    size: int


@dataclass(slots=True)
class SaysAgainRun:
    """What each party said last."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: SaysAgain
    said: dict[Role, deque[_Said]] = field(default_factory=dict)
    #: Which bit stands for a character or pair, in the order in which they were first said.
    bits: dict[str, int] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag that shows what was said before and what is said again."""
        if not isinstance(event, Utterance) or event.unreliable or event.role not in PEOPLE:
            return
        if spoken_chars(event.text) < self.settings.min_chars:
            return
        now = self._words(event)
        if self.settings.by in {"", event.role.value}:
            yield from self._again(now)
        self.said.setdefault(event.role, deque(maxlen=self.settings.last)).append(now)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _words(self, heard: Utterance) -> _Said:
        words, held, bits = features(fold(heard.text).text), 0, self.bits
        for gram in words.grams:
            held |= 1 << bits.setdefault(gram, len(bits))
        return _Said(heard, words, held, len(words.grams))

    def _again(self, said: _Said) -> Iterable[Tag]:
        now, held, size = said.utterance, said.held, said.size
        most, before = 0.0, now
        wanted = self.settings.alike / 2
        for known in self.said.get(self._whose(now.role), ()):
            shared = (held & known.held).bit_count()
            # No way round is more alike than this (text.resemblance): asked of hundreds of pairs, so nothing else is.
            if shared < wanted * (size + known.size) or not shared:
                continue
            alike = min(weighed(shared, said.words, known.words), weighed(shared, known.words, said.words))
            if alike > most:
                most, before, wanted = alike, known.utterance, max(wanted, alike / 2)
        if most >= self.settings.alike:
            yield Tag(
                (Evidence.said(before), Evidence.said(now)),
                self.settings.label,
                f"{self.settings.name}@{self.settings.version}",
                round(min(0.9, most), 2),
                Reason.of("says_again", percent=round(100 * most)),
                now.speaker,
                now.role,
            )

    def _whose(self, by: Role) -> Role:
        if self.settings.of == _OWN:
            return by
        return Role.CUSTOMER if by is Role.AGENT else Role.AGENT
