"""Their rules → rules of ours, each tried by the loader before it is called translated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from qa_service.core.errors import QaError, RulebookError, UsageError
from qa_service.moving.fields import Fields, listed
from qa_service.moving.notes import Moved, Note, Outcome, Untranslatable
from qa_service.moving.sca_conditions import Conditions, joined, parsed
from qa_service.rulebook.load import bundle_text

#: Theirs: 0 heavy, 1 medium, 2 light.
_SEVERITIES = {"0": "critical", "1": "major", "2": "minor"}
#: Theirs: 1 adds, 3 takes points off.
_ADDS, _TAKES = "1", "3"
_LIKE_A_NUMBER = re.compile(r"[-+]?\.?[0-9]")
_COACH, _OBSERVE, _SCORE = "coach", "observe", "score"
#: Theirs: a rule that is not scored.
_UNSCORED = "1"
_LONGEST_ID, _LONGEST_TITLE, _LONGEST_CITATION = 60, 500, 300
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
)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a rule costs there: the item, its group, the points."""

    group: str
    item: str
    points: float


@dataclass(slots=True)
class MovedRule:
    """A rule of ours, as YAML holds it, and what is told of it."""

    moved: Moved
    rid: str
    node: dict[str, Any] | None = None
    charge: Charge | None = None


@dataclass(slots=True)
class SlugMaker:
    """Ids of ours: small letters, digits and dashes; the same of theirs gets the same."""

    made: dict[str, str] = field(default_factory=dict)

    def of(self, their_id: str, prefix: str = "sca") -> str:
        """The id for one of theirs; two that would look alike are numbered."""
        key = f"{prefix}/{their_id}"
        if key not in self.made:
            base = slug(their_id, prefix)
            taken, n, name = set(self.made.values()), 1, base
            while name in taken:
                n += 1
                name = f"{base[: _LONGEST_ID - 4]}-{n}"
            self.made[key] = name
        return self.made[key]


def slug(their_id: str, prefix: str = "sca") -> str:
    """An id of ours for one of theirs.

    >>> slug("1302493"), slug("Rule_7 (旧)")
    ('sca-1302493', 'sca-rule-7')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", their_id.lower()).strip("-")
    return f"{prefix}-{plain or 'x'}"[:_LONGEST_ID].rstrip("-")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rules: conditions by their ids, and the rules."""

    conditions: Mapping[str, object]
    rules: Sequence[object]


def sheet_of(document: object) -> Sheet:
    """The rules in a file: what UploadRule takes, or what GetRule and its like answer, one or several.

    Raises:
        UsageError: nothing like a rule is in it.
    """
    conditions: dict[str, object] = {}
    rules: list[object] = []
    _collect(document, "$", conditions, rules)
    return Sheet(conditions, rules)


#: What answers wrap rules in.
_AROUND = ("data", "jsonStr", "ruleList", "rulesInfo", "resultInfo")


def _collect(value: object, where: str, conditions: dict[str, object], rules: list[object]) -> None:
    """Every `conditions` and `rules`, however deep an answer wraps them."""
    if isinstance(value, list):
        for i, one in enumerate(value):
            _collect(one, f"{where}[{i}]", conditions, rules)
        return
    try:
        fields = Fields.of(value, where)
    except QaError:  # a text or a number: nothing is in it
        return
    for one in listed(fields.take("conditions")):
        conditions.update(dict.fromkeys(_names(one, where) - set(conditions), one))
    rules += listed(fields.take("rules"))
    for key in _AROUND:
        if (inner := fields.take(key)) is not None:
            _collect(inner, f"{where}.{key}", conditions, rules)


def _names(condition: object, where: str) -> set[str]:
    """The ids by which rules may call it."""
    try:
        fields = Fields.of(condition, f"{where}.conditions")
    except UsageError:  # a rule that asks for it is told that it is not there
        return set()
    return {name for name in map(fields.text, ("cid", "conditionInfoCid", "id")) if name}


def move_rule(raw: object, sheet: Sheet, slugs: SlugMaker, *, stage: str) -> MovedRule:
    """One rule, with everything that is to be told of it; one that is damaged is told too, and stops no other."""
    try:
        return _move_rule(Fields.of(raw, "rules"), sheet, slugs, stage)
    except UsageError as error:
        rid = str(raw.get("rid", "")) if isinstance(raw, dict) else ""
        return _left(rid, "", [Note.of("damaged", error.where)])


