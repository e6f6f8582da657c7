"""Findings: what the machine may decide alone, and what it leaves to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import CallFacts, Clocks, Leg
from qa_service.core.findings import Severity
from qa_service.core.measured import HearingModel
from qa_service.core.speech import Role, Word
from qa_service.core.tags import Evidence, Tag
from qa_service.core.time import Span
from qa_service.rules.conditions import AllOf, Condition, Distance, Lacking, Nearby, Repeated, Side, Tagged
from qa_service.rules.find import Certainty, find
from qa_service.rules.rule import LegScope, Rule
from qa_service.rules.scene import Scene
from tests.make import utterance
from tests.rules.scenes import AGENT, CUSTOMER, LEG, SAID, SURE, found, quoting, rule, scene, tag

_UNMEASURED = Certainty(HearingModel("whisper-base"))
_AGENTS, _CUSTOMERS = SAID[4], SAID[5]


def _doubts(wanted: Rule, *tags: Tag, certainty: Certainty = SURE) -> list[list[str]]:
    return [[doubt.code for doubt in f.doubts] for f in found(wanted, *tags, certainty=certainty)]


@pytest.mark.parametrize(
    ("confidence", "doubts"),
    [
        pytest.param(1.0, [[]], id="sure"),
        pytest.param(0.7, [[]], id="just sure enough to decide"),
        pytest.param(0.69, [["doubt.confidence"]], id="just not sure enough"),
        pytest.param(0.4, [["doubt.confidence"]], id="just worth a person's time"),
        pytest.param(0.39, [], id="not worth it"),
        pytest.param(0.0, [], id="not at all"),
    ],
)
def test_how_sure_a_tag_is_decides_who_decides(confidence: float, doubts: list[list[str]]) -> None:
    assert _doubts(rule(), tag("a", 10, confidence=confidence)) == doubts


def test_a_chain_is_as_sure_as_its_weakest_tag() -> None:
    chain = rule(AllOf((Tagged(("a",)), Nearby(Tagged(("b",)), Distance()))))

    (finding,) = found(chain, tag("a", 10, confidence=1.0), tag("b", 20, confidence=0.55))

    assert finding.confidence == 0.55
    assert [doubt.code for doubt in finding.doubts] == ["doubt.confidence"]


def test_a_sure_hit_does_not_count_as_repeated_because_of_unsure_ones() -> None:
    twice = rule(Repeated(Tagged(("a",)), 2))

    assert _doubts(twice, tag("a", 10, confidence=0.5), tag("a", 20)) == [["doubt.confidence"]]
    assert _doubts(twice, tag("a", 10), tag("a", 20)) == [[]]


@pytest.mark.parametrize(
    ("sure_of_role", "doubts"),
    [pytest.param(0.8, [[]], id="sure who spoke"), pytest.param(0.79, [["doubt.role"]], id="not quite sure")],
)
def test_who_spoke_must_be_known(sure_of_role: float, doubts: list[list[str]]) -> None:
    said = replace(_AGENTS, role_confidence=sure_of_role)
    told = CallFacts(leg=LEG)

    findings = find([rule()], scene(quoting("a", said), utterances=[said]), told, SURE)

    assert [[doubt.code for doubt in f.doubts] for f in findings] == doubts


AFTER_NOTICE = AllOf(
    (Tagged(("a",)), Lacking(Tagged(("notice",), Role.AGENT), Distance(Side.BEFORE, 20_000)))
)


@pytest.mark.parametrize(
    ("condition", "who", "lost", "doubts"),
    [
        pytest.param(AFTER_NOTICE, Role.AGENT, (50, 60), [["doubt.lost"]], id="the notice may be in the gap"),
        pytest.param(AFTER_NOTICE, Role.CUSTOMER, (50, 60), [[]], id="the customer gives no notice"),
        pytest.param(AFTER_NOTICE, Role.AGENT, (10, 20), [[]], id="too long before"),
        pytest.param(AFTER_NOTICE, Role.AGENT, (71, 80), [[]], id="after it"),
        pytest.param(Tagged(("a",)), Role.AGENT, (50, 60), [[]], id="a rule that misses nothing"),
        pytest.param(
            AllOf((Tagged(("a",)), Lacking(Tagged(("b",)), Distance(within_utterances=0)))),
            Role.AGENT,
            (50, 60),
            [[]],
            id="only its own sentence matters",
        ),
    ],
)
def test_what_may_have_been_said_in_lost_sound_is_for_a_person(
    condition: Condition, who: Role, lost: tuple[int, int], doubts: list[list[str]]
) -> None:
    gap = Span(lost[0] * 1_000, lost[1] * 1_000)
    here = Scene(LEG, SAID, (tag("a", 70),), ((who, gap),))

    findings = find([rule(condition)], here, CallFacts(leg=LEG), SURE)

    assert [[doubt.code for doubt in f.doubts] for f in findings] == doubts


@pytest.mark.parametrize(
    ("words", "start", "end", "doubts"),
    [
        pytest.param((0.9, 0.9), 0, 2, [[]], id="well heard"),
        pytest.param((0.5, 0.5), 0, 2, [[]], id="just well enough"),
        pytest.param((0.45, 0.5), 0, 2, [["doubt.words"]], id="misheard on average"),
        pytest.param((0.9, 0.1), 0, 1, [[]], id="the misheard word is not in the quote"),
        pytest.param((0.9, 0.1), 1, 2, [["doubt.words"]], id="only the quoted word counts"),
    ],
)
def test_the_quoted_words_must_have_been_heard(
    words: tuple[float, float], start: int, end: int, doubts: list[list[str]]
) -> None:
    times = tuple(Word(Span(i * 500, i * 500 + 500), i, i + 1, sure) for i, sure in enumerate(words))
    said = utterance("保本", 0, 1_000, words=times)
    quote = Tag((Evidence.said(said, start, end),), "a", "made@1", 0.9, tag("a", 1).because, "s0", AGENT)

    findings = find([rule()], scene(quote, utterances=[said]), CallFacts(leg=LEG), SURE)

    assert [[doubt.code for doubt in f.doubts] for f in findings] == doubts


@pytest.mark.parametrize(
    ("hearing", "doubts"),
    [
        pytest.param(HearingModel("transcript"), [], id="a handed-in transcript is what was said"),
        pytest.param(
            HearingModel("whisper-base"), ["doubt.model_unmeasured"], id="nobody measured the model"
        ),
        pytest.param(HearingModel("whisper-base", cer=0.20), [], id="at the limit it may judge"),
        pytest.param(HearingModel("whisper-base", cer=0.21), ["doubt.model_cer"], id="above it, it may not"),
        pytest.param(HearingModel("whisper-base", cer=0.0), [], id="a perfect model"),
    ],
)
def test_a_poor_model_does_not_judge_agents_alone(hearing: HearingModel, doubts: list[str]) -> None:
    assert _doubts(rule(), quoting("a", _AGENTS), certainty=Certainty(hearing)) == [doubts]


def test_what_customers_did_may_be_reported_by_any_model() -> None:
    assert _doubts(rule(), quoting("a", _CUSTOMERS), certainty=_UNMEASURED) == [[]]


def test_but_not_where_it_costs_the_agent_points() -> None:
    scored = rule(criterion="listens")

    assert _doubts(scored, quoting("a", _CUSTOMERS), certainty=_UNMEASURED) == [["doubt.model_unmeasured"]]


def test_silence_is_heard_by_no_model_but_rests_on_the_same_recording() -> None:
    assert _doubts(rule(), tag("a", 10, Role.UNKNOWN), certainty=_UNMEASURED) == [["doubt.model_unmeasured"]]


def test_a_finding_holds_its_evidence_once_and_in_order() -> None:
    chain = rule(
        AllOf((Tagged(("a",)), Nearby(Tagged(("b",)), Distance()), Nearby(Tagged(("b",)), Distance())))
    )

    (finding,) = found(chain, quoting("a", _CUSTOMERS), quoting("b", _AGENTS))

    assert [quote.utterance for quote in finding.quotes] == ["u04", "u05"]
    assert finding.span == _CUSTOMERS.span
    assert len(finding.tags) == 2


def test_findings_come_in_order_of_time_the_worse_first() -> None:
    rules = [
        rule(name="demo/small", severity=Severity.MINOR),
        rule(name="demo/great", severity=Severity.CRITICAL),
    ]

    findings = find(rules, scene(tag("a", 50), tag("a", 10)), CallFacts(leg=LEG), SURE)

    assert [(f.span.start_ms, f.rule) for f in findings] == [
        (10_000, "demo/great"),
        (10_000, "demo/small"),
        (50_000, "demo/great"),
        (50_000, "demo/small"),
    ]


class TestQuestionsThatAreNotAsked:
    SECOND = CallFacts(leg=Leg(Span(0, 300_000), index=1, count=3))
    MONO = CallFacts(leg=LEG, overlap_known=False)
    UNPROVEN = CallFacts(leg=LEG, clocks=Clocks.UNPROVEN)
    IN_TW = CallFacts(leg=LEG, jurisdiction="TW")
    DOUBTED = CallFacts(leg=LEG, clocks=Clocks.DOUBTED)

    @pytest.mark.parametrize(
        ("wanted", "about", "code"),
        [
            pytest.param(rule(), CallFacts(leg=LEG), None, id="asked"),
            pytest.param(
                rule(leg=LegScope.FIRST), CallFacts(leg=LEG), None, id="the only agent is the first"
            ),
            pytest.param(rule(leg=LegScope.LAST), CallFacts(leg=LEG), None, id="and the last"),
            pytest.param(
                rule(leg=LegScope.FIRST), SECOND, "not_applicable.first_agent_only", id="not the first agent"
            ),
            pytest.param(
                rule(leg=LegScope.LAST), SECOND, "not_applicable.last_agent_only", id="not the last agent"
            ),
            pytest.param(rule(needs_two_channels=True), MONO, "not_applicable.one_channel", id="one channel"),
            pytest.param(rule(), MONO, None, id="words are words on one channel too"),
            pytest.param(
                rule(clocks=[Clocks.ONE]), UNPROVEN, "not_applicable.clocks_unproven", id="clocks unproven"
            ),
            pytest.param(
                rule(clocks=[Clocks.ONE]), DOUBTED, "not_applicable.clocks_doubted", id="clocks doubted"
            ),
            pytest.param(
                rule(jurisdictions=["CN", "HK"]), IN_TW, "not_applicable.jurisdiction", id="another's law"
            ),
            pytest.param(rule(jurisdictions=["CN", "TW"]), IN_TW, None, id="its law among others"),
            pytest.param(rule(jurisdictions=["CN"]), CallFacts(leg=LEG), None, id="nobody knows whose law"),
            pytest.param(rule(), IN_TW, None, id="everybody's law"),
            pytest.param(rule(), DOUBTED, None, id="words are words on any clock"),
        ],
    )
    def test_not_applicable(self, wanted: Rule, about: CallFacts, code: str | None) -> None:
        because = wanted.not_applicable(about)

        assert (because.code if because else None) == code
        assert bool(found(wanted, tag("a", 10), about=about)) is (code is None)

    def test_undecided_while_a_part_was_not_measured(self) -> None:
        loud = rule(needs=["words", "prosody"])
        text_only = CallFacts(leg=LEG, parts=frozenset({"words"}))

        because = loud.undecided(text_only)

        assert because
        assert (because.code, dict(because.values)) == ("undecided.not_measured", {"parts": "prosody"})
        assert found(loud, tag("a", 10), about=text_only) == ()

    @pytest.mark.parametrize(
        ("condition", "roles", "is_asked"),
        [
            pytest.param(Tagged(("a",), AGENT), [AGENT, CUSTOMER], True, id="both known"),
            pytest.param(Tagged(("a",), AGENT), [AGENT, Role.UNKNOWN], True, id="the agent is known"),
            pytest.param(Tagged(("a",), AGENT), [Role.UNKNOWN, Role.UNKNOWN], False, id="nobody is known"),
            pytest.param(Tagged(("a",)), [Role.UNKNOWN, Role.UNKNOWN], False, id="a rule is about the agent"),
            pytest.param(
                Tagged(("a",), CUSTOMER), [AGENT, Role.UNKNOWN], False, id="the customer is not known"
            ),
            pytest.param(Tagged(("a",), AGENT), [CUSTOMER, Role.SYSTEM], True, id="there is no agent at all"),
        ],
    )
    def test_undecided_while_nobody_knows_who_spoke(
        self, condition: Tagged, roles: list[Role], is_asked: bool
    ) -> None:
        said = [
            utterance("您说的我都记下了", i * 5_000, role=role, speaker=f"s{i}")
            for i, role in enumerate(roles)
        ]

        because = rule(condition).undecided(CallFacts(leg=LEG), scene(utterances=said).unplaced)

        assert (because is None) is is_asked


@pytest.mark.parametrize(
    ("confidences", "evidence"),
    [
        pytest.param((0.95, 0.95), 2, id="both quotes where both are sure"),
        pytest.param((0.95, 0.75), 1, id="the less sure one adds nothing"),
        pytest.param((0.75, 0.95), 1, id="whichever comes first"),
    ],
)
def test_one_sentence_is_one_finding(confidences: tuple[float, float], evidence: int) -> None:
    said = SAID[4]
    halves = (Evidence.said(said, 0, 1), Evidence.said(said, 1, 2))
    tags = [
        replace(quoting("a", said, confidence=sure), evidence=(half,))
        for sure, half in zip(confidences, halves, strict=True)
    ]

    (finding,) = found(rule(Tagged(("a",))), *tags)

    assert (finding.confidence, len(finding.evidence)) == (0.95, evidence)
