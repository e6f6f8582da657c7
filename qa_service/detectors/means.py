"""Means: sentences that are near in meaning to an author's examples, by vectors that were measured with the call.

No model runs here. What the encoder does not know, this does not know: what is denied, and the opposite, look alike to
it (docs/rulebook.md#means). So a hit is sure enough to count alone only where it is nearly the example itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from qa_service.core.calls import CallFacts
from qa_service.core.meanings import NO_VECTORS, Meaning, SentenceVectors
from qa_service.core.measured import PartName
from qa_service.core.per_object import per_object
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.text.meaning import Floats, alike, directions, senses_of
from qa_service.text.normalize import Folded, fold

#: At the limit a person decides, and up to a likeness of about 0.93; the example itself is a little surer than that.
_LEAST, _MOST = 0.45, 0.75
#: Of what nobody could compare: a person decides.
_POSSIBLE = 0.5
#: Cosines of int8 vectors are off by less.
_ROUNDING = 0.005
USUAL_UNLESS = frozenset({"negated", "quoted", "question"})


@dataclass(frozen=True, slots=True)
class MeansRule:
    """Emits `label` for an utterance with a sentence or clause that is at least `at_least` near to an example.

    One that is as near to a sentence of `unlike` does not count, nor one that is meant in a sense of `unless` in which
    the example is not.
    """

    label: str
    like: tuple[str, ...]
    at_least: float = 0.6
    unlike: tuple[str, ...] = ()
    role: Role | None = None
    unless: frozenset[str] = USUAL_UNLESS

    def concerns(self, role: Role) -> bool:
        """Whether the rule listens to `role`; machines are nobody, and an unknown role is not a known one."""
        return role is not Role.SYSTEM and self.role in (None, role)


@dataclass(frozen=True, slots=True)
class Means:
    """Tags, per rule and utterance, the sentence or clause that is nearest to one of the rule's examples."""

    name: ClassVar[str] = "means"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value, PartName.EMBEDDINGS.value})
    #: It looks at nothing but the call.
    reach_ms: ClassVar[int] = 0
    told_reach_ms: ClassVar[int] = 0

    rules: tuple[MeansRule, ...] = ()
    #: The examples as vectors: given when the book is got ready to judge (rulebook.meanings).
    vectors: SentenceVectors = NO_VECTORS

    @property
    def labels(self) -> tuple[str, ...]:
        """Every rule's label, once."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence that it compares with, once."""
        return tuple(dict.fromkeys(said for rule in self.rules for said in (*rule.like, *rule.unlike)))

    def only(self, labels: Set[str]) -> Means:
        """The same for those of its rules alone that emit one of `labels`."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.label in labels))

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf where the call or the examples have no vectors, or other ones."""
        if self.unanswered(facts) or not self.needs <= facts.parts:
            return Deaf()
        return MeansRun(_examples(self))

    def unanswered(self, facts: CallFacts) -> Reason | None:
        """Why nobody can say whether it was meant, or nothing (decisions.md 7)."""
        if PartName.EMBEDDINGS.value not in facts.parts:
            return Reason("undecided.no_meanings")
        if not self.vectors.encoder:
            return Reason("undecided.no_examples")
        if self.vectors.encoder != facts.encoder:
            return Reason("undecided.other_encoder")
        return None

    def possible(self, facts: CallFacts, said: Sequence[Utterance]) -> Iterable[Tag]:  # noqa: ARG002
        """What it could have tagged: every utterance of whom a rule listens to."""
        for utterance in said:
            for rule in self.rules:
                if rule.concerns(utterance.role) and utterance.text and not utterance.unreliable:
                    yield _tag(rule, utterance, (0, len(utterance.text)), rule.like[0], None)


class _Near(NamedTuple):
    """How near a stretch of an utterance is to which example."""

    alike: float
    example: str
    meaning: Meaning


class _Sentence(NamedTuple):
    """An example of a rule, or what the rule does not mean."""

    rule: int
    written: str
    senses: frozenset[str]
    is_unlike: bool


