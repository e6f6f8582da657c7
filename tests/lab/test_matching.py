"""Findings against truth, as decisions.md 18 says: same label, overlapping or at most a second apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.tags import Evidence
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.lab.calls import CallResult
from qa_service.lab.matching import Matched, match, together
from qa_service.lab.truth import Place, Truth

MOMENT = Place("risk.abuse", Span(10_000, 12_000))


def finding(label: str, *spans: tuple[int, int]) -> Finding:
    evidence = tuple(Evidence(Span(*span)) for span in spans)
    return Finding(
        id=f"{label}-{spans}",
        rule="some-rule",
        label=label,
        title=Text("标题"),
        severity=Severity.MINOR,
        stage=Stage.SCORE,
        criterion="",
        tags=(),
        evidence=evidence,
        confidence=1.0,
        because=Reason("some.reason"),
        span=evidence[-1].span,
    )


def truth(
    *moments: Place, allowed: tuple[Place, ...] = (), forbidden: tuple[str, ...] = (), reason: str = ""
) -> Truth:
    status = "not_scorable" if reason else "scored"
    return Truth("call", Path("call.wav"), status, reason, (), moments, allowed, frozenset(forbidden))


@pytest.mark.parametrize(
    ("span", "is_hit"),
    [
        pytest.param((10_500, 11_000), True, id="inside"),
        pytest.param((0, 60_000), True, id="around"),
        pytest.param((12_000, 13_000), True, id="touching"),
        pytest.param((13_000, 14_000), True, id="one second after"),
        pytest.param((8_000, 9_000), True, id="one second before"),
        pytest.param((13_001, 14_000), False, id="more than a second after"),
        pytest.param((7_000, 8_999), False, id="more than a second before"),
    ],
)
def test_near_enough(span: tuple[int, int], is_hit: bool) -> None:
    matched = match(truth(MOMENT), [finding("risk.abuse", span)])

    assert bool(matched.found) is is_hit
    assert bool(matched.missed) is not is_hit
    assert bool(matched.right) is is_hit
    assert bool(matched.extra) is not is_hit


def test_any_evidence_will_do() -> None:
    assert match(truth(MOMENT), [finding("risk.abuse", (11_000, 11_500), (40_000, 41_000))]).found == (
        MOMENT,
    )


def test_another_label_is_no_hit_however_near() -> None:
    matched = match(truth(MOMENT), [finding("risk.threat", (10_000, 12_000))])

    assert matched.missed == (MOMENT,)
    assert [found.label for found in matched.extra] == ["risk.threat"]


def test_two_findings_on_one_moment_are_both_right() -> None:
    matched = match(
        truth(MOMENT), [finding("risk.abuse", (10_000, 10_500)), finding("risk.abuse", (11_500, 12_500))]
    )

    assert (matched.precision.hits, matched.precision.n) == (2, 2)
    assert (matched.recall.hits, matched.recall.n) == (1, 1)


def test_one_finding_may_hold_two_moments() -> None:
    second = Place("risk.abuse", Span(14_000, 15_000))

    assert not match(truth(MOMENT, second), [finding("risk.abuse", (10_000, 15_000))]).missed


def test_what_is_allowed_counts_neither_way() -> None:
    allowed = (Place("risk.threat", Span(20_000, 21_000)),)
    matched = match(truth(MOMENT, allowed=allowed), [finding("risk.threat", (20_500, 20_700))])

    assert matched.extra == ()
    assert matched.precision.n == 0
    assert len(matched.allowed) == 1


def test_allowed_elsewhere_is_extra_here() -> None:
    allowed = (Place("risk.threat", Span(20_000, 21_000)),)

    assert match(truth(allowed=allowed), [finding("risk.threat", (30_000, 31_000))]).extra


def test_a_forbidden_label_is_named() -> None:
    matched = match(truth(forbidden=("silence.long",)), [finding("silence.long", (0, 9_000))])

    assert [found.label for found in matched.forbidden] == ["silence.long"]


def test_labels_are_told_apart_and_added_up() -> None:
    one = match(truth(MOMENT), [finding("risk.abuse", (10_000, 11_000)), finding("risk.threat", (1, 2))])
    both = together([one, match(truth(MOMENT), [])])

    assert both.labels == {"risk.abuse", "risk.threat"}
    assert (both.recall.hits, both.recall.n) == (1, 2)
    assert both.only("risk.abuse").precision.n == 1
    assert both.only("risk.threat").recall.value is None


EXTRA = match(truth(), [finding("risk.abuse", (0, 1))]).extra


@pytest.mark.parametrize(
    ("result", "faults"),
    [
        pytest.param(
            CallResult(truth(MOMENT), status="scored", matched=Matched(found=(MOMENT,))), (), id="fine"
        ),
        pytest.param(
            CallResult(truth(MOMENT), status="scored", matched=Matched(missed=(MOMENT,))),
            ("missed",),
            id="a missed moment",
        ),
        pytest.param(
            CallResult(truth(MOMENT), status="scored", matched=Matched(found=(MOMENT,), extra=EXTRA)),
            (),
            id="one extra finding is forgiven",
        ),
        pytest.param(
            CallResult(truth(MOMENT), status="scored", matched=Matched(found=(MOMENT,), extra=EXTRA * 2)),
            ("extra",),
            id="two are not",
        ),
        pytest.param(
            CallResult(truth(), status="scored", matched=Matched(extra=EXTRA)),
            ("extra",),
            id="none is forgiven where nothing happened",
        ),
        pytest.param(CallResult(truth(), status="partial"), ("status",), id="judged in part only"),
        pytest.param(
            CallResult(truth(reason="no_agent"), status="not_scorable", reasons=("scorable.no_agent",)),
            (),
            id="not scorable for the right reason",
        ),
        pytest.param(
            CallResult(truth(reason="no_agent"), status="not_scorable", reasons=("scorable.no_speech",)),
            ("status",),
            id="not scorable for another reason",
        ),
        pytest.param(CallResult(truth(), failed="unreadable"), ("failed",), id="never analysed"),
    ],
)
def test_when_a_call_passes(result: CallResult, faults: tuple[str, ...]) -> None:
    assert result.faults == faults
