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
