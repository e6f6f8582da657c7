"""Builders for tests: values with everything that a test does not care about filled in, and random calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

import numpy as np
from hypothesis import strategies as st

from qa_service.core.calls import CallFacts, Direction, Envelope
from qa_service.core.history import Contact, History, Told
from qa_service.core.meanings import Meaning
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, SoundKind, Utterance, Voice, Word
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.detectors.base import Detector, DetectorRun, Event, event_order
from qa_service.text.meaning import quantized

#: Who is who in every made call, unless the test says otherwise.
SPEAKERS = {
    Role.AGENT: "s0",
    Role.CUSTOMER: "s1",
    Role.SYSTEM: "s2",
    Role.OTHER: "s3",
    Role.UNKNOWN: "s4",
}
ALL_PARTS = frozenset(part.value for part in PartName)


def facts(*, parts: Iterable[str] = ALL_PARTS, overlap_known: bool = True, encoder: str = "") -> CallFacts:
    """A two-channel call with every part measured."""
    return CallFacts(parts=frozenset(parts), overlap_known=overlap_known, encoder=encoder)


def utterance(
    text: str,
    start_ms: int = 0,
    end_ms: int | None = None,
    *,
    role: Role = Role.AGENT,
    speaker: str | None = None,
    name: str | None = None,
    speech_ms: int | None = None,
    words: tuple[Word, ...] = (),
    unreliable: str = "",
    loudness_dbfs: float | None = None,
    pitch_hz: float | None = None,
) -> Utterance:
    """An utterance at 240 characters per minute that is all speech, unless told otherwise."""
    who = SPEAKERS[role] if speaker is None else speaker
    length_ms = 250 * max(1, len(text)) if speech_ms is None else max(1, speech_ms)
    span = Span(start_ms, start_ms + length_ms if end_ms is None else end_ms)
    return Utterance(
        id=f"{who}-{start_ms}" if name is None else name,
        span=span,
        speaker=who,
        text=text,
        words=words,
        speech_ms=span.duration_ms if speech_ms is None else speech_ms,
        unreliable=unreliable,
        loudness_dbfs=loudness_dbfs,
        pitch_hz=pitch_hz,
        role=role,
        role_confidence=0.0 if role is Role.UNKNOWN else 0.9,
    )


def timed(heard: Utterance) -> Utterance:
    """The same utterance with one word per character, spread evenly over its time."""
    span, count = heard.span, len(heard.text)
    at = [span.start_ms + span.duration_ms * i // count for i in range(count + 1)] if count else []
    words = tuple(Word(Span(at[i], at[i + 1]), i, i + 1) for i in range(count))
    return replace(heard, words=words)


def voice(start_ms: int, end_ms: int, role: Role = Role.AGENT, speaker: str | None = None) -> Voice:
    """A voice of the role's usual speaker."""
    return Voice(Span(start_ms, end_ms), SPEAKERS[role] if speaker is None else speaker, role)


def sound(start_ms: int, end_ms: int, kind: SoundKind = SoundKind.HOLD) -> Sound:
    """Hold, unless told otherwise."""
    return Sound(Span(start_ms, end_ms), kind)


def spoken(*said: Utterance) -> tuple[Event, ...]:
    """Utterances together with the voice they are made of."""
    return tuple(event for heard in said for event in (Voice(heard.span, heard.speaker, heard.role), heard))


@dataclass(slots=True)
class Session:
    """Feeds detectors one call, as pipeline.live does: in event order, waiting for whoever still talks."""

    runs: Sequence[DetectorRun]
    events: tuple[Event, ...]
    heard: int = 0

    @classmethod
    def of(cls, detectors: Iterable[Detector], events: Iterable[Event], about: CallFacts) -> Session:
        return cls([detector.start(about) for detector in detectors], tuple(sorted(events, key=event_order)))

    def until(self, now_ms: int, *, waits: bool = True) -> list[Tag]:
        """Hears what has ended by `now_ms`, then waits up to the watermark."""
        tags: list[Tag] = []
        while self.heard < len(self.events) and self.events[self.heard].span.end_ms <= now_ms:
            tags += [tag for run in self.runs for tag in run.hear(self.events[self.heard])]
            self.heard += 1
        if waits:
            mark_ms = min([now_ms, *(event.span.start_ms for event in self.events[self.heard :])])
            tags += [tag for run in self.runs for tag in run.wait(mark_ms)]
        return tags

    def finish(self, end_ms: int) -> list[Tag]:
        """Hears the rest and hangs up."""
        tags = self.until(end_ms, waits=False)
        return tags + [tag for run in self.runs for tag in run.finish(end_ms)]


