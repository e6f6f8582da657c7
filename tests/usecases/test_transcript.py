"""The contract of `analyze --transcript`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_service.core.calls import Envelope
from qa_service.core.errors import EnvelopeError
from qa_service.core.measured import Layout
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.i18n.catalogue import Catalogue
from qa_service.usecases import transcript
from qa_service.usecases.transcript import Transcript, read_transcript

ROLES = ("agent", "customer", "system", "other", "unknown")


def said(**changed: object) -> dict[str, Any]:
    usual = {"id": "u1", "role": "agent", "start_ms": 0, "end_ms": 2_000, "text": "您好，请讲。"}
    return {**usual, **changed}


def read(written: object) -> Transcript:
    return read_text(json.dumps(written))


def read_text(text: str) -> Transcript:
    return read_transcript(text, source="call.json", timezone="UTC", tokens=lambda words: (0, len(words)))


def refused(text: str) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as error:
        read_text(text)
    return error.value


def test_what_was_said_arrives_as_it_was_written() -> None:
    call = read({"call_id": "c", "utterances": [said(text=" 您好，VIP　😀 ")]}).measured

    (one,) = call.utterances
    assert (one.id, one.span, one.speaker, one.text) == ("u1", Span(0, 2_000), "agent", " 您好，VIP　😀 ")
    assert (one.speech_ms, one.tokens) == (2_000, (0, len(one.text)))
    assert one.role is Role.UNKNOWN  # a mapping beside the call, as everywhere
    assert call.call_id == "c"


def test_speakers_are_called_by_their_roles_whichever_they_are() -> None:
    lines = [said(id=role, role=role) for role in ROLES]

    assert {u.speaker for u in read({"utterances": lines}).measured.utterances} == set(ROLES)


def test_there_is_no_sound_in_it() -> None:
    call = read({"utterances": [said()]}).measured

    assert call.layout is Layout.TEXT
    assert call.part_names == {"words", "activity", "tokens"}
    assert call.utterances[0].loudness_dbfs is None


def test_sentences_are_put_in_the_order_they_ended() -> None:
    lines = [said(id="b", start_ms=3_000, end_ms=4_000), said(id="a", start_ms=0, end_ms=9_000), said(id="c")]

    call = read({"utterances": lines}).measured

    assert [one.id for one in call.utterances] == ["c", "b", "a"]
    assert call.duration_ms == 9_000


def test_without_a_name_the_words_name_the_call() -> None:
    one, same, other = (read({"utterances": [said(text=t)]}).measured.call_id for t in ("甲", "甲", "乙"))

    assert one == same != other


def test_the_envelope_comes_with_it() -> None:
    envelope = {"line": "sales", "started_at": "2026-11-23T09:30:00"}

    assert read({"envelope": envelope, "utterances": []}).envelope.line == "sales"
    assert read({"utterances": []}).envelope == Envelope()


@pytest.mark.parametrize(
    ("written", "field"),
    [
        pytest.param({}, "utterances", id="nothing was said"),
        pytest.param({"utterances": {}}, "utterances", id="not a list"),
        pytest.param({"utterances": [], "lang": "zh"}, "lang", id="a field that does not exist"),
        pytest.param({"call_id": 5, "utterances": []}, "call_id", id="a number for a name"),
        pytest.param({"utterances": [said(id="")]}, "utterances.0.id", id="no id"),
        pytest.param({"utterances": [said(role="boss")]}, "utterances.0.role", id="no such role"),
        pytest.param(
            {"utterances": [said(), said(id="u2", start_ms=-1)]}, "utterances.1.start_ms", id="minus"
        ),
        pytest.param({"utterances": [said(end_ms=86_400_001)]}, "utterances.0.end_ms", id="over a day"),
        pytest.param(
            {"utterances": [said(start_ms=3, end_ms=2)]}, "utterances.0", id="ends before it begins"
        ),
        pytest.param({"utterances": [said(start_ms="soon")]}, "utterances.0.start_ms", id="no time"),
        pytest.param({"utterances": [said(text=None)]}, "utterances.0.text", id="no text"),
        pytest.param({"utterances": [said(text="好" * 5_001)]}, "utterances.0.text", id="5,001 characters"),
        pytest.param({"utterances": [said(text="\ud83d")]}, "utterances.0.text", id="half a character"),
        pytest.param({"utterances": [said(words=[])]}, "utterances.0.words", id="words are not read"),
    ],
)
def test_what_is_wrong_is_named(written: object, field: str) -> None:
    error = refused(json.dumps(written))

    assert (error.code, error.values["field"]) == ("envelope_invalid", field)
    assert error.where.startswith("call.json")


def test_an_id_may_stand_once() -> None:
    assert "'u1' stands twice" in refused(json.dumps({"utterances": [said(), said()]})).problem


@pytest.mark.parametrize(
    ("written", "said_to_people"),
    [
        pytest.param({}, "call.json: utterances：缺少这一项。", id="missing"),
        pytest.param({"utterances": [], "lang": "zh"}, "call.json: lang：没有这个字段。", id="unknown field"),
        pytest.param(
            {"utterances": [said(role="boss")]},
            "utterances.0.role：不是这里可以写的词，可以写 'agent', 'customer', 'system', 'other', 'unknown'。",
            id="no such role",
        ),
        pytest.param({"utterances": [said(start_ms=-1)]}, "start_ms：太小，下限是 0。", id="minus"),
        pytest.param({"utterances": [said(start_ms=1.5)]}, "start_ms：不是整数。", id="half a millisecond"),
        pytest.param({"utterances": [said(text="好" * 5_001)]}, "太长，字符数最多 5000。", id="long"),
        pytest.param(
            {"utterances": [said(start_ms=3, end_ms=2)]},
            "utterances.0：结束早于开始：end_ms 2 < start_ms 3。",
            id="backwards",
        ),
        pytest.param({"utterances": [said(), said()]}, "call.json：编号（id）出现了两次：u1。", id="twice"),
        pytest.param([], "call.json：不是「键: 值」的形式。", id="a list"),
    ],
)
def test_people_read_what_is_wrong_and_where(written: object, said_to_people: str) -> None:
    sentence = Catalogue("zh_CN").error(refused(json.dumps(written)))

    assert said_to_people in sentence
    assert "docs/envelope.md" in sentence


def test_a_mistake_in_the_envelope_is_found_there() -> None:
    error = refused(json.dumps({"envelope": {"direction": "up"}, "utterances": []}))

    assert error.where == "call.json: envelope: direction"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("utterances: []", id="YAML"),
        pytest.param('{"utterances": [', id="half of it"),
        pytest.param("[" * 100_000, id="nested without end"),
        pytest.param('{"utterances": ' + "9" * 5_000 + "}", id="an endless number"),
    ],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    assert refused(text).code == "transcript_unreadable"


@pytest.mark.parametrize("text", ["[]", "null", '"您好"', "3"])
def test_json_that_is_no_transcript_is_refused(text: str) -> None:
    assert refused(text).code == "envelope_invalid"


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "MAX_BYTES", 100)

    assert refused(json.dumps({"utterances": [said(text="好" * 100)]})).code == "transcript_too_large"
