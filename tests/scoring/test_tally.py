"""Score and pass alone are those of the evaluation, whatever the scorecard, the charges and the findings."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from qa_service.core.calls import Leg
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.scoring.basis import Basis, fill_in
from qa_service.scoring.score import Blocked
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard, Section
from qa_service.scoring.tally import Counted, Tally

_TITLE = Text("题目")
_DOUBT = (Reason("made"),)
RULES = [f"r{at}" for at in range(6)]
NAMES = [f"c{at}" for at in range(5)]
POINTS = st.sampled_from([0.0, 0.1, 0.3, 1.0, 2.5, 10.0])


@st.composite
def criteria(draw: st.DrawFn, name: str) -> Criterion:
    most = draw(st.sampled_from([1.0, 3.3, 10.0]))
    base = draw(st.none() | st.sampled_from([0.0, 0.5, 1.0]))
    floor = draw(st.sampled_from([0.0, 0.0, -3.0, -0.7]))
    return Criterion(name, _TITLE, most, floor, draw(st.sampled_from(Fatal)), base)


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    made = [draw(criteria(name)) for name in NAMES]
    cut = draw(st.integers(0, len(made)))
    sections = (Section("a", _TITLE, tuple(made[:cut])), Section("b", _TITLE, tuple(made[cut:])))
    return Scorecard("made", sections, draw(st.sampled_from([0.0, 60.0, 80.0, 100.0])))


CHARGES = st.lists(
    st.builds(
        Charge,
        st.sampled_from(RULES),
        st.sampled_from(NAMES),
        st.none() | POINTS,
        st.booleans(),
        st.none() | st.none() | POINTS,
    ),
    max_size=8,
).map(tuple)
FOUND = st.lists(st.builds(Counted, st.sampled_from(RULES), st.booleans()), max_size=8)
BLOCKED = st.dictionaries(st.sampled_from(RULES), st.booleans(), max_size=6)
#: Points that do not add up to what they should where they are added in another way.
TENTHS = Scorecard("made", (Section("a", _TITLE, tuple(Criterion(n, _TITLE, 3.3, base=0.1) for n in NAMES)),))


def _finding(one: Counted, number: int) -> Finding:
    return Finding(
        id=f"f{number}",
        rule=one.rule,
        label="demo",
        title=_TITLE,
        severity=Severity.MAJOR,
        stage=Stage.SCORE,
        criterion="",
        tags=(),
        evidence=(),
        confidence=0.9,
        because=Reason("made"),
        span=Span(number, number + 1),
        doubts=_DOUBT if one.needs_human else (),
    )


@given(scorecards(), CHARGES, FOUND, BLOCKED, st.booleans())
@example(TENTHS, tuple(Charge("r0", name, add=0.1) for name in NAMES), [Counted("r0", False)], {}, True)
def test_a_tally_is_what_the_evaluation_says(
    card: Scorecard,
    charges: tuple[Charge, ...],
    found: list[Counted],
    blocked: dict[str, bool],
    is_whole: bool,
) -> None:
    because = {rule: Blocked(Reason("made"), undecided) for rule, undecided in blocked.items()}
    findings = [_finding(one, number) for number, one in enumerate(found)]
    said = fill_in(card, charges, findings, Basis(because, is_whole), leg=Leg(Span(0, 1_000)))

    tally = Tally(card, charges)

    assert tally.outcome(tally.base(blocked), found, is_whole=is_whole) == (said.score, said.passed)