class _Examples:
    """Every rule's examples as one matrix. Nothing in it changes; all calls share it."""

    def __init__(self, means: Means) -> None:
        self.rules = means.rules
        known = dict(zip(means.vectors.sentences, means.vectors.vectors, strict=True))
        self._held = [
            _Sentence(which, said, _senses(said), is_unlike)
            for which, rule in enumerate(means.rules)
            for is_unlike, sentences in ((False, rule.like), (True, rule.unlike))
            for said in dict.fromkeys(sentences)
        ]
        self._rows: Floats = directions([known[held.written] for held in self._held])
        self._wanted = frozenset().union(*(rule.unless for rule in means.rules))
        limits = [means.rules[held.rule].at_least - _ROUNDING for held in self._held]
        self._limits = np.array(limits, np.float32)

    def best(self, utterance: Utterance) -> Iterator[tuple[MeansRule, _Near]]:
        """Per rule that listens and finds something, what is nearest to an example."""
        size, length = self._rows.shape[1], len(utterance.text)
        held = [one for one in utterance.meanings if len(one.vector) == size and one.end <= length]
        if not held:
            return
        cosines = alike(directions([one.vector for one in held]), self._rows)
        rows, columns = np.nonzero(cosines >= self._limits)
        if not len(rows):
            return
        folded = fold(utterance.text)
        best: dict[int, _Near] = {}
        for at in dict.fromkeys(rows.tolist()):
            near = [(column, float(cosines[at, column])) for column in columns[rows == at].tolist()]
            for which, found in self._near(held[at], near, folded, utterance.role):
                if which not in best or _better(found, best[which]):
                    best[which] = found
        yield from ((self.rules[which], found) for which, found in sorted(best.items()))

    def _near(
        self, meaning: Meaning, near: Iterable[tuple[int, float]], folded: Folded, role: Role
    ) -> Iterator[tuple[int, _Near]]:
        """What one stretch is near to, without what is nearer to what the rule does not mean."""
        like: list[tuple[int, _Near]] = []
        unlike: defaultdict[int, float] = defaultdict(float)
        senses: frozenset[str] | None = None
        for column, cosine in near:
            sentence = self._held[column]
            rule = self.rules[sentence.rule]
            if not rule.concerns(role):
                continue
            if sentence.is_unlike:
                unlike[sentence.rule] = max(unlike[sentence.rule], cosine)
                continue
            senses = _senses_at(folded, meaning, self._wanted) if senses is None else senses
            if not _is_excused(senses, sentence.senses, rule.unless):
                like.append((sentence.rule, _Near(cosine, sentence.written, meaning)))
        yield from ((which, found) for which, found in like if unlike[which] < found.alike)


def _is_excused(said: Set[str], example: Set[str], unless: Set[str]) -> bool:
    """Whether it is meant in a sense in which the example is not; of the two only one denied, whichever."""
    otherwise = (said - example) | ((said ^ example) & {"negated"})
    return not unless.isdisjoint(otherwise)


@per_object
def _examples(means: Means) -> _Examples:
    return _Examples(means)


def _senses(sentence: str) -> frozenset[str]:
    folded = fold(sentence)
    return senses_of(folded, 0, len(folded.text))


def _senses_at(folded: Folded, meaning: Meaning, wanted: frozenset[str]) -> frozenset[str]:
    start, end = bisect_left(folded.starts, meaning.start), bisect_left(folded.starts, meaning.end)
    return senses_of(folded, start, end, wanted) if start < end else frozenset()


@dataclass(slots=True)
class MeansRun:
    """Remembers nothing: every utterance is judged by itself."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    examples: _Examples

    def hear(self, event: Event) -> Iterable[Tag]:
        """One tag per rule at most."""
        if not isinstance(event, Utterance) or event.unreliable or not event.meanings:
            return
        for rule, near in self.examples.best(event):
            yield _tag(rule, event, (near.meaning.start, near.meaning.end), near.example, near.alike)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


def _tag(rule: MeansRule, said: Utterance, where: tuple[int, int], example: str, near: float | None) -> Tag:
    percent = round(100 * (rule.at_least if near is None else near))
    return Tag(
        (Evidence.said(said, *where),),
        rule.label,
        f"{Means.name}@{Means.version}",
        _POSSIBLE if near is None else _confidence(near, rule.at_least),
        Reason.of("means.example", example=example, percent=percent),
        said.speaker,
        said.role,
    )


def _better(one: _Near, other: _Near) -> bool:
    """The nearer; of two the same, the shorter."""
    lengths = [near.meaning.end - near.meaning.start for near in (one, other)]
    return (one.alike, -lengths[0]) > (other.alike, -lengths[1])


def _confidence(near: float, at_least: float) -> float:
    room = 1 - at_least
    beyond = min(1.0, max(0.0, (near - at_least) / room)) if room > 0 else 1.0
    return round(_LEAST + (_MOST - _LEAST) * beyond, 2)
