"""Results in the shape of Alibaba's 智能对话分析."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa_service.core.stored import CallState
from qa_service.exports.alibaba_sca import sca_results, write_sca
from qa_service.exports.assessed import Assessed
from tests.exports.assessed import assessed, saying, stored
from tests.exports.calls import BAD, GOOD, HOSTILE, MEASURED_CER, Scene, analyzed, transferred

_BAD = assessed(analyzed(BAD, MEASURED_CER))


def _one(call: Assessed) -> dict[str, Any]:
    (result,) = sca_results(*call)
    return result


def _rule(result: dict[str, Any], rid: str) -> dict[str, Any]:
    (rule,) = (rule for rule in result["hitResult"] if rule["rid"] == rid)
    return dict(rule)


def test_a_result_has_the_names_that_their_readers_know() -> None:
    result = _one(_BAD)

    assert list(result) == [
        "taskId", "tid", "status", "errorMessage", "agent", "score", "lowestScore", "asrResult", "hitResult",
    ]  # fmt: skip
    assert (result["taskId"], result["tid"], result["status"]) == ("c1", "PBX-77", 1)
    assert result["errorMessage"] is None
    assert result["agent"]["skillGroup"] == "报修"


def test_the_dialogue_is_told_sentence_by_sentence() -> None:
    first, second = _one(_BAD)["asrResult"][:2]

    assert first == {"role": "客服", "begin": 400, "end": first["end"], "words": BAD[0][1]}
    assert (second["role"], second["words"]) == ("客户", BAD[1][1])
    assert first["begin"] < first["end"] <= second["begin"]


def test_a_hit_quotes_its_sentence_with_the_place_of_the_words() -> None:
    rule = _rule(_one(_BAD), "showcase/guaranteed-return")

    assert rule["ruleName"]
    for hit in rule["hits"]:
        words, (key,) = hit["phrase"]["words"], hit["keyWords"]
        assert hit["phrase"]["role"] == "客服"
        assert words[key["from"] : key["to"]] == key["val"] != ""


def test_every_finding_is_in_the_hits_of_its_rule() -> None:
    _, document = _BAD
    assert document is not None

    result = _one(_BAD)

    assert [rule["rid"] for rule in result["hitResult"]] == list(
        dict.fromkeys(finding["rule"] for finding in document["findings"])
    )
    for rule in result["hitResult"]:
        own = [finding for finding in document["findings"] if finding["rule"] == rule["rid"]]
        places = sum(max(1, len(piece["quotes"])) for finding in own for piece in finding["evidence"])
        assert len(rule["hits"]) == places
        assert rule["needsHuman"] == any(finding["needs_human"] for finding in own)


def test_evidence_without_words_is_a_phrase_without_words() -> None:
    call, document = _BAD
    assert isinstance(document, dict)
    silent = saying(document, "x")
    silent["findings"] = silent["findings"][:1]
    silent["findings"][0]["evidence"] = [{"start_ms": 8_000, "end_ms": 16_000, "quotes": []}]

    (rule,) = _one((call, silent))["hitResult"]

    role = rule["hits"][0]["phrase"]["role"]
    assert rule["hits"] == [
        {"phrase": {"role": role, "begin": 8_000, "end": 16_000, "words": ""}, "keyWords": []}
    ]


@pytest.mark.parametrize(
    ("call", "status", "message"),
    [
        pytest.param(assessed(analyzed(GOOD, MEASURED_CER)), 1, None, id="judged"),
        pytest.param(assessed(analyzed((), Scene())), -1, "没有人说话", id="not scorable is no good call"),
        pytest.param((stored(CallState.WAITING), None), 0, None, id="waiting"),
        pytest.param((stored(CallState.MEASURING), None), 0, None, id="at work"),
        pytest.param((stored(CallState.FAILED, reason="not_audio"), None), -1, "not_audio", id="failed"),
    ],
)
def test_status(call: Assessed, status: int, message: str | None) -> None:
    result = _one(call)

    assert (result["status"], result["errorMessage"]) == (status, message)
    assert (result["score"] is not None) == (status == 1)


@pytest.mark.parametrize(
    ("score", "whole"),
    [
        pytest.param(82.0, 82, id="whole"),
        pytest.param(59.9, 59, id="nobody passes by rounding"),
        pytest.param(0.0, 0, id="zero is a score"),
        pytest.param(None, None, id="unknown is none"),
    ],
)
def test_scores_are_whole_numbers(score: float | None, whole: int | None) -> None:
    call, document = _BAD
    assert isinstance(document, dict)
    scored = {**document, "evaluations": [{**document["evaluations"][0], "score": score}]}

    assert _one((call, scored))["score"] == whole


def test_a_transferred_call_is_a_result_for_each_agent_under_one_task() -> None:
    _, document = moved = assessed(transferred())
    assert document is not None

    results = list(sca_results(*moved))

    assert [(one["taskId"], one["agent"]["id"]) for one in results] == [("c1", "8012"), ("c1", "7715")]
    hits = [rule["rid"] for one in results for rule in one["hitResult"]]
    assert set(hits) == {finding["rule"] for finding in document["findings"]}


def test_a_mask_that_keeps_the_length_keeps_the_places() -> None:
    (result,) = sca_results(*_BAD, lambda text: "＊" * len(text))

    for hit in _rule(result, "showcase/guaranteed-return")["hits"]:
        (key,) = hit["keyWords"]
        assert set(hit["phrase"]["words"]) == set(key["val"]) == {"＊"}
        assert hit["phrase"]["words"][key["from"] : key["to"]] == key["val"]
    assert {set(said["words"]) == {"＊"} for said in result["asrResult"]} == {True}


def test_a_mask_that_moves_the_words_leaves_no_wrong_places() -> None:
    (result,) = sca_results(*_BAD, lambda text: f"〔隐〕{text}")

    for hit in _rule(result, "showcase/guaranteed-return")["hits"]:
        (key,) = hit["keyWords"]
        assert (key["from"], key["to"]) == (None, None)


def test_the_file_is_an_array_whatever_was_said(tmp_path: Path) -> None:
    calls = [_BAD, assessed(analyzed(HOSTILE)), assessed(transferred()), (stored(), None)]

    write_sca(calls, tmp_path / "a.json")

    read = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert read == [result for call in calls for result in sca_results(*call)]
    assert len(read) == 5


def test_no_calls_are_an_empty_array(tmp_path: Path) -> None:
    write_sca([], tmp_path / "a.json")

    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == []
