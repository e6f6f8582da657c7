"""Pace: what is too fast, too slow, or suddenly faster, and what only looks like it."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.detectors.base import Detector
from qa_service.detectors.pace import PaceFast, PaceJump, PaceSlow
from tests.make import facts, tags_of, utterance

FAST, SLOW, JUMP = PaceFast(limit_cpm=300), PaceSlow(limit_cpm=150), PaceJump(ratio=1.3, min_cpm=260)
LONG = "您这个包裹昨天已经派送过一次没有人接所以退回了网点"  # 25 characters
SHORT = "您把运单号再报一遍给我听"  # 12 characters
ID_NUMBER = "您的身份证号是四四零三零一一九九零零一零一幺二三四对吧"
FIGURES = "卡号6222 0212 3456 7890请核对一下"
ENGLISH = "OK我帮您check一下international roaming这个package"


def rate(
    text: str, cpm: int, *, start_ms: int = 0, role: Role = Role.AGENT, unreliable: str = ""
) -> Utterance:
    """`text` said at exactly `cpm` where 60,000 divides well."""
    chars = sum(char.isalnum() for char in text)
    return utterance(text, start_ms, role=role, speech_ms=60_000 * chars // cpm, unreliable=unreliable)


def labels(detector: Detector, *said: Utterance) -> list[str]:
    return [tag.label for tag in tags_of(detector, said)]


@pytest.mark.parametrize(
    ("said", "tagged"),
    [
        pytest.param(rate(LONG, 375), True, id="375 per minute in a long sentence is fast"),
        pytest.param(rate(LONG, 300), False, id="300 per minute is the limit, not over it"),
        pytest.param(rate(LONG, 240), False, id="240 per minute is how people talk"),
        pytest.param(rate(SHORT, 400), False, id="one short sentence may be quick"),
        pytest.param(rate("好的好的", 600), False, id="too short to judge, however fast"),
        pytest.param(utterance("，。！？" * 8, speech_ms=2_000), False, id="punctuation is not speech"),
        pytest.param(utterance(LONG, end_ms=3_000, speech_ms=0), False, id="nobody measured speech time"),
        pytest.param(rate(LONG, 1_000), False, id="nobody says 1,000: the words were invented"),
        pytest.param(rate(LONG, 375, role=Role.CUSTOMER), False, id="customers may be as fast as they like"),
        pytest.param(rate(LONG, 375, role=Role.UNKNOWN), False, id="nobody knows whether this is the agent"),
        pytest.param(rate(LONG, 375, role=Role.SYSTEM), False, id="a robot is not coached"),
        pytest.param(rate(LONG, 375, unreliable="quality.noise"), False, id="not heard well enough to judge"),
        pytest.param(rate(ENGLISH, 400), False, id="letters are not syllables"),
        pytest.param(rate(FIGURES, 400), False, id="figures are not syllables"),
    ],
)
def test_fast(said: Utterance, tagged: bool) -> None:
    assert labels(FAST, said) == ["pace.fast"] * tagged


@pytest.mark.parametrize(
    ("said", "tagged"),
    [
        pytest.param(rate(LONG, 125), True, id="125 per minute in a long sentence is slow"),
        pytest.param(
            rate("您這個包裹昨天已經派送過一次沒有人接所以退回了網點", 125), True, id="in either script"
        ),
        pytest.param(rate(LONG, 150), False, id="150 per minute is the limit, not under it"),
        pytest.param(rate(LONG, 200), False, id="200 per minute is calm, not slow"),
        pytest.param(rate(ID_NUMBER, 90), False, id="an identity number is read out slowly on purpose"),
        pytest.param(rate("，".join(ID_NUMBER), 90), False, id="and with pauses between the digits too"),
        pytest.param(rate(FIGURES, 60), False, id="also when it was written in figures"),
        pytest.param(rate("嗯那个", 60), False, id="a hesitation is too short to judge"),
        pytest.param(rate(LONG, 100, role=Role.CUSTOMER), False, id="customers may take their time"),
    ],
)
def test_slow(said: Utterance, tagged: bool) -> None:
    assert labels(SLOW, said) == ["pace.slow"] * tagged


@pytest.mark.parametrize(
    ("between", "gap_ms", "tagged"),
    [
        pytest.param([], 2_000, True, id="two short ones in a row last"),
        pytest.param(["好的"], 2_000, True, id="a short 好的 between them proves nothing"),
        pytest.param([LONG], 2_000, False, id="a calm sentence between them does"),
        pytest.param([], 60_000, False, id="a minute apart they are not in a row"),
    ],
)
def test_short_sentences_must_last(between: list[str], gap_ms: int, tagged: bool) -> None:
    said = [rate(SHORT, 400)]
    for text in between:
        said.append(rate(text, 200, start_ms=said[-1].span.end_ms + 100))
    said.append(rate(SHORT, 400, start_ms=said[-1].span.end_ms + gap_ms))

    tags = tags_of(FAST, said)

    assert [len(tag.evidence) for tag in tags] == [2] * tagged


def test_each_further_fast_sentence_is_a_tag_of_its_own() -> None:
    said = [rate(SHORT, 400, start_ms=start_ms) for start_ms in (0, 3_000, 6_000)]

    tags = tags_of(FAST, said)

    assert [[quote.utterance for quote in tag.quotes] for tag in tags] == [["s0-0", "s0-3000"], ["s0-6000"]]


def test_the_reason_says_how_fast_and_how_sure() -> None:
    (tag,) = tags_of(FAST, [rate(LONG, 375)])

    assert tag.because == Reason.of("pace.fast", cpm=375, limit=300, baseline=375)
    assert (tag.speaker, tag.role, tag.confidence) == ("s0", Role.AGENT, 1.0)


def test_just_over_the_limit_a_person_decides() -> None:
    (tag,) = tags_of(FAST, [rate(LONG, 306)])

    assert 0.5 < tag.confidence < 0.7  # 2 % over; a rate is measured to about 6 %


CALM = [250, 240, 230, 240, 240]  # median 240, so a jump begins at 312


@pytest.mark.parametrize(
    ("before", "cpm", "tagged"),
    [
        pytest.param(CALM, 330, True, id="from 240 to 330"),
        pytest.param([*CALM, 400], 330, True, id="one outburst does not move the baseline"),
        pytest.param(CALM, 300, False, id="from 240 to 300 is lively"),
        pytest.param(CALM[:4], 330, False, id="four sentences are no baseline yet"),
        pytest.param([], 375, False, id="who starts fast has not jumped"),
        pytest.param([330] * 5, 340, False, id="always fast is not suddenly fast"),
        pytest.param([150] * 5, 240, False, id="from slow to normal hurries nobody"),
        pytest.param(CALM, 125, False, id="slowing down is a service"),
    ],
)
def test_jump(before: list[int], cpm: int, tagged: bool) -> None:
    said: list[Utterance] = []
    for pace in [*before, cpm]:
        said.append(rate(LONG, pace, start_ms=said[-1].span.end_ms + 1_000 if said else 0))

    jumped = {quote.utterance for tag in tags_of(JUMP, said) for quote in tag.quotes}
    assert (said[-1].id in jumped) == tagged


def test_the_baseline_is_the_speakers_own() -> None:
    said = [rate(LONG, 200, start_ms=20_000 * i, role=Role.CUSTOMER) for i in range(6)]

    assert labels(JUMP, *said, rate(LONG, 375, start_ms=130_000)) == []


@pytest.mark.parametrize("detector", [FAST, SLOW, JUMP], ids=lambda it: str(it.name))
@pytest.mark.parametrize("missing", ["words", "activity"])
def test_deaf_without_words_or_speech_time(detector: Detector, missing: str) -> None:
    about = facts(parts={"words", "activity"} - {missing})

    assert tags_of(detector, [rate(LONG, 500), rate(LONG, 100, start_ms=9_000)], about=about) == []
