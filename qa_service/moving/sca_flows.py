"""Their flow rules → `steps`: nodes one after the other, each a sentence that has to come.

Their pages describe the nodes (docs/moving.md#sources), not what a hit of a flow rule is, nor how a way is chosen where
a node leads to several. So a flow with branches is left behind, and of any other it is told what was assumed.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa_service.moving.fields import Fields, folded
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Node
from qa_service.moving.sca_conditions import Conditions, joined
from qa_service.moving.sca_logic import parsed

_START = "startnode"
#: Theirs: a node that is scored by itself.
_SCORED = "3"
_LONGEST_TITLE = 60
#: What a node holds for its drawing, or what its conditions say better (their pages call these two obsolete).
_ABOUT = (
    "rid",
    "index",
    "content",
    "nodeType",
    "type",
    "sayType",
    "role",
    "autoReview",
    "checkType",
    "triggers",
)
_SCORING = ("ruleScoreType", "scoreNum", "scoreType", "scoreRuleHitType", "scoreNumType")


@dataclass(slots=True)
class Flow:
    """A flow of theirs as a condition, and what is told of it."""

    when: Node
    notes: list[Note]


def is_flow(rule: Fields) -> bool:
    """Whether nodes say what it asks for, and not an expression."""
    is_drawn = rule.is_set("graphFlow")
    return rule.text("targetType") == "11" or bool(rule.number("taskFlowId")) or is_drawn


def read_flow(rule: Fields, known: Mapping[str, object]) -> Flow:
    """The nodes as steps.

    Raises:
        Untranslatable: they are not in the file, branch, or ask for what ours cannot say.
    """
    drawn = rule.child("graphFlow") if rule.is_set("graphFlow") else None
    nodes = drawn.children("nodes") if drawn else []
    if drawn is None or not nodes:
        raise Untranslatable(Note.of("flow_absent", rule.where))
    rule.ignore("taskFlowId", "taskFlowType", "lambda", "ruleLambda")
    notes = [Note.of("flow_steps", rule.where)]
    path = list(_path(nodes, rule.where))
    steps = [_step(node, number, known, notes) for number, node in enumerate(path, 1)]
    notes += _points(path, rule.where)
    if drawn.flag("skipWhenFirstSessionNodeMiss"):
        steps = [_skipping(steps, rule.where)]
    drawn.ignore("id", "rid", "ruleName", "showProperties")
    notes += [Note.of("field", rule.where, field=key, value=value) for key, value in drawn.left()]
    return Flow({"role": "agent", "steps": steps}, notes)


def _path(nodes: list[Fields], where: str) -> Iterator[Fields]:
    """The nodes after the start, each the only one that the one before leads to."""
    by_id = {node.text("id"): node for node in nodes}
    starts = [node for node in nodes if folded(node.text("nodeType")) == _START]
    if len(starts) != 1:
        raise Untranslatable(Note.of("flow_start", where, count=len(starts)))
    (node,), seen = starts, set[str]()
    while following := node.children("nextNodes"):
        if len(following) > 1 or following[0].text("lambda"):
            raise Untranslatable(
                Note.of("flow_branches", node.where, name=node.text("name") or node.text("id"))
            )
        (to,) = following
        target = to.text("nextNodeId")
        if target not in by_id or target in seen:
            raise Untranslatable(Note.of("flow_loose", node.where, node=target or "–"))
        seen.add(target)
        node = by_id[target]
        yield node
    if not seen:
        raise Untranslatable(Note.of("flow_absent", where))


def _step(node: Fields, number: int, known: Mapping[str, object], notes: list[Note]) -> Node:
    name = node.text("name")
    held = node.child("properties") or Fields(node.where, {})
    own = _own(node) | _own(held)
    if not own:
        raise Untranslatable(Note.of("flow_empty", node.where, name=name or number))
    formula = held.text("lambda") or node.text("lambda") or "&&".join(own)
    conditions = Conditions(ChainMap(own, dict(known)))
    asked = joined(parsed(formula, node.where), conditions)
    notes += conditions.notes
    most = int(held.number("checkMoreSize") or node.number("checkMoreSize") or 0)
    if most > 0:
        notes.append(Note.of("flow_within", node.where, most=most))
    held.ignore(*_ABOUT, *_SCORING, "branchJudge")
    node.ignore(*_ABOUT, *_SCORING, "branchJudge", "name", "id", "properties", "nextNodes")
    for one in (node, held):
        notes += [Note.of("field", one.where, field=key, value=value) for key, value in one.left()]
    within = {"within": f"{most} utterances"} if most > 0 else {}
    return {"title": name[:_LONGEST_TITLE] or f"第 {number} 步", **asked, **within}


def _own(node: Fields) -> dict[str, object]:
    """The conditions of a node by their ids."""
    return {
        one.text("cid", "conditionInfoCid", "id"): dict(one.held.values())
        for one in node.children("conditions")
    }


def _skipping(steps: list[Node], where: str) -> Node:
    """Who does not come to the first node is not asked for the others."""
    first, *others = steps
    if not others:
        raise Untranslatable(Note.of("flow_single", where))
    asked = {key: value for key, value in first.items() if key not in {"title", "within"}}
    within = {"within": first["within"]} if "within" in first else {}
    return {"if": {"role": "agent", **asked}, **within, "then": others}


def _points(path: list[Fields], where: str) -> list[Note]:
    """Nodes that are scored by themselves: ours are scored by the rule."""
    scored = []
    for node in path:
        held = node.child("properties") or node
        if held.text("ruleScoreType") == _SCORED and (points := held.number("scoreNum")):
            scored.append(f"{node.text('name')} {points:g}")
    return [Note.of("flow_points", where, nodes="、".join(scored))] if scored else []
