"""The four laws of the detector contract (detectors/base.py), for every detector there is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isclass
from itertools import cycle
from typing import cast

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from qa_service.core.meanings import SentenceVectors
from qa_service.core.speech import Role, Sound, SoundKind, Utterance
from qa_service.core.standard_answers import AnswerRow, AnswerTable, Point
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.detectors.again import SaysAgain
from qa_service.detectors.answers import Answers
from qa_service.detectors.answers_differ import AnswersDiffer
from qa_service.detectors.base import Detector, is_heard
from qa_service.detectors.call_is import CallIs
from qa_service.detectors.call_pace import CallPace
from qa_service.detectors.contacts import Contacts
from qa_service.detectors.crosstalk import Interruption, Overlap
from qa_service.detectors.emotion import Emotion
from qa_service.detectors.emotion_course import EmotionCourse
from qa_service.detectors.late_response import LateResponse
from qa_service.detectors.loudness import Loudness
from qa_service.detectors.means import Means, MeansRule
from qa_service.detectors.own import Own
from qa_service.detectors.pace import PaceFast, PaceJump, PaceSlow
from qa_service.detectors.patterns import PatternRule, Patterns
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.detectors.pitch import Pitch
from qa_service.detectors.said_number import SaidNumber
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.detectors.talk_ratio import TalkRatio
from qa_service.detectors.tone import RaisedVoice
from qa_service.detectors.who_spoke import FirstSpeaker, HungUp, LastSpeaker
from qa_service.detectors.whole import CallLength, Turns
from qa_service.rulebook.personal import PersonalData
from tests.make import ENCODER, Call, Session, calls, sound, tags_of, vector_of

SOUND = ("pace", "silence", "crosstalk", "tone")
WORDS = ("phrases", "patterns", "hedging", "evasion", "service")


def _shipped(*modules: str) -> Iterator[Detector]:
    """Every detector class in the modules that are there, with its default settings."""
    for module in filter(lambda name: find_spec(f"qa_service.detectors.{name}"), modules):
        home = import_module(f"qa_service.detectors.{module}")
        for _, thing in getmembers(home, isclass):
            if thing.__module__ == home.__name__ and hasattr(thing, "start") and hasattr(thing, "labels"):
                yield cast(Detector, thing())


#: The same detectors with ears so sharp that random calls give them much to say.
SHARP_EARED: tuple[Detector, ...] = (
    PaceFast(limit_cpm=240, min_chars=4, min_speech_ms=300),
    PaceSlow(limit_cpm=200, min_chars=4, min_speech_ms=300),
    PaceJump(ratio=1.02, min_cpm=100, min_previous=2, long_chars=10, within_ms=4_000),
    LongSilence(limit_ms=700),
    LateResponse(limit_ms=700),
    Overlap(overlap_ms=100, min_chars=1),
    Interruption(overlap_ms=100, delay_ms=100, min_chars=1),
    RaisedVoice(rise_db=0.5, min_speech_ms=300, min_previous=2),
)
#: Detectors that hear nothing until a rulebook tells them what to listen for.
TOLD_WHAT_TO_HEAR: tuple[Detector, ...] = (
    Phrases(
        (
            PhraseRule(
                "risk.guaranteed_return",
                ("保本", "稳赚", "保证收益"),
                Role.AGENT,
                frozenset({"negated", "quoted"}),
                "near",
            ),
            PhraseRule("customer.threat_escalation", ("12315", "媒体曝光"), sounds_like="near"),
            PhraseRule("service.apology", ("抱歉", "对不起", "不好意思"), Role.AGENT),
        )
    ),
    Answers(
        table=AnswerTable(
            "wild",
            (
                AnswerRow(
                    "1", ("到底几天能修好",), (Point(("我已經幫您登記", "好的")),), (Point(("应该快了",)),)
                ),
                AnswerRow("2", ("为什么到现在都没有退款给我",), (Point(("好的", "嗯嗯", "您好", "我")),)),
                AnswerRow("3", ("你到底听不听得懂",), (Point(("没有人说的话",)),)),
                AnswerRow("4", ("投诉到哪里都没有用",), (Point(("没有人说的话",)),)),
            ),
        ),
        turns=1,
        within_ms=20_000,
    ),
    CallIs(direction=("unknown",)),
    SaysAgain(by="", alike=0.3, min_chars=2),
    SaidNumber(kinds=("amount", "number", "date", "time", "duration", "deadline", "percent")),
    SaidNumber("said_number.much", kinds=("number",), above=100, below=1_000_000),
    PersonalData(),
    Emotion("emotion.any", kinds=("negative", "pleased")),
    EmotionCourse("emotion.worsened", course="worsened"),
    EmotionCourse("emotion.recovered", course="recovered"),
    EmotionCourse("emotion.ends", course="ends_negative", part=0.5),
    Similar((SimilarRule("rule.like.1", ("什么时候能修好", "我们不能承诺保本"), 0.35),)),
    CallLength(above_ms=1_000),
    Turns(above=1),
    TalkRatio(above=0.3),
    CallPace(above=200, min_speech_ms=2_000),
    Loudness("loudness.usual", below=-1, min_speech_ms=300, min_previous=2),
    Loudness("loudness.jump", jump=1, min_speech_ms=300),
    Loudness("loudness.other", above=1, to="other", min_speech_ms=300, min_previous=1),
    Pitch("pitch.usual", above=1, min_speech_ms=300, min_previous=2),
    Pitch("pitch.jump", jump=1, min_speech_ms=300),
    Pitch("pitch.other", below=-1, to="other", min_speech_ms=300, min_previous=1),
    FirstSpeaker(),
    LastSpeaker(role="customer"),
    HungUp(),
    Contacts(at_least=2, within_ms=48 * 3_600_000),
    AnswersDiffer(),
    Own("rule.any.1", LongSilence(limit_ms=700), "silence.long"),
    Patterns((PatternRule("risk.abuse", "(我不是|你到底).{0,4}(说过|听)"), PatternRule("rule.any.1", ".好"))),
)
_LIKE, _UNLIKE = ("到底几天能修好？", "这款产品保本的，收益是稳赚的，您放心"), ("投诉到哪里都没有用",)
MEANT = Means(
    (
        MeansRule("rule.meant.1", _LIKE, 0.7, _UNLIKE, unless=frozenset()),
        MeansRule("rule.meant.2", _UNLIKE, 0.9, role=Role.AGENT),
    ),
    SentenceVectors(ENCODER, (*_LIKE, *_UNLIKE), tuple(map(vector_of, (*_LIKE, *_UNLIKE)))),
)
SILENCES = (LongSilence(limit_ms=700), LateResponse(limit_ms=700))
ALL_DETECTORS = (*SHARP_EARED, *TOLD_WHAT_TO_HEAR, MEANT, *_shipped(*SOUND, *WORDS))


@given(call=calls(), ticks=st.lists(st.integers(50, 2_000), min_size=1, max_size=8))
def test_waiting_brings_tags_forward_but_never_changes_them(call: Call, ticks: list[int]) -> None:
    session, live, now_ms = Session.of(ALL_DETECTORS, call.events, call.about), [], 0

    for tick_ms in cycle(ticks):
        if (now_ms := now_ms + tick_ms) > call.end_ms:
            break
        live += session.until(now_ms, waits=tick_ms % 4 > 0)
    live += session.finish(call.end_ms)

    assert sorted(live) == tags_of(ALL_DETECTORS, call.events, end_ms=call.end_ms, about=call.about)


@given(one=calls(), other=calls(), tick_ms=st.integers(100, 5_000))
def test_two_calls_at_once_do_not_touch_each_other(one: Call, other: Call, tick_ms: int) -> None:
    ours, theirs = (Session.of(ALL_DETECTORS, call.events, call.about) for call in (one, other))
    of_one: list[Tag] = []
    of_other: list[Tag] = []

    for now_ms in range(0, max(one.end_ms, other.end_ms), tick_ms):
        of_one += ours.until(min(now_ms, one.end_ms))
        of_other += theirs.until(min(now_ms, other.end_ms))
    of_one += ours.finish(one.end_ms)
    of_other += theirs.finish(other.end_ms)

    assert sorted(of_one) == tags_of(ALL_DETECTORS, one.events, end_ms=one.end_ms, about=one.about)
    assert sorted(of_other) == tags_of(ALL_DETECTORS, other.events, end_ms=other.end_ms, about=other.about)


@given(call=calls())
def test_every_quote_is_found_and_every_span_lies_inside_the_call(call: Call) -> None:
    said = call.utterances

    for tag in tags_of(ALL_DETECTORS, call.events, end_ms=call.end_ms, about=call.about):
        assert all(Span(0, call.end_ms).contains(piece.span) for piece in tag.evidence)
        for quote in tag.quotes:
            assert said[quote.utterance].text[quote.start : quote.end] == quote.text
            assert quote.start < quote.end


@given(call=calls())
def test_tags_rest_on_reliable_words_of_people_and_say_who_found_them(call: Call) -> None:
    said = call.utterances

    for tag in tags_of(ALL_DETECTORS, call.events, end_ms=call.end_ms, about=call.about):
        named = [it for it in ALL_DETECTORS if tag.detector == f"{it.name}@{it.version}"]
        detector = next(it for it in named if tag.label in it.labels)
        assert detector.needs <= call.about.parts
        quoted = [said[quote.utterance] for quote in tag.quotes]
        assert not any(heard.unreliable or heard.role is Role.SYSTEM for heard in quoted)


def _has_honest_name(tag: Tag, call: Call) -> bool:
    """Whether the tag is what its label says, read from the call itself."""
    quoted = [call.utterances[quote.utterance] for quote in tag.quotes]
    match tag.label.partition(".")[0]:
        case "answers":
            question, *answers = quoted
            asked_first = all(heard.span.end_ms > question.span.start_ms for heard in answers)
            roles = (question.role, {heard.role for heard in answers})
            return roles[0] is Role.CUSTOMER and roles[1] <= {Role.AGENT} and asked_first
        case "silence" if tag.label == "silence.long":
            filled = [
                event.span
                for event in call.events
                if not isinstance(event, Utterance)
                and not (isinstance(event, Sound) and event.kind in {SoundKind.BEEP, SoundKind.NOISE})
            ]
            return not any(tag.span.overlap_ms(span) for span in filled)
        case "silence":
            return tag.role is Role.AGENT and [heard.role for heard in quoted] == [Role.AGENT, Role.CUSTOMER]
        case "crosstalk":
            talking = {v.speaker for v in call.voices if v.span.overlap_ms(tag.span)}
            pair = [heard.speaker for heard in quoted]
            return len(set(pair)) == len(pair) == 2 and set(pair) <= talking and pair[0] == tag.speaker
        case "loudness" | "pitch":
            own = [heard.speaker == tag.speaker for heard in quoted]
            asked = {"usual": [True], "jump": [True, True], "other": [True, False]}
            return own == asked[tag.label.partition(".")[2]]
        case "pace" | "tone":
            return tag.role is Role.AGENT and {heard.speaker for heard in quoted} == {tag.speaker}
    return True


@given(call=calls())
def test_tags_are_what_their_names_say(call: Call) -> None:
    found = tags_of(ALL_DETECTORS, call.events, end_ms=call.end_ms, about=call.about)

    assert [tag for tag in found if not _has_honest_name(tag, call)] == []


@given(call=calls(), cut=st.tuples(st.integers(0, 60_000), st.integers(1, 30_000)))
def test_a_silence_overlaps_no_damage(call: Call, cut: tuple[int, int]) -> None:
    gap = sound(cut[0], cut[0] + cut[1], SoundKind.LOST)
    ends_ms = max(call.end_ms, gap.span.end_ms)
    lost = [gap.span, *(e.span for e in call.events if isinstance(e, Sound) and e.is_lost)]

    found = tags_of(SILENCES, [*call.events, gap], end_ms=ends_ms, about=call.about)

    assert not [tag for tag in found for span in lost if tag.evidence[0].span.overlap_ms(span)]


def test_the_random_calls_are_wild_enough_for_the_laws_to_mean_something() -> None:
    talkative = (*SHARP_EARED, *TOLD_WHAT_TO_HEAR, MEANT)
    # Nobody signals a hang-up in random calls (test_whole.py does).
    wanted = {label for detector in talkative for label in detector.labels} - set(HungUp().labels)
    turned_up: set[str] = set()

    @settings(max_examples=400, database=None)
    @given(call=calls())
    def listen(call: Call) -> None:
        found = tags_of(talkative, call.events, end_ms=call.end_ms, about=call.about)
        turned_up.update(tag.label for tag in found)

    # What Hypothesis draws depends on what else was imported: the rare ones may want more calls than one round.
    for number in range(10):
        if turned_up != wanted:
            seed(number)(listen)()

    assert turned_up == wanted


@given(call=calls())
def test_what_a_run_does_not_hear_tells_it_nothing(call: Call) -> None:
    """`hears` is a promise: with the other events left out, the same tags come out."""
    for detector in ALL_DETECTORS:
        whole, spared = detector.start(call.about), detector.start(call.about)
        told = [tag for event in call.events for tag in whole.hear(event)]
        heard = [event for event in call.events if is_heard(spared, type(event))]

        assert told == [tag for event in heard for tag in spared.hear(event)], detector.name