def tags_of(
    detectors: Detector | Sequence[Detector],
    events: Iterable[Event],
    *,
    end_ms: int | None = None,
    about: CallFacts | None = None,
) -> list[Tag]:
    """The tags of a call that is heard in one go, sorted."""
    told = tuple(events)
    ends = max((event.span.end_ms for event in told), default=0) if end_ms is None else end_ms
    some = detectors if isinstance(detectors, Sequence) else (detectors,)
    return sorted(Session.of(some, told, facts() if about is None else about).finish(ends))


@dataclass(frozen=True, slots=True)
class Call:
    """A random call."""

    events: tuple[Event, ...]
    end_ms: int
    about: CallFacts

    @property
    def voices(self) -> tuple[Voice, ...]:
        return tuple(event for event in self.events if isinstance(event, Voice))

    @property
    def utterances(self) -> dict[str, Utterance]:
        return {event.id: event for event in self.events if isinstance(event, Utterance)}


#: Sentences that make every kind of detector listen up, and some that should leave all of them cold.
VOCABULARY = (
    "您好，很高兴为您服务，请问有什么可以帮您？",
    "您好，我是八零三号客服",
    "感谢您的来电，祝您生活愉快，再见",
    "嗯",
    "嗯嗯，好的",
    "对对对",
    "好的，明白了",
    "非常抱歉，给您带来不便了",
    "对不起，实在是不好意思",
    "这个应该可能大概是可以的吧",
    "您先等等看吧，应该快了",
    "预计一到三个工作日到账，以合同为准",
    "这款产品保本的，收益是稳赚的，您放心",
    "我们不能承诺保本，也不保证收益",
    "您刚才说的保本，我们没有承诺过",
    "你急什么，我不是说过了吗",
    "你到底听不听得懂",
    "投诉到哪里都没有用",
    "这个不归我们管，您找物业吧",
    "到底几天能修好？",
    "為什麼到現在都沒有退款給我？",
    "您的卡号是六二二二零二一二三四五六七八九零",
    "我已經幫您登記好了，今天下午三點前會有專人回電給您",
    "那我要打12315投诉，找媒体曝光你们",
    "请加我微信，把验证码告诉我",
    "你们什么态度，气死我了",
    "太好了，那我就放心了",
    "OK我帮您check一下这个VIP账户",
    "换一首歌",
    "，。！",
    "",
)
#: Long enough to have a pace and a loudness, so that speakers get a baseline.
_LONG = tuple(text for text in VOCABULARY if len(text) >= 10)
_CASTS = st.sampled_from(
    [(Role.AGENT, Role.CUSTOMER)] * 6
    + [(Role.AGENT,), (Role.CUSTOMER, Role.AGENT, Role.OTHER), (Role.SYSTEM, Role.CUSTOMER, Role.AGENT)]
    + [(Role.UNKNOWN, Role.UNKNOWN), (Role.AGENT, Role.UNKNOWN), (Role.AGENT, Role.AGENT, Role.CUSTOMER)]
)
_TEXTS = st.sampled_from(VOCABULARY) | st.sampled_from(_LONG)
_USUAL_CPM = st.sampled_from([150, 220, 260, 300])
_TEMPOS = st.sampled_from([100, 95, 100, 105, 110, 130, 160, 180, 50, 400])  #: percent of the usual
_LEVELS_DBFS = st.sampled_from([-27.0, -26.0, -25.0, -25.0, -24.0, -12.0, None])
_PITCHES_HZ = st.sampled_from([None, 190.0, 200.0, 210.0, 280.0])
_GRID_MS = 50  #: coarse, so that borders meet often
_SECOND = 1_000 // _GRID_MS


#: What the vectors of random calls were made by.
ENCODER = "by-hand@1"


def vector_of(text: str) -> bytes:
    """Of the same text the same vector; of others mostly one that is far from it."""
    sure = [crc32(f"{axis}{text}".encode()) % 201 - 100 for axis in range(4)]
    (row,) = quantized(np.array([sure], np.float32) / np.float32(np.linalg.norm(sure) or 1))
    return row