def _move_rule(rule: Fields, sheet: Sheet, slugs: SlugMaker, stage: str) -> MovedRule:
    rid, title = rule.text("rid", "id"), rule.text("name", "ruleName")
    rule.where = f"rules.{rid}"
    conditions = Conditions(sheet.conditions)
    try:
        _refuse(rule)
        tree = parsed(rule.text("lambda", "ruleLambda"), rule.where)
        when = joined(tree, conditions)
    except Untranslatable as left:
        return _left(rid, title, [left.note, *conditions.notes])
    charge, notes = _charge(rule)
    if charge is None and stage == _SCORE:
        notes.append(Note.of("not_scored", rule.where))
        stage = _COACH
    node = _node(rule, slugs.of(rid), title or rid, when, stage)
    notes = [*conditions.notes, *notes, *_dates(rule)]
    rule.ignore(*_ABOUT)
    notes += [Note.of("field", rule.where, field=key, value=value) for key, value in rule.left()]
    if wrong := _mistakes(node):
        return _left(rid, title, [*wrong, *notes])
    outcome = Outcome.DIFFERS if notes else Outcome.TRANSLATED
    moved = Moved("rule", rid, title, outcome, str(node["id"]), tuple(dict.fromkeys(notes)))
    return MovedRule(moved, rid, node, charge)


def _refuse(rule: Fields) -> None:
    """Rules of which nothing is translated."""
    if rule.flag("isDelete"):
        raise Untranslatable(Note.of("deleted", rule.where))
    if str(rule.take("effective")) == "0":
        raise Untranslatable(Note.of("switched_off", rule.where))
    if rule.take("graphFlow") or rule.text("targetType") == "11" or rule.number("taskFlowId"):
        raise Untranslatable(Note.of("flow", rule.where))
    if rule.take("preqRule"):
        raise Untranslatable(Note.of("prerequisite", rule.where))


def _left(rid: str, title: str, notes: Sequence[Note]) -> MovedRule:
    return MovedRule(Moved("rule", rid, title, Outcome.LEFT, "", tuple(dict.fromkeys(notes))), rid)


def _node(rule: Fields, our_id: str, title: str, when: object, stage: str) -> dict[str, Any]:
    cited = f"阿里云智能对话分析 SCA rule {rule.text('rid', 'id')}「{title}」"
    return {
        "id": our_id,
        "title": title[:_LONGEST_TITLE],
        "stage": stage,
        "severity": _SEVERITIES.get(rule.text("level"), "minor"),
        "citation": cited[:_LONGEST_CITATION],
        "when": when,
    }


def _charge(rule: Fields) -> tuple[Charge | None, list[Note]]:
    """What it costs; points that are added are left to be written by hand."""
    points, kind = rule.number("scoreNum"), rule.text("scoreType")
    group, item = rule.text("scoreName"), rule.text("scoreSubName")
    is_once, is_unscored = rule.text("scoreNumType") == "1", rule.text("ruleScoreType") == _UNSCORED
    if is_unscored or not points:
        return None, []
    if kind == _ADDS:
        return None, [Note.of("points_added", rule.where, points=points)]
    if kind not in {_TAKES, ""} and points > 0:
        return None, [Note.of("score_type", rule.where, type=kind, points=points)]
    notes = [Note.of("points_once", rule.where, points=abs(points))] if is_once else []
    return Charge(group, item or rule.text("name"), abs(points)), notes


def _dates(rule: Fields) -> list[Note]:
    since, until = rule.text("effectiveStartTime"), rule.text("effectiveEndTime")
    business = [one for one in rule.texts("businessCategoryNameList") if one not in {"全部", "全部业务"}]
    notes = [Note.of("dates", rule.where, since=since or "–", until=until or "–")] if since or until else []
    if business:
        notes.append(Note.of("business", rule.where, business="、".join(business)))
    if tests := listed(rule.take("dialogues")):
        notes.append(Note.of("dialogues", rule.where, count=len(tests)))
    return notes


def _mistakes(node: Mapping[str, Any]) -> list[Note]:
    """What the loader has against the rule; nothing where it passes `rulebook check`."""
    book = {
        "schema": "qa-service/rulebook@1",
        "name": "trial",
        "version": 1,
        "title": "trial",
        # What it costs is on the scorecard of the book that it will stand in, and is written by us.
        "rules": [{**node, "stage": _OBSERVE}],
    }
    try:
        bundle_text(written(book), "trial.yaml", lambda _: None)
    except RulebookError as error:
        return [_refused(one) for one in (error, *error.more)]
    return []


def _refused(error: RulebookError) -> Note:
    """What the loader said; its words in the reader's language are the report's."""
    note = Note.of("refused", error.where.removeprefix("trial.yaml: "), problem=error.problem, fix=error.fix)
    return replace(note, error=error)


class _Plain(yaml.SafeDumper):
    """Without anchors and aliases: what was written once by us reads as if written twice by a person."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text that YAML 1.2 would read as a number (`1e5`) is quoted: PyYAML writes by the rules of YAML 1.1."""
    style = "'" if _LIKE_A_NUMBER.match(text) and "\n" not in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _text)


def written(book: Mapping[str, Any]) -> str:
    """A book as YAML."""
    return yaml.dump(book, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
