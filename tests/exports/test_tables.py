"""The two tables: who gets a row, what stands in it, and that unknown is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qa_service.core.calls import Participant, ParticipantKind
from qa_service.core.stored import CallState
from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.masking import masked_quote
from qa_service.exports.table import Form, Table
from qa_service.i18n.catalogue import LANGUAGES, catalogue
from tests.exports.assessed import ABOUT, KEYS, WORDS, assessed, rows, stored
from tests.exports.calls import BAD, GOOD, MEASURED_CER, Scene, analyzed, transferred

_COUNTS = ("critical", "major", "minor", "info", "needs_human")
_TABLES = pytest.mark.parametrize("table", [CALLS, FINDINGS], ids=lambda table: table.name)


def _only(table: Table, call: Assessed) -> dict[str, Any]:
    (row,) = rows(table, call)
    return row


def test_a_call_is_one_row_with_all_that_is_known() -> None:
    call, document = assessed(analyzed(BAD, MEASURED_CER))
    assert document is not None

    row = _only(CALLS, (call, document))

    evaluation = document["evaluation"]
    assert row == {
        "call_id": "c1",
        "external_id": "PBX-77",
        "started_at": "2025-03-08T09:30:00+08:00",
        "line": "400 热线",
        "skill_group": "报修",
        "direction": "inbound",
        "agent": document["call"]["legs"][0]["agent_id"],
        "leg": 1,
        "duration_s": document["call"]["duration_ms"] / 1000,
        "leg_s": document["call"]["duration_ms"] / 1000,
        "talk_ratio": document["measurements"]["talk_ratio"],
        **{key: evaluation[key] for key in ("score", "lowest_score", "passed")},
        "status": "scored",
        "status_reason": None,
        **{
            severity: sum(finding["severity"] == severity for finding in document["findings"])
            for severity in _COUNTS[:4]
        },
        "needs_human": sum(finding["needs_human"] for finding in document["findings"]),
        "rulebook": "showcase",
        "rulebook_version": 3,
        "rulebook_digest": document["rulebook"]["digest"],
        "model": "whisper-base",
        "cer": 0.08,
    }
    assert row["critical"] > 0


def test_a_finding_is_one_row_with_its_quote_and_its_reason() -> None:
    call, document = assessed(analyzed(BAD, Scene()))
    assert document is not None

    found = rows(FINDINGS, (call, document))

    assert [row["finding"] for row in found] == [finding["id"] for finding in document["findings"]]
    (risk,) = (row for row in found if row["rule"] == "showcase/guaranteed-return")
    (finding,) = (
        finding for finding in document["findings"] if finding["rule"] == "showcase/guaranteed-return"
    )
    keys = ("rule", "title", "severity", "stage", "criterion", "role", "confidence")
    assert {key: risk[key] for key in keys} == {key: finding[key] for key in keys}
    assert (risk["start_s"], risk["end_s"]) == (finding["start_ms"] / 1000, finding["end_ms"] / 1000)
    assert risk["quote"] == "；".join(
        dict.fromkeys(quote["text"] for piece in finding["evidence"] for quote in piece["quotes"])
    )
    assert "保本" in risk["quote"]
    assert risk["reason"] == finding["because"]["text"]
    assert risk["is_for_person"] is True
    assert risk["doubts"] == "；".join(doubt["text"] for doubt in finding["doubts"]) != ""


def test_a_transferred_call_has_a_row_for_each_agent_with_the_own_score_and_findings() -> None:
    call, document = assessed(transferred())
    assert document is not None

    first, second = rows(CALLS, (call, document))
    found = rows(FINDINGS, (call, document))

    assert [(row["call_id"], row["agent"], row["leg"]) for row in (first, second)] == [
        ("c1", "8012", 1),
        ("c1", "7715", 2),
    ]
    assert [row["score"] for row in (first, second)] == [one["score"] for one in document["evaluations"]]
    assert first["duration_s"] == second["duration_s"] == 42.02
    assert (first["leg_s"], second["leg_s"]) == (13.92, 28.1)
    for row in (first, second):
        own = [finding for finding in document["findings"] if finding["agent_id"] == row["agent"]]
        assert sum(row[severity] for severity in _COUNTS[:4]) == len(own)
        assert len([one for one in found if one["agent"] == row["agent"]]) == len(own)
    assert len(found) == len(document["findings"]) > 0


def _legs(document: dict[str, Any], *legs: tuple[str | None, int, int]) -> None:
    document["call"]["legs"] = [
        {"index": at, "agent_id": agent, "start_ms": start, "end_ms": end}
        for at, (agent, start, end) in enumerate(legs)
    ]


@pytest.mark.parametrize(
    ("agent", "at_ms", "leg"),
    [
        pytest.param("A", 1_000, 1, id="in the first leg"),
        pytest.param("B", 11_000, 2, id="in another agent's leg"),
        pytest.param("A", 25_000, 3, id="the customer came back to the first agent"),
        pytest.param("A", 15_000, 1, id="begun while another agent spoke: the agent's leg before"),
        pytest.param("B", 9_000, 2, id="begun before the agent's only leg"),
        pytest.param(None, 12_000, 2, id="of nobody by name: by time alone"),
    ],
)
def test_a_finding_stands_in_one_leg(agent: str | None, at_ms: int, leg: int) -> None:
    call, document = assessed(analyzed(BAD, MEASURED_CER))
    assert isinstance(document, dict)
    _legs(document, ("A", 0, 10_000), ("B", 10_000, 20_000), ("A", 20_000, 30_000))
    document["findings"] = [{**document["findings"][0], "agent_id": agent, "start_ms": at_ms}]

    assert [row["leg"] for row in rows(FINDINGS, (call, document))] == [leg]


def test_a_call_that_cannot_be_scored_says_why_and_counts_nothing() -> None:
    call, document = assessed(analyzed((), Scene()))

    row = _only(CALLS, (call, document))

    assert (row["status"], row["status_reason"]) == ("not_scorable", "没有人说话")
    assert [row[key] for key in ("score", "lowest_score", "passed", *_COUNTS)] == [None] * 8
    assert row["agent"] == "8012"
    assert rows(FINDINGS, (call, document)) == []


def test_a_good_call_counts_zero_not_unknown() -> None:
    row = _only(CALLS, assessed(analyzed(GOOD, MEASURED_CER)))

    assert (row["critical"], row["needs_human"], row["score"]) == (0, 0, 100.0)


@pytest.mark.parametrize(
    "state", [CallState.WAITING, CallState.MEASURING, CallState.FAILED, CallState.NOT_SCORABLE]
)
def test_a_call_without_a_document_keeps_its_row_and_knows_nothing_more(state: CallState) -> None:
    row = _only(CALLS, (stored(state, reason="not_audio"), None))

    known = {key: value for key, value in row.items() if value is not None}
    assert known == {
        "call_id": "c1",
        "external_id": "PBX-77",
        "started_at": "2025-03-08T09:30:00+08:00",
        "line": "400 热线",
        "skill_group": "报修",
        "direction": "inbound",
        "agent": "8012",
        "leg": 1,
        "status": state.value,
        "status_reason": "not_audio",
    }


def test_of_two_agents_in_an_unjudged_call_nobody_is_named() -> None:
    second = Participant("p2", ParticipantKind.AGENT, "7715")
    about = replace(ABOUT, participants=(*ABOUT.participants, second))

    assert _only(CALLS, (stored(CallState.WAITING, about=about), None))["agent"] is None


def test_what_an_envelope_does_not_say_is_empty() -> None:
    call, document = assessed(analyzed(BAD))
    bare = replace(call, envelope=replace(ABOUT, call_id="", started_at=None, line="", skill_group=""))

    row = _only(CALLS, (bare, document))

    assert [row[key] for key in ("external_id", "started_at", "line", "skill_group", "cer")] == [None] * 5


def test_people_read_words_and_programs_codes() -> None:
    call = assessed(analyzed(BAD, MEASURED_CER))
    english = Form(catalogue("en"))

    assert [_shown(CALLS, call, form, "direction", "status") for form in (WORDS, english)] == [
        {"direction": "呼入", "status": "已评分"},
        {"direction": "inbound", "status": "scored"},
    ]
    shown = [
        _shown(FINDINGS, call, form, "severity", "stage", "role", "is_for_person") for form in (WORDS, KEYS)
    ]
    assert shown == [
        {"severity": "严重", "stage": "只辅导", "role": "坐席", "is_for_person": "否"},
        {"severity": "major", "stage": "coach", "role": "agent", "is_for_person": False},
    ]


def _shown(table: Table, call: Assessed, form: Form, *keys: str) -> dict[str, Any]:
    row = rows(table, call, form=form)[0]
    return {key: row[key] for key in keys}


@_TABLES
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_has_a_header_of_its_own_in_every_language(table: Table, lang: str) -> None:
    form = Form(catalogue(lang))

    headers = form.headers(table)

    assert len(set(headers)) == len(table.columns)
    assert [header for header in (*headers, form.title(table)) if header.startswith("export_")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_and_status_has_a_word(lang: str) -> None:
    statuses = ["scored", "partial", "not_scorable", *(state.value for state in CallState)]

    assert [word for word in statuses if not catalogue(lang).knows(f"export_status.{word}")] == []


@_TABLES
def test_no_calls_are_no_rows(table: Table) -> None:
    assert rows(table) == []


def test_quotes_and_reasons_are_masked_and_nothing_else() -> None:
    call = assessed(analyzed(BAD, MEASURED_CER))
    hidden = Form(catalogue("zh_CN"), keys=True, mask=lambda text: "＊" * len(text))

    for plain, masked in zip(rows(FINDINGS, call), rows(FINDINGS, call, form=hidden), strict=True):
        changed = {key for key in plain if plain[key] != masked[key]}
        assert changed == {key for key in ("quote", "reason", "doubts") if plain[key]}


def _stars(text: str) -> str:
    return text.replace("13800138000", "***********")


@pytest.mark.parametrize(
    ("quote", "mask", "shown"),
    [
        pytest.param((3, 8), _stars, "*****", id="half a number is hidden with the whole of it"),
        pytest.param((0, 3), _stars, "号码是", id="what needs no mask stays"),
        pytest.param(
            (0, 14), lambda t: t.replace("13800138000", "〔号码〕"), "号码是〔号码〕", id="other length"
        ),
        pytest.param((3, 8), lambda t: t, "13800", id="no mask"),
    ],
)
def test_a_quote_is_masked_within_its_utterance(
    quote: tuple[int, int], mask: Callable[[str], str], shown: str
) -> None:
    said = "号码是13800138000。"
    start, end = quote

    cut = {"utterance": "u1", "start": start, "end": end, "text": said[start:end]}

    assert masked_quote(cut, {"u1": said}, mask) == shown


def test_a_quote_that_is_not_in_its_utterance_is_masked_by_itself() -> None:
    quote = {"utterance": "u1", "start": 0, "end": 3, "text": "保本的"}

    assert masked_quote(quote, {"u1": "别的话"}, lambda text: f"[{text}]") == "[保本的]"
    assert masked_quote(quote, {}, lambda text: f"[{text}]") == "[保本的]"
