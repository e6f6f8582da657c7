"""Findings against what a truth file names: which moments were found, which findings nobody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_service.core.findings import Finding
from qa_service.core.intervals import Share
from qa_service.core.time import Span
from qa_service.lab.truth import Place, Truth

#: A finding hits a moment when any of its evidence overlaps it or lies at most this far off (decisions.md 18).
NEAR_MS = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as far as matching is concerned: its label and every place of its evidence."""

    label: str
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, finding: Finding) -> Found:
        """The place to listen counts as evidence too."""
        return cls(finding.label, tuple(sorted({finding.span, *(piece.span for piece in finding.evidence)})))

    def hits(self, place: Place) -> bool:
        """Same label, and near enough."""
        return self.label == place.label and any(
            span.touches(place.span, within_ms=NEAR_MS) for span in self.spans
        )


@dataclass(frozen=True, slots=True)
class Matched:
    """One call's moments and findings, set against each other."""

    found: tuple[Place, ...] = ()
    missed: tuple[Place, ...] = ()
    #: Findings on a moment, and those on none; findings where the truth allows them are in neither.
    right: tuple[Found, ...] = ()
    extra: tuple[Found, ...] = ()
    allowed: tuple[Found, ...] = ()
    #: Extra findings whose label the truth forbids for this call.
    forbidden: tuple[Found, ...] = ()

    @property
    def labels(self) -> frozenset[str]:
        """Every label that was expected or given."""
        places = (*self.found, *self.missed)
        return frozenset(p.label for p in places) | {f.label for f in (*self.right, *self.extra)}

    def only(self, label: str) -> Matched:
        """The part of it that concerns one label."""
        return Matched(
            tuple(p for p in self.found if p.label == label),
            tuple(p for p in self.missed if p.label == label),
            tuple(f for f in self.right if f.label == label),
            tuple(f for f in self.extra if f.label == label),
            tuple(f for f in self.allowed if f.label == label),
            tuple(f for f in self.forbidden if f.label == label),
        )

    @property
    def recall(self) -> Share:
        """Moments that were found."""
        return Share(len(self.found), len(self.found) + len(self.missed))

    @property
    def precision(self) -> Share:
        """Findings that somebody asked for."""
        return Share(len(self.right), len(self.right) + len(self.extra))


def match(truth: Truth, findings: Iterable[Finding]) -> Matched:
    """Sets a call's findings against its truth. Two findings on one moment are both right."""
    given = [Found.of(finding) for finding in findings]
    right = [found for found in given if any(found.hits(moment) for moment in truth.moments)]
    others = [found for found in given if found not in right]
    allowed = [found for found in others if any(found.hits(place) for place in truth.allowed)]
    extra = [found for found in others if found not in allowed]
    return Matched(
        found=tuple(m for m in truth.moments if any(found.hits(m) for found in given)),
        missed=tuple(m for m in truth.moments if not any(found.hits(m) for found in given)),
        right=tuple(right),
        extra=tuple(extra),
        allowed=tuple(allowed),
        forbidden=tuple(found for found in extra if found.label in truth.forbidden),
    )


def together(calls: Sequence[Matched]) -> Matched:
    """All calls as one."""
    return Matched(
        tuple(p for call in calls for p in call.found),
        tuple(p for call in calls for p in call.missed),
        tuple(f for call in calls for f in call.right),
        tuple(f for call in calls for f in call.extra),
        tuple(f for call in calls for f in call.allowed),
        tuple(f for call in calls for f in call.forbidden),
    )
