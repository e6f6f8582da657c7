"""How long a stored call takes to judge, and which part of judging takes it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service import bootstrap
from qa_service.coaching.notes import notes
from qa_service.core.calls import CallFacts
from qa_service.core.measured import Layout
from qa_service.detectors.base import Detector, Event
from qa_service.lab.bench.child import scripted_ears
from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.growth import script_of
from qa_service.lab.bench.material import TestCall
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.pipeline.live import replay
from qa_service.rulebook.book import Rulebook
from qa_service.rules.find import Certainty, find
from qa_service.rules.moments import moments
from qa_service.rules.scene import Scene
from qa_service.scoring.score import evaluate
from qa_service.text.normalize import fold
from qa_service.turns.conversation import measure_conversation
from qa_service.usecases.analyze import Request

#: Caches of texts hold at least this many; smaller ones hold compiled rules, which outlive a call.
_TEXT_CACHE = 1_024


@dataclass(frozen=True, slots=True)
class Part:
    """One part of judging, alone, with warm caches."""

    name: str
    ms: Spread


@dataclass(frozen=True, slots=True)
class Judging:
    """Milliseconds for one stored call."""

    minutes: float
    utterances: int
    rulebook: str
    #: With empty text caches, as for a call that this process has not seen.
    cold_ms: Spread
    warm_ms: Spread
    #: Slowest first.
    parts: tuple[Part, ...]


def bench_judging(call: TestCall, *, repeat: int) -> Judging:
    """Measures the call once (the words from its script), then judges it again and again."""
    book = bootstrap.rulebook()
    assessment = _stored(call, book)
    case = Case(assessment.measured, assessment.roles, assessment.envelope)
    cold = _timed(lambda: judge(case, book), repeat, before=forget_texts)
    warm = _timed(lambda: judge(case, book), repeat)
    parts = [Part(name, _timed(work, repeat)) for name, work in _parts(assessment, book)]
    parts.append(Part("fold", _timed(lambda: _fold_all(assessment), repeat, before=forget_texts)))
    return Judging(
        minutes=call.minutes,
        utterances=len(assessment.utterances),
        rulebook=f"{book.name}@{book.version}",
        cold_ms=cold,
        warm_ms=warm,
        parts=tuple(sorted(parts, key=lambda part: -part.ms.median)),
    )


def _stored(call: TestCall, book: Rulebook) -> Assessment:
    analyst = bootstrap.analyst(book, scripted_ears(script_of(call)))
    return analyst.recording(Request((call.wav,))).assessment


def forget_texts() -> None:
    """Empties the caches of texts: a call that was never judged in this process finds them so."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("qa_service."):
            for cache in vars(module).values():
                if hasattr(cache, "cache_clear") and (cache.cache_info().maxsize or 0) >= _TEXT_CACHE:
                    cache.cache_clear()


def _fold_all(assessment: Assessment) -> None:
    for utterance in assessment.utterances:
        fold(utterance.text)


def _nothing() -> None:
    """For what needs no preparation."""


def _timed(work: Callable[[], object], repeat: int, before: Callable[[], None] = _nothing) -> Spread:
    """Milliseconds per call; `before` is not counted."""
    taken = []
    for _ in range(repeat):
        before()
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1_000)
    return Spread(sorted(taken)[len(taken) // 2], min(taken), max(taken), len(taken))


def _parts(assessment: Assessment, book: Rulebook) -> Sequence[tuple[str, Callable[[], object]]]:
    """What judge() does, piece by piece, and each detector by itself."""
    measured = assessment.measured
    leg = assessment.legs[0]
    facts = CallFacts(assessment.envelope, leg.leg, measured.part_names, measured.layout is not Layout.MONO)
    events: list[Event] = [*assessment.sounds, *assessment.voice, *assessment.utterances]
    scene = Scene(leg.leg, assessment.utterances, leg.tags)
    certainty = Certainty(measured.hearing)
    detectors: list[tuple[str, Callable[[], object]]] = [
        (f"detector {detector.name}", _replaying(detector, facts, events)) for detector in book.detectors
    ]
    said, voice, sounds = assessment.utterances, assessment.voice, assessment.sounds
    return [
        *detectors,
        ("roles", lambda: assessment.roles.active(measured.voice, assessment.roles.spoken(said))),
        ("conversation", lambda: measure_conversation(measured, said, voice, sounds)),
        ("rules", lambda: find(book.rules, scene, facts, certainty)),
        ("good", lambda: find(book.good, scene, facts, certainty)),
        ("moments", lambda: moments(leg.findings)),
        ("score", lambda: evaluate(book.scorecard, book.charges, leg.findings, blocked={}, leg=leg.leg)),
        ("coaching", lambda: notes(leg.moments, leg.findings, book.advice, said, [leg.leg.span])),
    ]


def _replaying(detector: Detector, facts: CallFacts, events: Sequence[Event]) -> Callable[[], object]:
    return lambda: replay([detector], facts, events)
