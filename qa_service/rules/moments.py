"""Findings → moments: places to listen, not a list of everything that fired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.findings import Finding, Moment
from qa_service.core.ids import moment_id
from qa_service.core.time import Span, cover

#: Findings this close are one place to listen, and a place is at most LONGEST_MS long (decisions.md 15).
JOIN_MS = 5_000
LONGEST_MS = 60_000


def moments(findings: Iterable[Finding]) -> tuple[Moment, ...]:
    """Moments in order of time; every finding belongs to exactly one."""
    places: list[list[Finding]] = []
    # The last place as far as it reaches: carried along, since a call may have thousands of findings.
    so_far = Span(0, 0)
    for finding in sorted(findings, key=lambda f: (_listen(f), f.id)):
        here = _listen(finding)
        if places and _belongs(here, so_far):
            places[-1].append(finding)
            so_far = cover((so_far, here))
        else:
            places.append([finding])
            so_far = here
    return tuple(_moment(place) for place in places)


def _listen(finding: Finding) -> Span:
    """Where to listen: the finding's span; its last stretch where it took longer than a place may be."""
    span = finding.span
    return Span(max(span.start_ms, span.end_ms - LONGEST_MS), span.end_ms)


def _belongs(here: Span, so_far: Span) -> bool:
    together = cover((so_far, here))
    return here.touches(so_far, within_ms=JOIN_MS) and together.duration_ms <= LONGEST_MS


def _moment(place: Sequence[Finding]) -> Moment:
    worst_first = sorted(place, key=lambda f: (-f.severity, -f.confidence, f.span, f.id))
    return Moment(
        id=moment_id(place[0].id),
        span=cover(map(_listen, place)),
        title=worst_first[0].title,
        severity=worst_first[0].severity,
        findings=tuple(f.id for f in worst_first),
    )
