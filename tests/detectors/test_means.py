"""Sentences near in meaning to examples, by vectors put together by hand: directions between two things to mean."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.meanings import Meaning, SentenceVectors
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.detectors.means import Means, MeansRule
from qa_service.text.meaning import quantized
from qa_service.text.normalize import fold
from tests.make import ALL_PARTS, tags_of, utterance

ENCODER = "by-hand@1"
FACTS = CallFacts(parts=ALL_PARTS, encoder=ENCODER)
CALL_BACK = MeansRule("back", ("我查清楚之后给您回电话",), 0.6, role=Role.AGENT)
OTHER = "您自己过两天再打来问"


def vector(cosine: float, also: float = 0.0) -> bytes:
    """So near to the example, and so near to OTHER; the rest points elsewhere."""
    rest = math.sqrt(max(0.0, 1 - cosine**2 - also**2))
    (row,) = quantized(np.array([[cosine, also, rest, 0.0]], np.float32))
    return row


def means(*rules: MeansRule) -> Means:
    held = {said: vector(0.0, 1.0) if said == OTHER else vector(1.0) for said in Means(rules).sentences}
    return Means(rules, SentenceVectors(ENCODER, tuple(held), tuple(held.values())))


def meant(text: str, *near: tuple[str, float], role: Role = Role.AGENT, also: float = 0.0) -> Utterance:
    """An utterance, its parts with how near they are to the example."""
    said = utterance(text, role=role)
    places = [(text.index(part), text.index(part) + len(part), cosine) for part, cosine in near]
    return replace(said, meanings=tuple(Meaning(start, end, vector(c, also)) for start, end, c in places))


def quotes(rule: MeansRule, said: Utterance, facts: CallFacts = FACTS) -> list[str]:
    return [tag.quotes[0].text for tag in tags_of(means(rule), [said], about=facts)]


TELLS = "有结果了我第一时间通知您"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param(meant(TELLS, (TELLS, 0.7)), [TELLS], id="near"),
        pytest.param(meant(TELLS, (TELLS, 0.6)), [TELLS], id="at the limit"),
        pytest.param(meant(TELLS, (TELLS, 0.58)), [], id="below it"),
        pytest.param(meant(TELLS, (TELLS, -0.9)), [], id="the other way"),
        pytest.param(meant(TELLS, (TELLS, 0.9), role=Role.CUSTOMER), [], id="said by the customer"),
        pytest.param(meant(TELLS, (TELLS, 0.9), role=Role.UNKNOWN), [], id="said by nobody knows whom"),
        pytest.param(utterance(TELLS), [], id="not looked at: too short for the encoder"),
        pytest.param(
            meant("好的，" + TELLS + "。", ("好的，" + TELLS, 0.7), (TELLS, 0.8)), [TELLS], id="the nearest is quoted"
        ),
        pytest.param(replace(meant(TELLS, (TELLS, 0.9)), unreliable="unreliable.noise"), [], id="misheard"),
        pytest.param(meant("我们不会再通知您", ("我们不会再通知您", 0.9)), [], id="denied"),
        pytest.param(meant("您说有结果通知我的", ("您说有结果通知我的", 0.9)), [], id="the words of another"),
        pytest.param(meant("什么时候通知您", ("什么时候通知您", 0.9)), [], id="asked"),
    ],
)  # fmt: skip
def test_means(said: Utterance, found: list[str]) -> None:
    assert quotes(CALL_BACK, said) == found


@pytest.mark.parametrize("text", ["我们不会再通知您", "您说有结果通知我的", "什么时候通知您"])
def test_what_may_be_meant_in_any_sense_counts(text: str) -> None:
    assert quotes(replace(CALL_BACK, unless=frozenset()), meant(text, (text, 0.9))) == [text]


def test_an_example_that_is_denied_itself_is_not_like_what_is_not() -> None:
    rule = MeansRule("no", ("我们不会给您回电话的",), 0.6)

    assert quotes(rule, meant("没有人会通知您", ("没有人会通知您", 0.8))) == ["没有人会通知您"]
    assert quotes(rule, meant("会有人通知您", ("会有人通知您", 0.8))) == []


@pytest.mark.parametrize(("also", "found"), [(0.5, [TELLS]), (0.69, [])], ids=["farther from", "nearer to"])
def test_what_is_nearer_to_what_is_not_meant_does_not_count(also: float, found: list[str]) -> None:
    rule = replace(CALL_BACK, at_least=0.4, unlike=(OTHER,))

    assert quotes(rule, meant(TELLS, (TELLS, 0.6), also=also)) == found


def test_the_farther_the_less_sure_and_hardly_anything_counts_alone() -> None:
    sure = [tags_of(means(CALL_BACK), [meant(TELLS, (TELLS, near))], about=FACTS)[0].confidence
            for near in (0.6, 0.8, 0.9, 1.0)]  # fmt: skip

    assert sure == pytest.approx([0.45, 0.6, 0.67, 0.75], abs=0.011)


def test_the_reason_names_the_example_and_how_near_it_is() -> None:
    (tag,) = tags_of(means(CALL_BACK), [meant(TELLS, (TELLS, 0.8))], about=FACTS)

    assert (tag.because.code, dict(tag.because.values)) == (
        "means.example",
        {"example": CALL_BACK.like[0], "percent": 80},
    )


def test_every_rule_finds_its_own_once_an_utterance() -> None:
    text = TELLS + "。" + "我再给您打过来。"
    both = means(CALL_BACK, replace(CALL_BACK, label="any", role=None))

    tags = tags_of(both, [meant(text, (TELLS, 0.7), ("我再给您打过来", 0.9))], about=FACTS)

    assert sorted((tag.label, tag.quotes[0].text) for tag in tags) == [
        ("any", "我再给您打过来"),
        ("back", "我再给您打过来"),
    ]


@pytest.mark.parametrize(
    ("facts", "vectors", "why"),
    [
        pytest.param(FACTS, True, None, id="measured by the encoder of the book"),
        pytest.param(
            replace(FACTS, parts=ALL_PARTS - {PartName.EMBEDDINGS.value}, encoder=""),
            True, "undecided.no_meanings", id="the call was not measured",
        ),
        pytest.param(FACTS, False, "undecided.no_examples", id="nobody read the book's sentences"),
        pytest.param(replace(FACTS, encoder="other@2"), True, "undecided.other_encoder", id="two encoders"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_not_compared_and_says_why(
    facts: CallFacts, vectors: bool, why: str | None
) -> None:
    asked = means(CALL_BACK) if vectors else Means((CALL_BACK,))

    because = asked.unanswered(facts)
    found = tags_of(asked, [meant(TELLS, (TELLS, 0.9))], about=facts)

    assert (because.code if because else None) == why
    assert bool(found) == (why is None)


def test_what_it_might_have_found_is_what_those_said_whom_it_listens_to() -> None:
    said = [meant(TELLS, (TELLS, 0.0)), utterance("好。", 9_000, role=Role.CUSTOMER), utterance("", 12_000)]

    assert [tag.quotes[0].text for tag in means(CALL_BACK).possible(FACTS, said)] == [TELLS]


@pytest.mark.parametrize(
    "meaning",
    [Meaning(0, 5, b"\x01\x02"), Meaning(0, 500, vector(0.9)), Meaning(2, 4, b"")],
    ids=["other numbers", "past the end", "no numbers"],
)
def test_vectors_that_cannot_be_its_own_are_passed_over(meaning: Meaning) -> None:
    assert quotes(CALL_BACK, replace(utterance(TELLS), meanings=(meaning,))) == []


def test_a_quote_is_of_the_original_text() -> None:
    said = meant("１２．　有結果了我第一時間通知您！", ("有結果了我第一時間通知您", 0.9))

    assert quotes(CALL_BACK, said) == ["有結果了我第一時間通知您"]
    assert fold(said.text).text.endswith("有结果了我第一时间通知您")
