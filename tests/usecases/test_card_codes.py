"""Codes of cards are covered before anything is kept; nothing else is touched, and every offset stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_service import bootstrap
from qa_service.core.speech import Utterance, Word
from qa_service.core.time import Span
from qa_service.privacy.card_codes import without_codes
from qa_service.usecases.masking import document_without_codes
from qa_service.usecases.transcript import read_transcript


def _said(text: str) -> Utterance:
    words = tuple(Word(Span(n * 100, n * 100 + 90), n, n + 1) for n in range(len(text)))
    return Utterance("u0", Span(0, 10_000), "s1", text, words=words, tokens=(0, 3))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("安全码123", "安全码●●●", id="behind its word"),
        pytest.param(
            "卡号4111111111111111有效期12/28三位码123",
            "卡号4111111111111111有效期12/28三位码●●●",
            id="beside a card: its number and date are kept",
        ),
        pytest.param("CVV 1234", "CVV ●●●●", id="four digits"),
        pytest.param("校验码 335", "校验码 ●●●", id="a check code of three"),
    ],
)
def test_a_code_is_covered_in_place(text: str, kept: str) -> None:
    (shown,) = without_codes([_said(text)])

    assert shown.text == kept
    assert (shown.words, shown.tokens, shown.span) == (_said(text).words, (0, 3), Span(0, 10_000))


@pytest.mark.parametrize(
    "text",
    [
        "手机号13812345678",
        "卡号4111111111111111",
        "身份证11010519491231002X",
        "验证码是839201",
        "校验码是8392",
        "密码是a1b2c3",
        "尾号123",
        "手机号后三位123",
        "一共123块",
        "工号123为您服务",
        "三位数的折扣",
        "安全码在卡背面",
        "有效期12/28",
        "●●●",
        "",
    ],
)
def test_what_may_be_kept_is_kept_as_it_was_said(text: str) -> None:
    assert without_codes([_said(text)]) == (_said(text),)


def _document(monkeypatch: pytest.MonkeyPatch, *texts: str) -> dict[str, Any]:
    """As it was made before codes were left out."""
    monkeypatch.setattr("qa_service.usecases.transcript.without_codes", lambda said: said)
    lines = [
        {"id": f"u{n}", "role": "customer", "start_ms": n * 5_000, "end_ms": n * 5_000 + 4_000, "text": text}
        for n, text in enumerate(texts)
    ]
    analyst = bootstrap.analyst(bootstrap.rulebook())
    told = json.dumps({"utterances": lines})
    return dict(bootstrap.document(analyst.transcript(told, source="c1", timezone="Asia/Shanghai")))


def test_older_documents_are_told_without_codes_and_with_everything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = _document(monkeypatch, "我的手机号是13812345678", "卡号4111111111111111", "安全码739")

    shown = document_without_codes(document)

    texts = [said["text"] for said in shown["utterances"]]
    assert texts == ["我的手机号是13812345678", "卡号4111111111111111", "安全码●●●"]
    assert {**shown, "utterances": []} == {**document, "utterances": []}


def test_a_document_without_codes_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    document = _document(monkeypatch, "我的手机号是13812345678", "一共739元")

    assert document_without_codes(document) == document


def test_a_transcript_is_cut_into_words_without_its_codes() -> None:
    line = {"id": "u1", "role": "customer", "start_ms": 0, "end_ms": 900, "text": "安全码739"}
    heard: list[str] = []

    def tokens(text: str) -> tuple[int, ...]:
        heard.append(text)
        return (0,)

    read = read_transcript(
        json.dumps({"utterances": [line]}),
        source="c",
        timezone="UTC",
        tokens=tokens,
    )

    assert heard == ["安全码●●●"]
    assert read.measured.utterances[0].text == "安全码●●●"
