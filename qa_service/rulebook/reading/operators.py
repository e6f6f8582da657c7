"""Which operator emits which label in a book, so that a condition can be told by what it listens for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_service.core.per_object import per_object
from qa_service.detectors.base import Detector
from qa_service.detectors.means import Means, MeansRule
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.rulebook.book import Rulebook

#: What an author wrote (the words of a `phrases`, a pattern, sentences), or the detector that a label belongs to.
Operator = PhraseRule | PatternRule | SimilarRule | MeansRule | Detector


@per_object
def operators_of(book: Rulebook) -> Mapping[str, Operator]:
    """By label, what emits it; made once per book."""
    return dict(_labelled(book))


def _labelled(book: Rulebook) -> Iterator[tuple[str, Operator]]:
    for detector in book.detectors:
        match detector:
            case Phrases() | Patterns() | Similar() | Means():
                yield from ((rule.label, rule) for rule in detector.rules)
            case _:
                yield from ((label, detector) for label in detector.labels)
