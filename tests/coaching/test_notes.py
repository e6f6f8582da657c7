"""Notes: at most three, the worst first, never the same twice, never about what was not said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from qa_service.coaching.advice import Advice
from qa_service.coaching.notes import notes
from qa_service.core.coaching import CoachingNote
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.i18n.catalogue import catalogue
from tests.coaching.made import LEG, advice, finding, places, wordless
from tests.make import utterance

ASKS = utterance("到底几天能修好？", 50_000, role=Role.CUSTOMER)
HEDGES = utterance("应该快了吧，您再等等。", 53_000)
DEADLINE = advice("给一个日期", customer=["几天", "什么时候"])
MONEY = advice("给一个金额", customer=["多少钱", "退款"])
ANYTHING = advice("说谁来做、何时有结果")


def _notes(
    findings: Sequence[Finding],
    given: Mapping[str, Sequence[Advice]],
    *said: Utterance,
    legs: Sequence[Span] = (LEG,),
) -> tuple[CoachingNote, ...]:
    return notes(places(*findings), findings, given, said, legs)


def _instead(written: Sequence[CoachingNote]) -> list[str]:
    return [note.try_instead.text.zh_CN for note in written]


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        pytest.param("到底几天能修好？", "给一个日期", id="asked for a date"),
        pytest.param("到底幾天能修好？", "给一个日期", id="in traditional characters"),
        pytest.param("這筆退款在哪裡？", "给一个金额", id="asked for money, in traditional characters"),
        pytest.param("一共多少，钱呢", "给一个金额", id="the recogniser's comma is not heard"),
        pytest.param("那个师傅很好", "说谁来做、何时有结果", id="asked for nothing that has its own advice"),
        pytest.param("嗯。", "说谁来做、何时有结果", id="a back-channel is no question"),
    ],
)
def test_the_variant_fits_what_the_customer_had_just_said(asked: str, chosen: str) -> None:
    question = utterance(asked, 50_000, role=Role.CUSTOMER)

    written = _notes([finding(HEDGES)], {"demo/hedges": [DEADLINE, MONEY, ANYTHING]}, question, HEDGES)

    assert _instead(written) == [chosen]


def test_words_to_fit_may_be_written_in_traditional_characters() -> None:
    taiwan = advice("給一個日期", customer=["幾天"])

    assert _instead(_notes([finding(HEDGES)], {"demo/hedges": [taiwan]}, ASKS, HEDGES)) == ["給一個日期"]


def test_what_the_customer_says_afterwards_does_not_choose_the_variant() -> None:
    later = utterance("到底几天能修好？", 60_000, role=Role.CUSTOMER)

    assert _notes([finding(HEDGES)], {"demo/hedges": [DEADLINE]}, HEDGES, later) == ()


def test_what_the_customer_said_long_ago_does_not_either() -> None:
    long_ago = utterance("到底几天能修好？", 10_000, role=Role.CUSTOMER)

    assert _notes([finding(HEDGES)], {"demo/hedges": [DEADLINE]}, long_ago, HEDGES) == ()


@pytest.mark.parametrize(
    ("at_ms", "chosen"),
    [
        pytest.param(61_000, "opening", id="the second agent's first words"),
        pytest.param(95_000, "middle", id="in between"),
        pytest.param(177_000, "closing", id="the last words"),
        pytest.param(2_000, "opening", id="the first agent's first words"),
        pytest.param(55_000, "closing", id="the first agent's last words"),
    ],
)
def test_opening_and_closing_are_those_of_the_agents_own_part(at_ms: int, chosen: str) -> None:
    said = utterance("再等等", at_ms)
    variants = [advice(point, touchpoint=point) for point in ("opening", "middle", "closing")]

    written = _notes(
        [finding(said)], {"demo/hedges": variants}, said, legs=(Span(0, 60_000), Span(60_000, 180_000))
    )

    assert _instead(written) == [chosen]


def test_a_note_quotes_what_was_said_and_when() -> None:
    what = advice(what="{time} 客户问「{question}」，您答「{quote}」，他说「{reply}」。")
    reply = utterance("又是等等。", 56_000, role=Role.CUSTOMER)

    (note,) = _notes([finding(HEDGES, "应该快了吧")], {"demo/hedges": [what]}, ASKS, HEDGES, reply)

    assert note.quote.text == HEDGES.text
    assert catalogue("zh_CN").sentence(note.what_happened) == (
        "00:53 客户问「到底几天能修好？」，您答「应该快了吧，您再等等」，他说「又是等等」。"
    )


def test_values_of_the_reason_fill_gaps_and_unknown_ones_stay_open() -> None:
    silent = advice("「我在查〔…〕，{deadline}前有结果。」", what="{seconds} 秒没有人说话；之前「{quote}」。")

    (note,) = _notes([wordless(55_500, 63_500)], {"demo/silence": [silent]}, HEDGES)

    texts = catalogue("zh_CN")
    assert texts.sentence(note.what_happened) == "8 秒没有人说话；之前「应该快了吧，您再等等」。"
    assert texts.sentence(note.try_instead) == "「我在查〔…〕，〔…〕前有结果。」"


@pytest.mark.parametrize("gap", ["question", "reply", "answer"])
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_advice_that_speaks_of_what_nobody_said_is_not_given(gap: str, language: str) -> None:
    texts = {"zh_CN": "简体", language: f"「{{{gap}}}」"}
    unsaid = Advice(Text(**texts), Text("因为"), Text("这样说"), name="unsaid")

    assert _instead(_notes([finding(HEDGES)], {"demo/hedges": [unsaid, ANYTHING]}, HEDGES)) == [
        ANYTHING.instead.zh_CN
    ]


def test_without_words_to_quote_there_is_no_note() -> None:
    assert _notes([wordless(55_500, 63_500)], {"demo/silence": [ANYTHING]}) == ()
    mumbled = utterance("……", 53_000)
    assert _notes([wordless(55_500, 63_500)], {"demo/silence": [ANYTHING]}, mumbled) == ()


def test_without_advice_there_is_no_note() -> None:
    assert _notes([finding(HEDGES)], {}, ASKS, HEDGES) == ()


def test_what_is_only_observed_is_not_brought_before_the_agent() -> None:
    observed = finding(HEDGES, stage=Stage.OBSERVE)

    assert _notes([observed], {"demo/hedges": [ANYTHING]}, HEDGES) == ()


def _row(*severities: Severity) -> tuple[list[Finding], list[Utterance]]:
    said = [utterance(f"第{i}句话", 10_000 * i) for i in range(len(severities))]
    return [
        finding(u, rule=f"demo/r{i}", severity=s)
        for i, (u, s) in enumerate(zip(said, severities, strict=True))
    ], said


def test_at_most_three_the_worst_first_then_the_earliest() -> None:
    findings, said = _row(
        Severity.MINOR, Severity.MAJOR, Severity.INFO, Severity.CRITICAL, Severity.MAJOR, Severity.MINOR
    )
    given = {f.rule: [advice(f"建议{f.rule}")] for f in findings}

    written = _notes(findings, given, *said)

    assert [note.finding.split("@")[0] for note in written] == ["demo/r3", "demo/r1", "demo/r4"]


def test_the_same_advice_is_not_given_twice_in_a_call() -> None:
    findings, said = _row(Severity.MAJOR, Severity.MAJOR, Severity.MAJOR)
    same = [advice("给一个日期", name="demo/a#0")]
    alike = [advice("先道歉，再给一个日期", name="demo/b#0")]
    other = [advice("说谁来做", name="demo/c#0")]

    written = _notes(findings, {"demo/r0": same, "demo/r1": alike, "demo/r2": other}, *said)

    assert _instead(written) == ["给一个日期", "说谁来做"]


def test_a_second_hit_of_a_rule_gets_its_next_variant() -> None:
    said = [utterance("应该快了吧", 10_000), utterance("可能吧", 90_000)]
    findings = [finding(u) for u in said]

    assert _instead(_notes(findings, {"demo/hedges": [ANYTHING, advice("换一个说法")]}, *said)) == [
        ANYTHING.instead.zh_CN,
        "换一个说法",
    ]


THREATENS = utterance("我要打12315投诉你们", 55_500, role=Role.CUSTOMER)


def test_what_the_agent_promised_is_spoken_of_before_the_threat_that_answered_it() -> None:
    threat = finding(THREATENS, rule="demo/threat", severity=Severity.CRITICAL)
    promise = finding(HEDGES, rule="demo/promise", severity=Severity.CRITICAL, stage=Stage.SCORE)
    given = {"demo/threat": [advice("请主管来看")], "demo/promise": [advice("说明风险")]}

    written = _notes([threat, promise], given, HEDGES, THREATENS)

    assert _instead(written) == ["说明风险", "请主管来看"]
    assert len({note.moment for note in written}) == 1


def test_a_missing_goodbye_is_spoken_of_last_even_beside_a_threat() -> None:
    goodbye = utterance("你去吧", 57_000)
    formal = finding(goodbye, rule="demo/closing", severity=Severity.MINOR, stage=Stage.SCORE)
    threat = finding(THREATENS, rule="demo/threat", severity=Severity.CRITICAL)
    hedge = finding(utterance("可能吧", 5_000), rule="demo/hedges")
    given = {"demo/closing": [advice("道别")], "demo/threat": [advice("请主管来看")]}
    given["demo/hedges"] = [advice("给一个日期")]

    written = _notes([formal, threat, hedge], given, utterance("可能吧", 5_000), THREATENS, goodbye)

    assert _instead(written) == ["请主管来看", "给一个日期", "道别"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            finding(HEDGES, stage=Stage.SCORE), finding(HEDGES, severity=Severity.CRITICAL), id="points"
        ),
        pytest.param(
            finding(HEDGES), finding(HEDGES, stage=Stage.SCORE, severity=Severity.MINOR), id="no formality"
        ),
        pytest.param(finding(HEDGES, severity=Severity.CRITICAL), finding(HEDGES), id="severity"),
        pytest.param(
            finding(HEDGES), replace(finding(HEDGES), doubts=(Reason.of("doubt.cer"),)), id="needs nobody"
        ),
        pytest.param(finding(HEDGES), replace(finding(HEDGES), confidence=0.7), id="confidence"),
        pytest.param(finding(HEDGES), replace(finding(HEDGES), span=Span(54_000, 55_000)), id="time"),
    ],
)
def test_within_a_moment_the_worse_finding_comes_first(first: Finding, second: Finding) -> None:
    findings = [
        replace(one, id=name, rule=f"demo/{name}", label=name) for name, one in (("b", second), ("c", first))
    ]
    given = {"demo/b": [advice("乙", name="b")], "demo/c": [advice("丙", name="c")]}

    assert _instead(_notes(findings, given, HEDGES)) == ["丙", "乙"]


def test_a_moment_has_two_notes_at_most_and_never_two_of_one_rule() -> None:
    rules = {f"demo/r{i}": [advice(f"建议{i}"), advice(f"另一个{i}")] for i in range(3)}
    three = [finding(HEDGES, rule=rule) for rule in rules]
    again = [finding(HEDGES, "应该", rule="demo/r0"), finding(HEDGES, "再等等", rule="demo/r0")]

    assert _instead(_notes(three, rules, HEDGES)) == ["建议0", "建议1"]
    assert _instead(_notes(again, rules, HEDGES)) == ["建议0"]


def test_like_faults_in_the_same_words_are_spoken_of_once() -> None:
    vague = replace(finding(HEDGES, rule="demo/vague"), label="hedging.noncommittal")
    again = replace(finding(HEDGES, "再等等", rule="demo/again"), label="hedging.unanswered_repeat")
    promise = replace(finding(HEDGES, "再等等", rule="demo/promise"), label="risk.promise")
    given = {one.rule: [advice(f"建议{one.rule}")] for one in (vague, again, promise)}

    assert len(_notes([vague, again], given, HEDGES)) == 1
    assert len(_notes([vague, promise], given, HEDGES)) == 2


def test_every_moment_has_its_first_note_before_one_has_a_second() -> None:
    findings, said = _row(Severity.CRITICAL, Severity.MINOR, Severity.MINOR)
    beside = finding(said[0], rule="demo/beside", severity=Severity.CRITICAL)
    given = {f.rule: [advice(f"建议{f.rule}")] for f in (*findings, beside)}

    three = _notes([*findings, beside], given, *said)
    two = _notes([*findings[:2], beside], given, *said)

    assert len({note.moment for note in three}) == 3
    assert [note.moment for note in two] == [two[0].moment, two[1].moment, two[0].moment]


def test_one_note_a_moment_from_its_worst_finding_that_has_advice() -> None:
    worst = finding(HEDGES, rule="demo/worst", severity=Severity.CRITICAL)
    lesser = finding(HEDGES, "再等等", rule="demo/lesser")

    written = _notes([lesser, worst], {"demo/lesser": [ANYTHING]}, HEDGES)

    assert [note.finding for note in written] == [lesser.id]


@pytest.mark.parametrize(
    ("answer", "advised"),
    [
        pytest.param("我现在请主管处理，今天下午五点前给您答复。", [], id="met: nothing to say better"),
        pytest.param("您的情况我已经记录下来了。", ["接住"], id="not met"),
    ],
)
def test_what_a_customer_announced_is_coached_unless_the_agent_met_it(
    answer: str, advised: list[str]
) -> None:
    threat, said = utterance("我要打12315", 50_000, role=Role.CUSTOMER), utterance(answer, 53_000)
    what = advice("接住", what="客户说「{quote}」，您接着说「{answer}」。")

    written = _notes([finding(threat)], {"demo/hedges": [what]}, threat, said)

    assert _instead(written) == advised
