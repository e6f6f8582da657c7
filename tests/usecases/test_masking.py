"""An assessment without personal data: quotes keep their offsets, sentences quote what is covered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_service import bootstrap
from qa_service.usecases.masking import masked_document, masked_texts

NUMBER = "13812345678"
LINES = [
    ("agent", "您好，请问您的手机号码是多少？"),
    ("customer", f"我的手机号是{NUMBER}，你们到底几天能修好？"),
    ("agent", f"{NUMBER}对吧，应该快了吧，您再等等。"),
    ("customer", "我姓王，再见。"),
    ("agent", "感谢您的来电，再见。"),
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    told = {
        "call_id": "c1",
        "utterances": [
            {"id": f"u{i}", "role": role, "start_ms": i * 6_000, "end_ms": i * 6_000 + 5_000, "text": text}
            for i, (role, text) in enumerate(LINES)
        ],
    }
    analyst = bootstrap.analyst(bootstrap.rulebook())
    analyzed = analyst.transcript(json.dumps(told), source="c1", timezone="Asia/Shanghai")
    made = dict(bootstrap.document(analyzed))
    made["masked_texts"] = masked_texts(analyzed.assessment.utterances)
    return made


def test_no_number_is_left_anywhere(document: dict[str, Any]) -> None:
    texts = document.pop("masked_texts")
    assert NUMBER in json.dumps(document, ensure_ascii=False)

    masked = masked_document(document)

    assert NUMBER not in json.dumps(masked, ensure_ascii=False)
    assert NUMBER not in "".join(texts)
    document["masked_texts"] = texts


def test_quotes_lie_where_they_lay(document: dict[str, Any]) -> None:
    masked = masked_document({k: v for k, v in document.items() if k != "masked_texts"})

    texts = {said["id"]: said["text"] for said in masked["utterances"]}
    quotes = [q for f in masked["findings"] for e in f["evidence"] for q in e["quotes"]]
    assert quotes
    assert all(texts[q["utterance"]][q["start"] : q["end"]] == q["text"] for q in quotes)


def test_everything_else_is_as_it_was(document: dict[str, Any]) -> None:
    open_text = {k: v for k, v in document.items() if k != "masked_texts"}

    masked = masked_document(open_text)

    assert masked["evaluation"]["score"] == open_text["evaluation"]["score"]
    assert [f["id"] for f in masked["findings"]] == [f["id"] for f in open_text["findings"]]
    assert len(json.dumps(masked, ensure_ascii=False)) == len(json.dumps(open_text, ensure_ascii=False))


def test_a_call_without_personal_data_stays_what_it_is(document: dict[str, Any]) -> None:
    plain = {**document, "utterances": [{**document["utterances"][0], "text": "您好"}]}

    assert masked_document(plain) == plain


def test_what_findings_and_tags_quote_is_covered(document: dict[str, Any]) -> None:
    """Lists of findings and of tags lie under the names under which others only list their ids."""
    said = document["utterances"][1]
    at = said["text"].index(NUMBER)
    quote = {"utterance": said["id"], "start": at, "end": at + len(NUMBER), "text": NUMBER}
    quoting = {"id": "x", "evidence": [{"start_ms": 0, "end_ms": 1, "quotes": [quote]}]}
    open_text = {"utterances": document["utterances"], "findings": [quoting], "tags": [quoting]}
    named = {"moments": [{"findings": ["13812345678"], "tags": ["13812345678"]}]}

    masked = masked_document({**open_text, **named})

    quotes = [masked[kind][0]["evidence"][0]["quotes"][0]["text"] for kind in ("findings", "tags")]
    assert quotes == ["●" * len(NUMBER)] * 2
    assert masked["moments"] == named["moments"]


def _asked(words: str) -> dict[str, Any]:
    """The document of a call in which a customer asks the same three times, and hears nothing of use."""
    lines = [("customer", words), ("agent", "应该快了吧，您再等等。")] * 3
    told = {
        "call_id": "c1",
        "utterances": [
            {"id": f"u{i}", "role": role, "start_ms": i * 6_000, "end_ms": i * 6_000 + 5_000, "text": text}
            for i, (role, text) in enumerate(lines)
        ],
    }
    analyst = bootstrap.analyst(bootstrap.rulebook())
    analyzed = analyst.transcript(json.dumps(told), source="c1", timezone="Asia/Shanghai")
    return dict(bootstrap.document(analyzed))


def _left(document: dict[str, Any], number: str) -> list[str]:
    """What a masked document quotes in which three characters of the number stand in a row."""
    parts = {number[at : at + 3] for at in range(len(number) - 2)}
    quoting = (text for text in _strings(masked_document(document)) if "号码" in text)
    return [text for text in quoting if any(part in text for part in parts)]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for held in value.values() for text in _strings(held)]
    if isinstance(value, list):
        return [text for held in value for text in _strings(held)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("number", [NUMBER, "四四零三零六一九九一零一零一一二三四", "jg.ouyang@163.com"])
def test_of_a_number_that_a_quote_cuts_no_part_is_left(number: str) -> None:
    """Wherever it lies: notes quote forty characters of what somebody said."""
    cut = 0
    for before in range(0, 32, 3):
        words = f"{'请问我上个星期报修的那台冰箱到底什么时候能修好呢师傅也没有来'[:before]}号码{number}到底几天能修好？"
        document = _asked(words)
        cut += any(number[:3] in text and number not in text for text in _strings(document))
        assert _left(document, number) == [], words
    assert cut, "no quote was cut inside the number: nothing was tried"
