"""Runs the examples that rules carry: each must match, or must not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.measured import HearingModel, PartName
from qa_service.core.speech import Utterance, Voice
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.pipeline.live import replay
from qa_service.rulebook.book import Example, Rulebook
from qa_service.rulebook.examples import ExampleLine, read_lines
from qa_service.rules.asks import settled
from qa_service.rules.find import Certainty, find
from qa_service.rules.scene import Scene
from qa_service.usecases.embed import NO_INTERPRETER, Interpreter

_ALL_PARTS = frozenset(part.value for part in PartName)
#: Examples are text: what a recogniser would have misheard is not their question.
_CERTAIN = Certainty(HearingModel("transcript"))


@dataclass(frozen=True, slots=True)
class Trial:
    """An example and whether its rule fired on it."""

    example: Example
    matched: bool
    #: Why nobody can say from an example whether the rule would match; it is then neither right nor wrong.
    undecided: Reason | None = None

    @property
    def as_wanted(self) -> bool:
        """Whether the rule did what its author says it must, as far as an example can tell."""
        return self.undecided is not None or self.matched == self.example.must_match


def try_examples(
    book: Rulebook,
    *,
    tokens: Callable[[str], tuple[int, ...]],
    interpreter: Interpreter = NO_INTERPRETER,
) -> tuple[Trial, ...]:
    """Tries every example of a book on its own rule, all other rules aside.

    What rests on meanings is undecided without an encoder.
    """
    ready = interpreter.book(book)
    # Sentences are looked at for their meaning only where a rule asks for it.
    is_asked = book.needs(PartName.EMBEDDINGS)
    about = _About(tokens, interpreter if is_asked else NO_INTERPRETER)
    return tuple(_tried(ready, example, about) for example in book.examples)


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of an example's words."""

    tokens: Callable[[str], tuple[int, ...]]
    interpreter: Interpreter

    def facts(self, end_ms: int) -> CallFacts:
        encoder = self.interpreter.encoder
        parts = _ALL_PARTS if encoder else _ALL_PARTS - {PartName.EMBEDDINGS.value}
        return CallFacts(leg=Leg(Span(0, end_ms)), parts=parts, encoder=encoder)


def _tried(book: Rulebook, example: Example, about: _About) -> Trial:
    rules = [rule for rule in (*book.rules, *book.good) if rule.id == example.rule]
    utterances = about.interpreter.said(_utterances(read_lines(example.lines), about.tokens))
    facts = about.facts(max((u.span.end_ms for u in utterances), default=0))
    voices = _voices(utterances)
    tags = replay(book.detectors, facts, [*voices, *utterances])
    scene = Scene(facts.leg, utterances, tags)
    found = settled(rules, find(rules, scene, facts, _CERTAIN), scene, facts)
    return Trial(example, bool(found.findings), found.unanswered.get(example.rule))


def _utterances(
    lines: Sequence[ExampleLine], tokens: Callable[[str], tuple[int, ...]]
) -> tuple[Utterance, ...]:
    said = [
        Utterance(
            id=f"u{i:04d}",
            span=line.span,
            speaker=line.role.value,
            text=line.text,
            speech_ms=line.span.duration_ms,
            loudness_dbfs=line.loudness_dbfs,
            pitch_hz=line.pitch_hz,
            tokens=tokens(line.text),
            role=line.role,
            role_confidence=1.0,
        )
        for i, line in enumerate(lines)
    ]
    return tuple(sorted(said, key=lambda u: u.order))


def _voices(utterances: Iterable[Utterance]) -> list[Voice]:
    return [Voice(u.span, u.speaker, u.role) for u in utterances]
