"""Their rules → rules of ours, each tried by the loader before it is called translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_service.core.errors import UsageError
from qa_service.moving.fields import Fields, listed
from qa_service.moving.notes import Moved, Note, Outcome, Untranslatable
from qa_service.moving.sca_asked import Node
from qa_service.moving.sca_conditions import Conditions, joined
from qa_service.moving.sca_dates import read_dates
from qa_service.moving.sca_flows import is_flow, read_flow
from qa_service.moving.sca_ids import SlugMaker
from qa_service.moving.sca_logic import parsed
from qa_service.moving.sca_points import Charge, read_charge
from qa_service.moving.sca_sheet import RawRule
from qa_service.moving.written import mistakes

#: Theirs: 0 heavy, 1 medium, 2 light.
_SEVERITIES = {"0": "critical", "1": "major", "2": "minor"}
#: What stands for a number that a rule has not: no number of theirs looks like it.
_UNNAMED = "\0no-"
_COACH, _SCORE = "coach", "score"
_LONGEST_TITLE, _LONGEST_CITATION = 500, 300
#: Who wrote it when, and how it is shown: nothing that is judged by.
_ABOUT = (
    *("createEmpName", "createEmpid", "createTime", "lastUpdateEmpName", "lastUpdateEmpid", "lastUpdateTime"),
    *(
        "status",
        "sortIndex",
        "deny",
        "modifyType",
        "schemeRuleMappingId",
        "schemeId",
        "schemeName",
        "ruleType",
    ),
    *(
        "startTime",
        "endTime",
        "type",
        "targetType",
        "checkType",
        "configType",
        "operationMode",
        "meet",
        "isOnline",
    ),
    *("qualityCheckType", "taskFlowType", "scoreId", "scoreSubId", "scoreDeleted", "externalProperty"),
    *("ruleCategoryName", "autoReview", "scoreRuleHitType", "schemeCheckType", "fullCycle", "comments"),
    # Which operators a hit points at: ours quote what they found.
    "triggers",
)


@dataclass(slots=True)
class MovedRule:
    """A rule of ours, as YAML holds it, and what is told of it."""

    moved: Moved
    rid: str
    node: dict[str, Any] | None = None
    charge: Charge | None = None


def move_rule(rule: RawRule, slugs: SlugMaker, *, stage: str) -> MovedRule:
    """One rule, with everything that is to be told of it; one that is damaged is told too, and stops no other."""
    try:
        return _move_rule(Fields.of(rule.raw, f"rules[{rule.number}]"), rule, slugs, stage)
    except UsageError as error:
        return _left(*_called(rule), [Note.of("damaged", error.where)])


def _called(rule: RawRule) -> tuple[str, str]:
    """Number and name of a rule that is damaged elsewhere; empty where it is no object."""
    try:
        fields = Fields.of(rule.raw, "rules")
    except UsageError:
        return "", ""
    return fields.text("rid", "id"), fields.text("name", "ruleName")


def _move_rule(rule: Fields, held: RawRule, slugs: SlugMaker, stage: str) -> MovedRule:
    rid, title = rule.text("rid", "id"), rule.text("name", "ruleName")
    rule.where = f"rules.{rid}" if rid else rule.where
    asked = [] if rid else [Note.of("rule_unnamed", rule.where, number=held.number)]
    try:
        _refuse(rule)
        when = _when(rule, held.conditions, asked)
    except Untranslatable as left:
        return _left(rid, title, [left.note, *asked])
    charge, notes = read_charge(rule)
    if charge is None and stage == _SCORE:
        notes.append(Note.of("not_scored", rule.where))
        stage = _COACH
    our_id = slugs.of(rid or f"{_UNNAMED}{held.number}")
    node = _node(rule, our_id, title or rid or our_id, when, stage)
    if charge and charge.is_added:
        node["severity"] = "info"  # what is hit is no fault
    days, told = read_dates(rule)
    if days:
        node = {**node, "effective": days, "when": node.pop("when")}
    notes = [*asked, *notes, *told, *_beside(rule)]
    rule.ignore(*_ABOUT)
    notes += [Note.of("field", rule.where, field=key, value=value) for key, value in rule.left()]
    if wrong := mistakes(node):
        return _left(rid, title, [*wrong, *notes])
    outcome = Outcome.DIFFERS if notes else Outcome.TRANSLATED
    moved = Moved("rule", rid, title, outcome, str(node["id"]), tuple(dict.fromkeys(notes)))
    return MovedRule(moved, rid, node, charge)


def _when(rule: Fields, known: Mapping[str, object], notes: list[Note]) -> Node:
    """What it asks for; what is told of it goes to the notes, also where it is left behind."""
    if is_flow(rule):
        flow = read_flow(rule, known)
        notes += flow.notes
        return flow.when
    conditions = Conditions(known, notes)
    return joined(parsed(rule.text("lambda", "ruleLambda"), rule.where), conditions)


def _refuse(rule: Fields) -> None:
    """Rules of which nothing is translated."""
    if rule.flag("isDelete"):
        raise Untranslatable(Note.of("deleted", rule.where))
    if str(rule.take("effective")) == "0":
        raise Untranslatable(Note.of("switched_off", rule.where))
    if rule.take("preqRule"):
        raise Untranslatable(Note.of("prerequisite", rule.where))


def _left(rid: str, title: str, notes: Sequence[Note]) -> MovedRule:
    return MovedRule(Moved("rule", rid, title, Outcome.LEFT, "", tuple(dict.fromkeys(notes))), rid)


def _node(rule: Fields, our_id: str, title: str, when: object, stage: str) -> dict[str, Any]:
    title = " ".join(title.split())
    cited = f"阿里云智能对话分析 SCA rule {rule.text('rid', 'id')}「{title}」"
    return {
        "id": our_id,
        "title": title[:_LONGEST_TITLE],
        "stage": stage,
        "severity": _SEVERITIES.get(rule.text("level"), "minor"),
        "citation": cited[:_LONGEST_CITATION],
        "when": when,
    }


def _beside(rule: Fields) -> list[Note]:
    """What ours keep elsewhere than in the rule."""
    business = [one for one in rule.texts("businessCategoryNameList") if one not in {"全部", "全部业务"}]
    notes = [Note.of("business", rule.where, business="、".join(business))] if business else []
    if tests := listed(rule.take("dialogues")):
        notes.append(Note.of("dialogues", rule.where, count=len(tests)))
    return notes
