"""The published document: closed, up to date, and true to the call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qa_service.core.errors import RecordingError
from qa_service.core.measured import Layout, MeasuredCall, Problem, Unheard
from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span
from qa_service.exports.document import failure_document, to_json, wire_assessment
from qa_service.exports.document_call import wire_problems
from qa_service.exports.schema import schema, schema_text
from qa_service.i18n.catalogue import LANGUAGES, catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import BAD, GOOD, HOSTILE, MEASURED_CER, TEXT, Scene, analyzed, transferred

_PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "assessment-1.json"
#: Objects whose keys are the call's own: values of a reason, the measured parts.
_MAPS = {"Values", "Parts"}
_TROUBLED = Scene(
    problems=(Problem("truncated", Span(50_000, 50_000), 3_000, "leg 2"),),
    unheard=(Unheard(Span(1_000, 3_000), "s1", "not_speech"),),
    sounds=(Sound(Span(0, 400), SoundKind.RINGBACK),),
)
_CALLS: dict[str, tuple[Any, ...]] = {
    "a bad call": (BAD, MEASURED_CER),
    "an unmeasured line": (BAD, Scene()),
    "a good call": (GOOD, MEASURED_CER),
    "a transcript": (BAD, TEXT),
    "a mono call": (BAD, replace(Scene(), layout=Layout.MONO)),
    "troubled sound": (BAD, _TROUBLED),
    "one side only": (BAD[:1], Scene()),
    "nothing at all": ((), Scene()),
    "hostile words": (HOSTILE, TEXT),
}
_NAMES = [*_CALLS, "two agents"]


@cache
def _analyzed(name: str) -> Analyzed:
    return transferred() if name == "two agents" else analyzed(*_CALLS[name])


@cache
def _document(name: str, lang: str = "zh_CN") -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        to_json(wire_assessment(_analyzed(name), catalogue(lang), source="a.wav"))
    )
    return document


def _objects(node: object) -> Iterator[dict[str, Any]]:
    """Every schema of an object, wherever it stands."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def test_the_published_schema_is_the_one_the_code_makes() -> None:
    assert _PUBLISHED.read_text("utf-8") == schema_text(), (
        "run: python -m qa_service.exports.schema > docs/schema/assessment-1.json"
    )


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_no_object_is_open_and_no_field_is_optional() -> None:
    for found in _objects(schema()):
        if found["title"] in _MAPS:
            assert found["additionalProperties"] is not True
        else:
            assert found["additionalProperties"] is False, found["title"]
            assert set(found["required"]) == set(found["properties"]), found["title"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", _NAMES)
def test_documents_keep_the_schema(name: str, lang: str) -> None:
    Draft202012Validator(schema()).validate(_document(name, lang))


def test_the_schema_refuses_what_is_not_in_it() -> None:
    spoilt = {**_document("a bad call"), "transcript": []}

    assert not Draft202012Validator(schema()).is_valid(spoilt)


def _quotes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (*document["tags"], *document["findings"]):
        for piece in holder["evidence"]:
            yield from piece["quotes"]
    yield from (note["quote"] for note in document["coaching"])
    yield from (good["quote"] for good in document["strengths"] if good["quote"])


@pytest.mark.parametrize("name", _NAMES)
def test_every_quote_stands_at_its_offsets(name: str) -> None:
    document = _document(name)
    said = {utterance["id"]: utterance["text"] for utterance in document["utterances"]}

    for quote in _quotes(document):
        assert said[quote["utterance"]][quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize("name", _NAMES)
def test_ids_are_unique_and_references_lead_somewhere(name: str) -> None:
    document = _document(name)
    ids = {
        part: [one["id"] for one in document[part]] for part in ("utterances", "tags", "findings", "moments")
    }

    assert {part: len(found) - len(set(found)) for part, found in ids.items()} == dict.fromkeys(ids, 0)
    assert {tag for finding in document["findings"] for tag in finding["tags"]} <= set(ids["tags"])
    assert {f for moment in document["moments"] for f in moment["findings"]} <= set(ids["findings"])
    assert {note["moment"] for note in document["coaching"]} <= set(ids["moments"])
    answers = [answer for e in document["evaluations"] for answer in e["answers"]]
    assert {f for answer in answers for f in answer["findings"]} <= set(ids["findings"])


@pytest.mark.parametrize("name", _NAMES)
def test_every_time_lies_inside_the_call(name: str) -> None:
    document = _document(name)
    placed = [*document["utterances"], *document["findings"], *document["moments"], *document["strengths"]]

    for one in placed:
        assert 0 <= one["start_ms"] <= one["end_ms"] <= document["call"]["duration_ms"]


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_was_rendered(name: str, lang: str) -> None:
    def reasons(node: object) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if {"code", "values", "text"} == set(node):
                yield node
            for value in node.values():
                yield from reasons(value)
        elif isinstance(node, list):
            for value in node:
                yield from reasons(value)

    assert [r["code"] for r in reasons(_document(name, lang)) if r["code"] in r["text"]] == []


def test_two_agents_have_an_evaluation_each_and_the_last_one_stands_alone_too() -> None:
    document = _document("two agents")

    assert [e["agent_id"] for e in document["evaluations"]] == ["8012", "7715"]
    assert document["evaluation"] == document["evaluations"][-1]


def test_problems_are_sentences_about_the_right_file_and_channel() -> None:
    assert [p["detail"] for p in _document("troubled sound")["problems"]] == [
        "录音的结尾缺了 3 秒（全长约 53 秒），缺少的部分没有参与判断。（第 2 个文件）"
    ]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        pytest.param(
            Problem("truncated", Span(16_562, 16_562), 52_314),
            "录音的结尾缺了 52.3 秒（全长约 68.9 秒），缺少的部分没有参与判断。",
            id="it is known how much is missing",
        ),
        pytest.param(
            Problem("truncated", Span(16_562, 16_562)),
            "录音的结尾不完整，缺少的部分没有参与判断。",
            id="nobody knows how much",
        ),
    ],
)
def test_how_much_is_missing_is_said_where_it_is_known(problem: Problem, said: str) -> None:
    call = MeasuredCall("x", 16_562, Layout.MONO, (), problems=(problem,))

    assert [each.detail for each in wire_problems(call, catalogue("zh_CN"))] == [said]


def test_what_cannot_be_scored_has_a_reason_and_no_score() -> None:
    document = _document("one side only")

    assert document["status"] == "not_scorable"
    assert document["status_because"][0]["text"]
    assert (document["evaluation"], document["findings"], document["moments"]) == (None, [], [])


def test_a_failed_input_says_why_in_its_place() -> None:
    error = RecordingError("empty", where="a.wav", problem="the file is empty")

    assert failure_document(error, "a.wav", catalogue("zh_CN")) == {
        "error": {
            "code": "empty",
            "detail": "a.wav：文件是空的。请重新导出或重新复制录音。",
            "path": "a.wav",
        }
    }