@st.composite
def _utterances(draw: st.DrawFn, role: Role, speaker: str, begin: int, cpm: int) -> list[Event]:
    """One utterance with its voice, in one piece or two, or a voice that nobody understood."""
    text = draw(_TEXTS)
    length = max(2, 6_000_000 * len(text) // (cpm * draw(_TEMPOS)) // _GRID_MS)
    pause = draw(st.sampled_from([0, 0, 0, length // 4, length // 2]))
    cut = draw(st.integers(1, length - 1))
    bounds = [(0, cut), (cut + pause, length + pause)] if pause else [(0, length)]
    voiced = [Span((begin + since) * _GRID_MS, (begin + until) * _GRID_MS) for since, until in bounds]
    voices: list[Event] = [Voice(span, speaker, role) for span in voiced]
    if draw(st.integers(0, 19)) == 0:
        return voices
    heard = utterance(
        text,
        voiced[0].start_ms,
        voiced[-1].end_ms,
        role=role,
        speaker=speaker,
        speech_ms=length * _GRID_MS,
        unreliable=draw(st.sampled_from(["", "", "", "", "", "", "quality.noise"])),
        loudness_dbfs=draw(_LEVELS_DBFS),
        pitch_hz=draw(_PITCHES_HZ),
    )
    heard = replace(heard, meanings=(Meaning(0, len(text), vector_of(text)),))
    return [*voices, timed(heard) if draw(st.booleans()) else heard]


#: When every random call of a known customer began.
BEGAN = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
_CONTACTS = st.lists(
    st.builds(
        Contact,
        st.integers(0, 96).map(lambda hours: BEGAN - timedelta(hours=hours)),
        st.sampled_from(Direction),
        st.sampled_from(["", "400", "95"]),
    ),
    max_size=5,
)
_TOLD = (Told(BEGAN - timedelta(days=1), "到底几天能修好", "days", 30, 40),)
_HISTORIES = st.builds(
    History,
    since=st.just(BEGAN - timedelta(days=7)),
    contacts=_CONTACTS.map(lambda held: tuple(sorted(held, key=lambda one: one.began, reverse=True))),
    is_cut=st.booleans(),
    undated=st.integers(0, 1),
    known_since=st.sampled_from([None, BEGAN - timedelta(days=400), BEGAN - timedelta(hours=1)]),
    told=st.sampled_from([(), _TOLD]),
)
_ENVELOPES = st.builds(
    Envelope,
    started_at=st.sampled_from([BEGAN, BEGAN, None]),
    direction=st.sampled_from(Direction),
    line=st.sampled_from(["", "400"]),
    customer=st.sampled_from(["hmac-sha256:9f2c41d07be5a6c3", "hmac-sha256:9f2c41d07be5a6c3", ""]),
)


def _asked_and_answered(begin_ms: int) -> tuple[Event, ...]:
    """What turns between random speakers hardly ever make: a question, and at once its answer."""
    asked = utterance("到底几天能修好？", begin_ms, begin_ms + 1_500, role=Role.CUSTOMER)
    return spoken(asked, utterance("三天就好", begin_ms + 2_000, begin_ms + 3_000, role=Role.AGENT))


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """One to three speakers who talk past, over and into each other, with holds, tones and noise."""
    events: list[Event] = []
    for number, role in enumerate(draw(_CASTS)):
        at, usual_cpm = draw(st.integers(0, 5 * _SECOND)), draw(_USUAL_CPM)
        for _ in range(draw(st.sampled_from([0, 1, 3, 8, 12]))):
            said = draw(_utterances(role, f"s{number}", at, usual_cpm))
            events += said
            ends = max(event.span.end_ms for event in said) // _GRID_MS
            at = ends + draw(st.integers(0, 2 * _SECOND) | st.integers(0, 12 * _SECOND))
    for _ in range(draw(st.integers(0, 3))):
        start_ms, length_ms = draw(st.integers(0, 60_000)), draw(st.integers(1, 20_000))
        events.append(sound(start_ms, start_ms + length_ms, draw(st.sampled_from(list(SoundKind)))))
    if draw(st.sampled_from([False, False, False, True])):
        events += _asked_and_answered(max((event.span.end_ms for event in events), default=0))
    ends_ms = max((event.span.end_ms for event in events), default=0)
    about = facts(
        encoder=ENCODER,
        parts=draw(st.sampled_from([ALL_PARTS] * 7 + [frozenset({PartName.WORDS.value})])),
        overlap_known=draw(st.sampled_from([True] * 7 + [False])),
    )
    if draw(st.booleans()):
        about = replace(about, envelope=draw(_ENVELOPES), history=draw(_HISTORIES))
    return Call(tuple(events), ends_ms + draw(st.integers(0, 12_000)), about)
