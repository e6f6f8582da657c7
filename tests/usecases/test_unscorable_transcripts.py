"""Transcripts that hold no conversation in Mandarin between an agent and a customer, from their JSON on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from qa_service.core.speech import Role
from qa_service.pipeline.assessment import Assessment
from qa_service.turns.scorable import Status
from tests.usecases.analysts import analyst

GREETING = "A 您好，很高兴为您服务，请问有什么可以帮您"
GOOD = (
    GREETING,
    "C 我的冰箱不制冷了，什么时候能修",
    "A 师傅今天下午三点上门",
    "C 好的谢谢",
    "A 感谢来电，再见",
)
ENGLISH = ("C I want to know when my order will arrive.", "A Let me check that for you, one moment please.")
CANTONESE = (
    "A 你好，請問有咩可以幫到你",
    "C 唔該，我想問下我嘅訂單幾時到",
    "A 係咪上個禮拜落嘅單，我幫你睇下",
    "C 係呀，佢哋話送咗",
)
TAIWAN = (
    "A 您好，很高興為您服務，請問有什麼可以幫您",
    "C 我想請問一下訂單什麼時候會到",
    "A 明天，感謝來電，再見",
)
ROBOT = {"participants": [{"id": "r", "kind": "robot", "to_ms": 60_000}, {"id": "c", "kind": "customer"}]}
_ROLES = {"A": "agent", "C": "customer", "S": "system"}


def judged(lines: Sequence[str], envelope: dict[str, Any] | None = None) -> Assessment:
    """Lines of `A …` and `C …`, each 4 characters a second."""
    said, now_ms = [], 0
    for at, line in enumerate(lines):
        end_ms = now_ms + 250 * len(line)
        said.append(
            {"id": f"u{at}", "role": _ROLES[line[0]], "start_ms": now_ms, "end_ms": end_ms, "text": line[2:]}
        )
        now_ms = end_ms + 400
    text = json.dumps({"utterances": said, "envelope": envelope or {}})
    return analyst().transcript(text, source="t.json", timezone="UTC").assessment


@pytest.mark.parametrize(
    ("lines", "envelope", "reason"),
    [
        pytest.param(CANTONESE, None, "language", id="Cantonese"),
        pytest.param((*ENGLISH, *ENGLISH), None, "language", id="English"),
        pytest.param((*ENGLISH, GREETING), None, "language", id="more than a third of it English"),
        pytest.param(
            ("C 您拨打的用户已关机，请稍后再拨", "A 您好，我是安心宽带的客服，打扰您了"),
            None,
            "no_human_customer",
            id="a telephone that is switched off",
        ),
        pytest.param(
            ("C Sorry, the number you dialed does not exist", "A 您好，我是安心宽带的客服，打扰您了"),
            None,
            "no_human_customer",
            id="no such number, in English",
        ),
        pytest.param(
            ("A 对不起，您拨打的号码是空号，请查证后再拨", "A 您好，我是安心宽带的客服，打扰您了"),
            None,
            "no_human_customer",
            id="no such number, written down as the agent's",
        ),
        pytest.param(
            (GREETING, "C 我要查账单", "A 随便你，爱查不查"), ROBOT, "no_agent", id="a robot and a customer"
        ),
    ],
)
def test_is_not_scored_and_says_why(
    lines: Sequence[str], envelope: dict[str, Any] | None, reason: str
) -> None:
    assessment = judged(lines, envelope)

    assert assessment.scorable.status is Status.NOT_SCORABLE
    assert [why.code for why in assessment.scorable.reasons] == [f"scorable.{reason}"]
    assert (assessment.findings, assessment.evaluations) == ((), ())


@pytest.mark.parametrize(
    ("lines", "envelope"),
    [
        pytest.param(GOOD, None, id="Mandarin"),
        pytest.param(TAIWAN, None, id="Taiwanese Mandarin in traditional characters"),
        pytest.param((*GOOD[:2], "A 唔該晒", *GOOD[2:]), None, id="one polite word of Cantonese"),
        pytest.param(
            (*GOOD[:1], "C 我买的 Apple Watch Series 9 GPS 坏了", *GOOD[1:]), None, id="an English name"
        ),
        pytest.param((*GOOD[:2], "A Thank you very much", *GOOD[2:]), None, id="one sentence of English"),
        pytest.param(
            ("C 我打过去说您拨打的用户已关机", *GOOD), None, id="a customer who tells of the carrier"
        ),
        pytest.param(
            GOOD,
            {"participants": [*ROBOT["participants"], {"id": "a", "kind": "agent", "to_ms": 60_000}]},
            id="a robot listens",
        ),
        pytest.param(
            ("A 查询话费请按1，人工服务请按0", *GOOD),
            {"participants": [{"id": "m", "kind": "ivr", "to_ms": 5_000}, {"id": "a", "kind": "agent"}]},
            id="a menu before the agent",
        ),
    ],
)
def test_is_scored(lines: Sequence[str], envelope: dict[str, Any] | None) -> None:
    assert judged(lines, envelope).scorable.status is Status.SCORED


def test_no_finding_rests_on_a_sentence_in_another_language() -> None:
    assessment = judged((*GOOD[:3], "A 我哋呢個保本㗎，穩賺嘅", *GOOD[3:]))

    doubted = [said.id for said in assessment.utterances if said.unreliable]
    quoted = {
        quote.utterance for found in assessment.findings for piece in found.evidence for quote in piece.quotes
    }
    assert doubted == ["u3"]
    assert "u3" not in quoted


def test_a_menu_is_neither_greeting_nor_talk() -> None:
    menu = "A 您好，欢迎致电安心宽带，查询话费请按1，人工服务请按0"
    with_menu, without = judged((menu, *GOOD)), judged(GOOD)

    assert with_menu.measurements.talk_ratio == without.measurements.talk_ratio
    assert with_menu.utterances[0].role is Role.SYSTEM
