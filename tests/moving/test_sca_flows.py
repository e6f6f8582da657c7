"""Their flow rules become steps where each node leads to one other; what branches is left with a reason."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from qa_service.moving.notes import Outcome
from qa_service.moving.sca import Migration, migrate
from tests.moving.sca_files import words
from tests.moving.test_sca_meaning import Said, judged

WORDS = {"2": "身份证后四位", "3": "通话会录音", "4": "年化利率"}
TITLES = {"2": "核实身份", "3": "告知录音", "4": "宣读条款"}


def node(number: str, *following: str, **properties: Any) -> dict[str, Any]:
    """A node of theirs; the one called 1 is the start."""
    if number == "1":
        return {
            "id": 1,
            "nodeType": "startNode",
            "nextNodes": [{"nextNodeId": int(one)} for one in following],
        }
    return {
        "id": int(number),
        "name": TITLES[number],
        "nodeType": "sessionNode",
        "properties": {"lambda": "a", "triggers": ["a"], **properties},
        "conditions": [words("a", WORDS[number], role="客服")],
        "nextNodes": [{"nextNodeId": int(one), "index": 1} for one in following],
    }


def flow(*nodes: dict[str, Any], **drawn: Any) -> Migration:
    rule = {
        "rid": "1",
        "name": "外呼告知",
        "targetType": 11,
        "graphFlow": {"id": 9, "nodes": list(nodes), **drawn},
    }
    return migrate({"conditions": [], "rules": [rule]})


STRAIGHT = (node("1", "2"), node("2", "3"), node("3", "4", checkMoreSize=3), node("4"))


def missed(found: Migration, *said: str) -> list[str]:
    """The steps that a finding names, in a call in which the agent says this and the customer answers."""
    talk: Said = [line for text in said for line in (("agent", text), ("customer", "嗯，好的，我知道了"))]
    assert found.moved[0].outcome is Outcome.DIFFERS, found.moved[0].notes
    return [dict(one.because.values)["step"] for one in judged(found, talk).findings]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            ("请问身份证后四位是多少", "本次通话会录音", "年化利率是百分之三", "再见"),
            [],
            id="all of them in order",
        ),
        pytest.param(
            ("请问身份证后四位是多少", "年化利率是百分之三", "好的", "再见"),
            ["告知录音"],
            id="one is missing",
        ),
        pytest.param(
            ("请问身份证后四位是多少", "您稍等", "您稍等", "本次通话会录音", "年化利率是百分之三", "再见"),
            ["告知录音"],
            id="one comes late",
        ),
    ],
)
def test_nodes_one_after_the_other_are_steps(said: tuple[str, ...], expected: list[str]) -> None:
    assert missed(flow(*STRAIGHT), *said) == expected


def test_a_step_keeps_its_name_its_condition_and_how_many_sentences_are_looked_at() -> None:
    (rule,) = yaml.safe_load(flow(*STRAIGHT).books[0].text)["rules"]

    assert rule["when"]["steps"][1] == {
        "title": "告知录音",
        "phrases": {"any": ["通话会录音"], "unless": []},
        "role": "agent",
        "within": "3 utterances",
    }


def test_what_is_assumed_of_a_flow_is_told() -> None:
    nodes = (node("1", "2"), node("2", ruleScoreType=3, scoreNum=5, checkMoreSize=2))

    told = {note.code: dict(note.values) for note in flow(*nodes, flowRuleScoreType=1).moved[0].notes}

    assert list(told) == ["flow_steps", "flow_within", "flow_points", "field"]
    assert told["flow_points"] == {"nodes": "核实身份 5"}
    assert told["field"] == {"field": "flowRuleScoreType", "value": "1"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(("您好，您的快递到了", "请您签收一下", "再见"), [], id="it never began"),
        pytest.param(
            ("请问身份证后四位是多少", "请您签收一下", "再见"), ["告知录音", "宣读条款"], id="it began"
        ),
    ],
)
def test_a_flow_that_is_skipped_without_its_first_node(said: tuple[str, ...], expected: list[str]) -> None:
    nodes = (node("1", "2"), node("2", "3"), node("3", "4"), node("4"))

    assert missed(flow(*nodes, skipWhenFirstSessionNodeMiss=True), *said) == expected


@pytest.mark.parametrize(
    ("nodes", "code"),
    [
        pytest.param((), "flow_absent", id="no nodes"),
        pytest.param((node("1"),), "flow_absent", id="a start that leads nowhere"),
        pytest.param((node("2", "3"), node("3")), "flow_start", id="no start"),
        pytest.param(
            (node("1", "2"), node("2", "3", "4"), node("3"), node("4")), "flow_branches", id="branches"
        ),
        pytest.param((node("1", "2"), node("2", "9")), "flow_loose", id="a node that is not there"),
        pytest.param((node("1", "2"), node("2", "3"), node("3", "2")), "flow_loose", id="a circle"),
        pytest.param(
            (node("1", "2"), {**node("2"), "conditions": []}), "flow_empty", id="nothing to look for"
        ),
        pytest.param(
            (node("1", "2"), {**node("2"), "nextNodes": [{"nextNodeId": 3, "lambda": "a"}]}, node("3")),
            "flow_branches",
            id="a way with a condition",
        ),
        pytest.param(
            (node("1", "2"), node("2", **{"lambda": "a&&"})), "lambda_short", id="a broken expression"
        ),
    ],
)
def test_what_is_no_straight_way_is_left_with_a_reason(nodes: tuple[dict[str, Any], ...], code: str) -> None:
    (told,) = flow(*nodes).moved

    assert (told.outcome, code in [note.code for note in told.notes]) == (Outcome.LEFT, True)


def test_a_flow_whose_drawing_was_not_exported_says_so() -> None:
    (told,) = migrate({"conditions": [], "rules": [{"rid": "1", "name": "流程", "taskFlowId": 7}]}).moved

    assert [note.code for note in told.notes] == ["flow_absent"]
