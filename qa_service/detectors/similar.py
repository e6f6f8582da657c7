"""Similar: sentences that resemble an author's examples by their characters (text.resemblance); no model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, NamedTuple

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.per_object import per_object
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.text.normalize import Folded, fold
from qa_service.text.resemblance import (
    Features,
    Stretch,
    features,
    least_shared,
    stretches,
    weighed,
)

#: At the limit a person decides; said as in the example, it is as sure as a pattern.
_LEAST, _MOST = 0.55, 0.9


@dataclass(frozen=True, slots=True)
class SimilarRule:
    """Emits `label` for an utterance with a sentence or clause that is at least `at_least` like an example.

    One that is as much like an example of `unlike` does not count.
    """

    label: str
    examples: tuple[str, ...]
    at_least: float = 0.6
    unlike: tuple[str, ...] = ()
    role: Role | None = None

    def concerns(self, role: Role) -> bool:
        """Whether the rule listens to `role`; machines are nobody, and an unknown role is not a known one."""
        return role is not Role.SYSTEM and self.role in (None, role)


@dataclass(frozen=True, slots=True)
class Similar:
    """Tags, per rule and utterance, the clause that is most like one of the rule's examples."""

    name: ClassVar[str] = "similar"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    rules: tuple[SimilarRule, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every rule's label, once."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return SimilarRun(_examples(self.rules)) if self.needs <= facts.parts else Deaf()


class _Like(NamedTuple):
    """How like which example a clause is."""

    alike: float
    example: str
    stretch: Stretch


class _Sentence(NamedTuple):
    """An example of a rule, or what the rule does not mean."""

    rule: int
    written: str
    said: Features
    is_unlike: bool
    #: With fewer characters and pairs in common it need not be weighed.
    least: float


class _Examples:
    """Every rule's examples, found by what they share with a sentence. Nothing in it changes; all calls share it."""

    def __init__(self, rules: tuple[SimilarRule, ...]) -> None:
        self.rules = rules
        self._held: list[_Sentence] = []
        self._by_gram: defaultdict[str, list[int]] = defaultdict(list)
        for which, rule in enumerate(rules):
            for is_unlike, sentences in ((False, rule.examples), (True, rule.unlike)):
                for written in dict.fromkeys(sentences):
                    said = features(fold(written).text)
                    for gram in said.grams:
                        self._by_gram[gram].append(len(self._held))
                    least = least_shared(said, rule.at_least)
                    self._held.append(_Sentence(which, written, said, is_unlike, least))

    def best(self, folded: Folded, role: Role) -> Iterator[tuple[SimilarRule, _Like]]:
        """Per rule that listens and finds something, the clause that is most like an example."""
        best: dict[int, _Like] = {}
        for stretch in stretches(folded):
            said = features(folded.text[stretch.start : stretch.end])
            for which, like in self._like(said, stretch, role):
                if which not in best or _better(like, best[which]):
                    best[which] = like
        yield from ((self.rules[which], like) for which, like in sorted(best.items()))

    def _like(self, said: Features, stretch: Stretch, role: Role) -> Iterator[tuple[int, _Like]]:
        like: list[tuple[int, _Like]] = []
        #: How much like the most similar sentence that a rule does not mean.
        unlike: defaultdict[int, float] = defaultdict(float)
        known, held = self._by_gram, self._held
        shared = Counter(chain.from_iterable(known[gram] for gram in said.grams if gram in known))
        for at, count in sorted((at, count) for at, count in shared.items() if count >= held[at].least):
            sentence = held[at]
            alike = weighed(count, said, sentence.said)
            if alike < self.rules[sentence.rule].at_least or not self.rules[sentence.rule].concerns(role):
                continue
            if sentence.is_unlike:
                unlike[sentence.rule] = max(unlike[sentence.rule], alike)
            else:
                like.append((sentence.rule, _Like(alike, sentence.written, stretch)))
        yield from ((which, found) for which, found in like if unlike[which] < found.alike)


@per_object
def _examples(rules: tuple[SimilarRule, ...]) -> _Examples:
    return _Examples(rules)


@dataclass(slots=True)
class SimilarRun:
    """Remembers nothing: every utterance is judged by itself."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    examples: _Examples

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag per rule at most."""
        if not isinstance(event, Utterance) or event.unreliable or not event.text:
            return
        folded = fold(event.text)
        for rule, like in self.examples.best(folded, event.role):
            said = folded.origin(like.stretch.start, like.stretch.end)
            because = Reason.of("similar.example", example=like.example, percent=round(100 * like.alike))
            yield Tag(
                (Evidence.said(event, *said),),
                rule.label,
                f"{Similar.name}@{Similar.version}",
                _confidence(like.alike, rule.at_least),
                because,
                event.speaker,
                event.role,
            )

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def _better(one: _Like, other: _Like) -> bool:
    """The more alike; of two the same, the shorter."""
    lengths = [like.stretch.end - like.stretch.start for like in (one, other)]
    return (one.alike, -lengths[0]) > (other.alike, -lengths[1])


def _confidence(alike: float, at_least: float) -> float:
    room = 1 - at_least
    beyond = (alike - at_least) / room if room > 0 else 1.0
    return round(_LEAST + (_MOST - _LEAST) * beyond, 2)
