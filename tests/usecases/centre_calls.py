"""Calls of a made-up centre, for limits that are read off many: agents of different pace, silences, raised voices."""

from __future__ import annotations

import random
from dataclasses import replace

import sqlalchemy as sa

from qa_service.core.calls import Envelope
from qa_service.core.measured import Layout, MeasuredCall, Part, PartName
from qa_service.core.speech import Role, Utterance, Voice, Word
from qa_service.core.stored import NewCall
from qa_service.core.time import Span
from qa_service.stores import calls
from qa_service.stores.ids import new_id
from qa_service.stores.tables import measured
from qa_service.usecases.measured_file import pack
from tests.make import utterance
from tests.stores.rows import NOW

_AGENT = (
    "您好，这里是晨光宽带，请问有什么可以帮您？",
    "我先给您说一下办理的步骤和需要准备的材料。",
    "您这个业务需要本人带身份证原件到营业厅柜台办理。",
    "师傅今天下午三点之前会上门，您看这样可以吗？",
)
_CUSTOMER = (
    "我家里的宽带已经断了三天了，你们什么时候来修？",
    "那我需要带什么东西过去呢？",
    "好的，那我明天过去办。",
)


def centre_call(seed: int, *, turns: int = 16, layout: Layout = Layout.TWO_CHANNEL) -> MeasuredCall:
    """A call in which everything wanders about a usual, as the seed has it."""
    drawn = random.Random(seed)
    usual_cpm, at_ms, said = drawn.gauss(240, 30), 500, list[Utterance]()
    for turn in range(turns):
        role = Role.CUSTOMER if turn % 2 else Role.AGENT
        text = drawn.choice(_CUSTOMER if turn % 2 else _AGENT)
        cpm = min(600.0, max(90.0, drawn.gauss(usual_cpm, 25)))
        speech_ms = round(60_000 * sum(map(str.isalnum, text)) / cpm)
        loudness = drawn.gauss(-26, 1.5)
        one = utterance(
            text, at_ms, role=role, name=f"u{turn:04d}", speech_ms=speech_ms, loudness_dbfs=loudness
        )
        said.append(_timed(one, "unreliable.words" if drawn.random() < 0.02 else ""))
        at_ms = one.span.end_ms + round(1_000 * drawn.lognormvariate(-0.2, 0.9))
    return MeasuredCall(
        call_id=f"call-{seed}",
        duration_ms=at_ms,
        layout=layout,
        utterances=tuple(replace(one, role=Role.UNKNOWN, role_confidence=0.0) for one in said),
        voice=tuple(Voice(one.span, one.speaker) for one in said),
        parts=tuple(Part(name, "made up", "") for name in PartName),
    )


def _timed(said: Utterance, unreliable: str) -> Utterance:
    at = [said.span.start_ms + said.span.duration_ms * i // len(said.text) for i in range(len(said.text) + 1)]
    words = tuple(Word(Span(at[i], at[i + 1]), i, i + 1, 0.9) for i in range(len(said.text)))
    return replace(said, words=words, pitch_hz=200.0, tokens=(0,), unreliable=unreliable)


def keep(engine: sa.Engine, call: MeasuredCall | None, *, line: str = "") -> str:
    """A stored call, with what was measured of it."""
    call_id = new_id(NOW)
    with engine.begin() as connection:
        new = NewCall(call_id, "api", Envelope(line=line), sha256=call_id, agent_channel=0)
        calls.add(connection, new, now=NOW, data_key=b"key")
        if call is not None:
            row = {"call_id": call_id, "version": 1, "made_by": "x", "timings": "{}", "created_at": NOW}
            connection.execute(measured.insert().values(content=pack(call), **row))
    return call_id
