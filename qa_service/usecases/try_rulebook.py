"""Runs the examples that rules carry: each must match, or must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.measured import HearingModel, PartName
from qa_service.core.speech import Utterance
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.detectors.answers import Answers
from qa_service.pipeline.live import replay
from qa_service.rulebook.book import Example, Rulebook
from qa_service.rulebook.example_call import ExampleCall, on_day, read_call
from qa_service.rulebook.examples import ExampleLine, read_lines
from qa_service.rulebook.reading.operators import operators_of
from qa_service.rules.about import labels_of
from qa_service.rules.asks import settled
from qa_service.rules.find import Certainty, find
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.usecases.embed import NO_INTERPRETER, Interpreter
from qa_service.usecases.why.bench import Bench, voices_of
from qa_service.usecases.why.clues import Clue
from qa_service.usecases.why.explained import explained

#: Examples that come out wrong and are explained where nobody asks for more: each may take 0.1 s.
MOST_EXPLAINED = 50
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
    #: Why the rule did something else than its author says (usecases.why): of the first such examples.
    why: tuple[Clue, ...] = ()

    @property
    def as_wanted(self) -> bool:
        """Whether the rule did what its author says it must, as far as an example can tell."""
        return self.undecided is not None or self.matched == self.example.must_match

    @property
    def fails(self) -> bool:
        """Whether its author has something to mend."""
        return not self.as_wanted and not self.example.is_for_other_limits


def outdated(trials: Iterable[Trial]) -> Mapping[str, int]:
    """By rule, the examples that come out otherwise only because an including book set other limits in its condition.

    They were written for those of the included book: nothing is wrong with either.
    """
    return Counter(trial.example.rule for trial in trials if not trial.as_wanted and not trial.fails)


def try_examples(
    book: Rulebook,
    *,
    tokens: Callable[[str], tuple[int, ...]],
    interpreter: Interpreter = NO_INTERPRETER,
    explain: int = MOST_EXPLAINED,
) -> tuple[Trial, ...]:
    """Tries every example of a book on its own rule, all other rules aside.

    What rests on meanings is undecided without an encoder. Of those that fail, the first `explain` say why.
    """
    ready = interpreter.book(book)
    # Sentences are looked at for their meaning only where a rule asks for it.
    is_asked = book.needs(PartName.EMBEDDINGS)
    about = _About(tokens, interpreter if is_asked else NO_INTERPRETER)
    trials = _Trials(ready, about, explain)
    return tuple(trials.tried(example) for example in book.examples)


@dataclass(slots=True)
class _Trials:
    """Tries one example after the other; explains the first of those that come out wrong."""

    book: Rulebook
    about: _About
    left: int

    def tried(self, example: Example) -> Trial:
        trial, bench, rule = _tried(self.book, example, self.about)
        if not trial.fails or rule is None or not self.left:
            return trial
        self.left -= 1
        return replace(trial, why=explained(bench, rule, must_match=example.must_match))


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of an example's words."""

    tokens: Callable[[str], tuple[int, ...]]
    interpreter: Interpreter

    def facts(self, end_ms: int, call: ExampleCall) -> CallFacts:
        encoder = self.interpreter.encoder
        parts = _ALL_PARTS if encoder else _ALL_PARTS - {PartName.EMBEDDINGS.value}
        return CallFacts(call.envelope, Leg(Span(0, end_ms)), parts, history=call.history, encoder=encoder)


def _tried(book: Rulebook, example: Example, about: _About) -> tuple[Trial, Bench, Rule | None]:
    # An example has no date: a rule is tried as on its days.
    asked = (rule for rule in (*book.rules, *book.good) if rule.id == example.rule)
    rules = [replace(rule, since=None, until=None) for rule in asked]
    call, lines = read_call(example.lines)
    utterances = about.interpreter.said(_utterances(read_lines(lines), about.tokens))
    facts = about.facts(max((u.span.end_ms for u in utterances), default=0), _on_its_day(call, book, example))
    tags = replay(book.detectors, facts, [*voices_of(utterances), *utterances])
    scene = Scene(facts.leg, utterances, tags)
    found = settled(rules, find(rules, scene, facts, _CERTAIN), scene, facts)
    trial = Trial(example, bool(found.findings), found.unanswered.get(example.rule))
    bench = Bench(facts, scene, operators_of(book), book.detectors)
    return trial, bench, rules[0] if rules else None


def _on_its_day(call: ExampleCall, book: Rulebook, example: Example) -> ExampleCall:
    """Where an example does not say when its call was: the day on which the newest answers of its rule begin."""
    if call.envelope.started_at is not None:
        return call
    rule = next((one for one in (*book.rules, *book.good) if one.id == example.rule), None)
    asked = labels_of(rule.when) if rule else frozenset()
    # Two rules that ask the same of a table share what listens for them.
    tables = (
        one.table for one in book.detectors if isinstance(one, Answers) and not asked.isdisjoint(one.labels)
    )
    days = [day for table in tables for row in table.rows if (day := row.since or row.until)]
    return call if not days else replace(call, envelope=replace(call.envelope, started_at=on_day(max(days))))


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
