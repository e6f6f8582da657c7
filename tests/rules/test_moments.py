"""Moments: places to listen, at most a minute long, each finding in exactly one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.findings import Finding, Severity
from qa_service.core.time import Span
from qa_service.rules.moments import JOIN_MS, LONGEST_MS, moments
from tests.rules.scenes import found, rule, tag

(_MADE,) = found(rule(), tag("a", 1))


def _finding(
    start_ms: int, end_ms: int, severity: Severity = Severity.MINOR, confidence: float = 0.9
) -> Finding:
    name = f"{start_ms}-{end_ms}-{severity}-{confidence}"
    return replace(_MADE, id=name, span=Span(start_ms, end_ms), severity=severity, confidence=confidence)


@pytest.mark.parametrize(
    ("spans", "places"),
    [
        pytest.param([], [], id="nothing found"),
        pytest.param([(0, 1_000)], [(0, 1_000)], id="one"),
        pytest.param([(0, 1_000), (6_000, 7_000)], [(0, 7_000)], id="five seconds apart is one place"),
        pytest.param([(0, 1_000), (6_001, 7_000)], [(0, 1_000), (6_001, 7_000)], id="a little more is two"),
        pytest.param([(0, 50_000), (52_000, 60_000)], [(0, 60_000)], id="a minute is one place"),
        pytest.param(
            [(0, 50_000), (52_000, 60_001)], [(0, 50_000), (52_000, 60_001)], id="longer than a minute is two"
        ),
        pytest.param([(0, 30_000), (1_000, 2_000)], [(0, 30_000)], id="one inside the other"),
        pytest.param(
            [(i * 6_000, i * 6_000 + 1_000) for i in range(12)],
            [(0, 55_000), (60_000, 67_000)],
            id="a chain is cut after a minute",
        ),
        pytest.param([(0, 100_000)], [(40_000, 100_000)], id="of a long finding the last minute"),
    ],
)
def test_places(spans: list[tuple[int, int]], places: list[tuple[int, int]]) -> None:
    found = moments([_finding(*span) for span in spans])

    assert [(m.span.start_ms, m.span.end_ms) for m in found] == places


def test_the_worst_finding_gives_the_moment_its_title_and_severity() -> None:
    small, great = _finding(0, 1_000), _finding(2_000, 3_000, Severity.CRITICAL)
    surer = _finding(2_500, 3_000, Severity.CRITICAL, 0.99)

    (moment,) = moments([small, great, surer])

    assert moment.severity is Severity.CRITICAL
    assert moment.findings == (surer.id, great.id, small.id)


_FINDINGS = st.lists(
    st.builds(
        lambda start, length, severity: _finding(start, start + length, severity),
        st.integers(0, 300_000),
        st.sampled_from([0, 500, 3_000, 20_000, 100_000]),
        st.sampled_from(list(Severity)),
    ),
    max_size=25,
    unique_by=lambda finding: finding.id,
)


@given(_FINDINGS)
def test_every_finding_is_in_exactly_one_moment_of_at_most_a_minute(findings: list[Finding]) -> None:
    places = moments(findings)

    assert sorted(i for place in places for i in place.findings) == sorted(f.id for f in findings)
    assert all(place.span.duration_ms <= LONGEST_MS for place in places)
    by_id = {f.id: f for f in findings}
    assert all(by_id[i].span.touches(place.span) for place in places for i in place.findings)
    assert len({place.id for place in places}) == len(places)


@given(_FINDINGS, st.randoms())
def test_moments_do_not_depend_on_the_order_of_findings(findings: list[Finding], random: Random) -> None:
    mixed = sorted(findings, key=lambda _: random.random())

    assert moments(mixed) == moments(findings)


@given(_FINDINGS)
def test_findings_far_apart_are_never_one_place(findings: list[Finding]) -> None:
    for place in moments(findings):
        spans = sorted(f.span for f in findings if f.id in place.findings)
        reach = spans[0].end_ms
        for span in spans[1:]:
            assert span.start_ms <= reach + JOIN_MS or span.duration_ms > LONGEST_MS
            reach = max(reach, span.end_ms)
