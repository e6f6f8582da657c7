"""One agent's part of a document: sentences quote nobody else's part, places to listen are cut to it."""

from __future__ import annotations

from typing import Any

import pytest

from qa_service.usecases.own_part import own_part


def quote(utterance: str, text: str) -> dict[str, Any]:
    return {"utterance": utterance, "start": 0, "end": len(text), "text": text}


def finding(name: str, agent: str, at_ms: int, severity: str, *quotes: dict[str, Any]) -> dict[str, Any]:
    words = "、".join(f"「{one['text']}」" for one in quotes)
    return {
        "id": name,
        "agent_id": agent,
        "title": f"title of {name}",
        "severity": severity,
        "start_ms": at_ms,
        "end_ms": at_ms + 500,
        "tags": [],
        "because": {"code": "c", "values": {"words": quotes[-1]["text"]}, "text": f"说了{words}"},
        "evidence": [{"start_ms": at_ms, "end_ms": at_ms + 500, "quotes": list(quotes)}],
    }


def document(*agents: str | None) -> dict[str, Any]:
    """Ten seconds for each agent, one utterance and one finding in each; the last finding quotes the first part too."""
    legs = [
        {"index": n, "agent_id": one, "start_ms": 10_000 * n, "end_ms": 10_000 * (n + 1)}
        for n, one in enumerate(agents)
    ]
    said: list[dict[str, Any]] = [
        {"id": f"u{n}", "speaker": "agent", "start_ms": 10_000 * n, "text": f"第{n}段里说的话"}
        for n in range(len(agents))
    ]
    quotes = [quote(one["id"], one["text"]) for one in said]
    found = [
        finding("f0", agents[0] or "", 9_500, "critical", quotes[0]),
        finding("f1", agents[-1] or "", 10_000, "minor", quotes[-1], quotes[0]),
    ]
    moment = {
        "id": "m",
        "start_ms": 9_500,
        "end_ms": 10_500,
        "title": "title of f0",
        "severity": "critical",
        "findings": ["f0", "f1"],
    }
    return {
        "call": {"legs": legs, "speakers": [{"speaker": "agent"}], "sounds": []},
        "utterances": said,
        "measurements": {"turns": 4, "silences": [{"start_ms": 500}, {"start_ms": 12_000}], "overlaps": None},
        "tags": [],
        "findings": found,
        "moments": [moment],
        "evaluation": None,
        "evaluations": [{"agent_id": one, "score": 50.0 + n} for n, one in enumerate(agents)],
        "coaching": [],
        "strengths": [{"start_ms": 100, "text": "问了「第0段里说的话」", "quote": None}],
    }


def test_a_sentence_quotes_nothing_from_elsewhere() -> None:
    (found,) = own_part(document("a", "b"), "b")["findings"]

    assert found["because"]["text"] == "说了「第1段里说的话」、「●●●●●●●」"
    assert found["because"]["values"] == {"words": "●●●●●●●"}
    assert [one["text"] for piece in found["evidence"] for one in piece["quotes"]] == ["第1段里说的话"]


def test_a_place_to_listen_is_cut_to_the_own_part() -> None:
    (moment,) = own_part(document("a", "b"), "b")["moments"]

    assert (moment["start_ms"], moment["end_ms"], moment["findings"]) == (10_000, 10_500, ["f1"])
    assert (moment["title"], moment["severity"]) == ("title of f1", "minor")


def test_what_was_counted_over_all_parts_is_unknown() -> None:
    shown = own_part(document("a", "b"), "b")

    assert shown["measurements"] == {"turns": None, "silences": [{"start_ms": 12_000}], "overlaps": None}
    assert shown["evaluation"] == {"agent_id": "b", "score": 51.0}
    assert shown["strengths"] == []


def test_whose_part_it_is_stands_in_the_original() -> None:
    """An agent whose number is an id is covered in what is shown."""
    covered = document("●●●●", "●●●●")

    shown = own_part(covered, "b", document("a", "b"))

    assert [one["id"] for one in shown["findings"]] == ["f1"]
    assert [leg["index"] for leg in shown["call"]["legs"]] == [1]


@pytest.mark.parametrize(
    ("agents", "left"),
    [
        pytest.param(("a",), ["f0", "f1"], id="a call of the agent alone"),
        pytest.param(("a", "a"), ["f0", "f1"], id="an agent who took the customer twice"),
        pytest.param(("a", None), ["f0"], id="then somebody whom nobody knows"),
        pytest.param((None, None), [], id="nobody knows who it was"),
        pytest.param(("b", "c"), [], id="consulted alone"),
    ],
)
def test_what_is_left(agents: tuple[str | None, ...], left: list[str]) -> None:
    assert [one["id"] for one in own_part(document(*agents), "a")["findings"]] == left
