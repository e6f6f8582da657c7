"""A rule that stands in the file twice, as pages that overlap hold it: one is kept, and that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_service.moving.notes import Note, Outcome
from qa_service.moving.sca_rules import MovedRule

#: So many are named.
_NAMED = 20


def without_repeats(rules: Sequence[MovedRule]) -> tuple[list[MovedRule], list[Note]]:
    """The rules, each number once; another rule under a number that is taken is left behind with the reason."""
    first: dict[str, MovedRule] = {}
    kept: list[MovedRule] = []
    repeated: list[str] = []
    for rule in rules:
        before = first.setdefault(rule.rid, rule) if rule.rid else rule
        if before is rule:
            kept.append(rule)
        elif (before.node, before.charge, before.moved) == (rule.node, rule.charge, rule.moved):
            repeated.append(rule.rid)
        else:
            kept.append(_left(rule))
    return kept, [_told(repeated)] if repeated else []


def _left(rule: MovedRule) -> MovedRule:
    note = Note.of("rule_twice", f"rules.{rule.rid}", rid=rule.rid)
    moved = replace(rule.moved, outcome=Outcome.LEFT, our_id="", notes=(note,))
    return MovedRule(moved, rule.rid)


def _told(repeated: Sequence[str]) -> Note:
    rids = list(dict.fromkeys(repeated))
    shown = "、".join(rids[:_NAMED]) + (" …" if len(rids) > _NAMED else "")
    return Note.of("rules_repeated", "rules", count=len(repeated), rules=shown)
