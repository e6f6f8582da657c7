"""Calls to show: judged by book.yaml beside this file, with or without sound. No model is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.measured import HearingModel, Layout, MeasuredCall, Part, PartName, Problem, Unheard
from qa_service.core.roles import RoleMap, SpeakerRole
from qa_service.core.speech import Role, Sound, Utterance, Voice, Word
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.pipeline.judge import Case, judge
from qa_service.ports import SAMPLE_RATE, SAMPLES_PER_MS, Recording
from qa_service.rulebook.load import load
from qa_service.usecases.analyze import Analyzed

AGENT, CUSTOMER, SYSTEM, UNKNOWN = Role.AGENT, Role.CUSTOMER, Role.SYSTEM, Role.UNKNOWN
#: Who, what, and the seconds of silence before it.
Line = tuple[Role, str, float]
_MS_PER_CHAR = 230
BOOK = load(str(Path(__file__).with_name("book.yaml")))
_WHISPER = HearingModel("whisper-base", revision="ebe41f70", digest="d" * 64, cer=None)

GOOD: tuple[Line, ...] = (
    (AGENT, "您好，这里是星辰宽带，工号八零一二，很高兴为您服务。", 0.4),
    (CUSTOMER, "你好，我家网络断了，什么时候能修好？", 0.5),
    (AGENT, "给您添麻烦了，我马上帮您查，最晚明天上午十点前师傅上门处理好。", 0.6),
    (CUSTOMER, "好的，那谢谢你。", 0.4),
    (AGENT, "不客气，请问还有其他可以帮您的吗？感谢您的来电，再见。", 0.5),
)
BAD: tuple[Line, ...] = (
    (AGENT, "您好，这里是星辰宽带，工号八零一二，请问有什么可以帮您？", 0.4),
    (CUSTOMER, "我家宽带断了三天了，打了两次电话都说有人来修，到底几天能修好？", 0.5),
    (AGENT, "应该快了吧，您再等等。", 0.6),
    (CUSTOMER, "又是等等，我要打12315投诉你们。", 0.5),
    (AGENT, "那您去打吧，这个不归我们管。", 0.4),
    (CUSTOMER, "你什么态度？我问你到底几天能修好？", 0.5),
    (AGENT, "抱歉，非常抱歉，给您带来不便了。", 12.0),
    (CUSTOMER, "那这个套餐的理财有没有风险？", 0.8),
    (AGENT, "您放心，这个肯定保本，百分之百没有问题。", 0.5),
    (CUSTOMER, "好吧。", 0.5),
)
HOSTILE: tuple[Line, ...] = (
    (AGENT, "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">", 0.1),
    (
        CUSTOMER,
        "\u202e反过来\u202c \u2066隔离\u0000控制\u0007\ufffd </style><style>*{display:none}</style>",
        0.1,
    ),
    (AGENT, "这个肯定保本" + "{{ 7 * 7 }}" + "好" * 9_990, 0.1),
    (CUSTOMER, "A" * 3_000, 0.1),
    (AGENT, "那您去打吧，javascript:alert(1) ']]> --> &lt;b&gt;", 0.1),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """How a made call lies on the line."""

    layout: Layout = Layout.TWO_CHANNEL
    hearing: HearingModel = _WHISPER
    envelope: Envelope = field(default_factory=Envelope)
    problems: tuple[Problem, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    sounds: tuple[Sound, ...] = ()
    with_sound: bool = False


TEXT = Scene(Layout.TEXT, HearingModel("transcript"))
MEASURED_CER = Scene(hearing=replace(_WHISPER, cer=0.08))


def analyzed(lines: Sequence[Line], scene: Scene = TEXT) -> Analyzed:
    """The lines said one after the other and judged by book.yaml."""
    said = tuple(_said(lines, scene.layout))
    measured = MeasuredCall(
        call_id="T-1001",
        duration_ms=max((u.span.end_ms for u in said), default=0) + 500,
        layout=scene.layout,
        utterances=said,
        voice=tuple(sorted(Voice(u.span, u.speaker) for u in said)),
        sounds=scene.sounds,
        unheard=scene.unheard,
        problems=scene.problems,
        parts=tuple(Part(name, "made", "") for name in _parts(scene.layout)),
        hearing=scene.hearing,
    )
    assessment = judge(Case(measured, _roles(lines, scene.layout), scene.envelope), BOOK)
    recording = Recording(sound_of(measured), "f" * 64, "pcm_s16le", 8_000) if scene.with_sound else None
    return Analyzed(assessment, {"decode": 12, "vad": 80, "asr": 2_400, "measure": 60, "judge": 9}, recording)


def transferred() -> Analyzed:
    """Two agents, one after the other, each with an evaluation."""
    first = [(CUSTOMER, "我的宽带断了，到底几天能修好？", 0.5), (AGENT, "应该快了吧，我给您转一下。", 0.5)]
    second = [(role, text, gap) for role, text, gap in GOOD]
    lines = [GOOD[0], *first, *second]
    border_ms = list(_said(lines[:3], Layout.TWO_CHANNEL))[-1].span.end_ms + 100
    people = (
        Participant("p1", ParticipantKind.AGENT, "8012", channel=0, to_ms=border_ms),
        Participant("p2", ParticipantKind.AGENT, "7715", channel=0, from_ms=border_ms),
    )
    return analyzed(lines, replace(MEASURED_CER, envelope=Envelope(participants=people)))


def long_call(utterances: int = 600, every_ms: int = 6_000, *, with_sound: bool = False) -> Analyzed:
    """An hour: many utterances, something to find now and then."""
    lines = [BAD[i % len(BAD)] if i % 29 == 3 else GOOD[1:4][i % 3] for i in range(utterances)]
    spaced = [(role, text, every_ms / 1_000 - len(text) * _MS_PER_CHAR / 1_000) for role, text, _ in lines]
    return analyzed(
        [(r, t, max(0.1, gap)) for r, t, gap in spaced], replace(MEASURED_CER, with_sound=with_sound)
    )


def sound_of(call: MeasuredCall) -> npt.NDArray[np.int16]:
    """Something audible where somebody speaks: a tone per speaker, swelling with the syllables."""
    channels = 2 if call.layout is Layout.TWO_CHANNEL else 1
    samples = np.zeros((channels, call.duration_ms * SAMPLES_PER_MS), np.int16)
    for said in call.utterances:
        start, end = said.span.start_ms * SAMPLES_PER_MS, said.span.end_ms * SAMPLES_PER_MS
        at = np.arange(end - start) / SAMPLE_RATE
        pitch = 140 if said.speaker == "s0" else 210
        tone = np.sin(2 * np.pi * pitch * at) * (0.35 + 0.3 * np.sin(2 * np.pi * 2.1 * at) ** 2)
        samples[said.channel % channels, start:end] = (tone * 14_000).astype(np.int16)
    return samples


def _said(lines: Sequence[Line], layout: Layout) -> list[Utterance]:
    """One word per character, spoken at an even pace."""
    now_ms, said = 0, []
    for i, (role, text, gap) in enumerate(lines):
        start_ms = now_ms + round(gap * 1_000)
        lasts_ms = _MS_PER_CHAR * max(1, min(len(text), 400))
        now_ms = start_ms + lasts_ms
        said.append(_utterance(f"u{i + 1}", role, text, Span(start_ms, now_ms), layout))
    return said


def _utterance(name: str, role: Role, text: str, span: Span, layout: Layout) -> Utterance:
    edges = [span.start_ms + span.duration_ms * at // max(1, len(text)) for at in range(len(text) + 1)]
    words = tuple(
        Word(Span(edges[at], edges[at + 1]), at, at + 1, 0.3 if text[at] in "套几" else 0.9)
        for at in range(len(text))
    )
    heard = layout is not Layout.TEXT
    return Utterance(
        id=name,
        span=span,
        speaker=_SPEAKER[role],
        text=text,
        channel=1 if heard and layout is Layout.TWO_CHANNEL and role is CUSTOMER else 0,
        words=words if heard else (),
        confidence=0.9 if heard else 1.0,
        speech_ms=span.duration_ms,
        loudness_dbfs=-22.4 if layout is Layout.TWO_CHANNEL else None,
        pitch_hz=181.0 if heard else None,
    )


_SPEAKER = {AGENT: "s0", CUSTOMER: "s1", SYSTEM: "s2", UNKNOWN: "s3"}


def _roles(lines: Sequence[Line], layout: Layout) -> RoleMap:
    sure = 0.9 if layout is Layout.MONO else 1.0
    because = Reason.of("role.words", confidence=sure)
    roles = sorted({role for role, _, _ in lines})
    return RoleMap(
        tuple(
            SpeakerRole(_SPEAKER[role], role, 0.0 if role is UNKNOWN else sure, because)
            for role in sorted(roles, key=lambda r: _SPEAKER[r])
        )
    )


def _parts(layout: Layout) -> tuple[PartName, ...]:
    text = (PartName.WORDS, PartName.ACTIVITY, PartName.TOKENS)
    return text if layout is Layout.TEXT else (*text, PartName.PROSODY, PartName.QUALITY)
