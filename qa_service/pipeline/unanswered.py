"""Why rules that found nothing are no answer: they are not asked of this leg, or could not be answered."""

from __future__ import annotations

from collections.abc import Mapping

from qa_service.core.calls import CallFacts
from qa_service.core.speech import Role
from qa_service.core.texts import Reason
from qa_service.rules.index import RuleIndex
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.rules.unheard import is_unsure
from qa_service.scoring.score import Blocked


def unanswered(
    index: RuleIndex, facts: CallFacts, scene: Scene, waiting: Mapping[str, Reason]
) -> dict[str, Blocked]:
    """By the rule's id, in the order of the rules; `waiting` are those that wait for what is missing of the leg."""
    held: dict[int, Blocked] = {}
    unplaced = scene.unplaced
    for alike in index.alike:
        if because := _held(alike.first, facts, unplaced):
            held |= dict.fromkeys(alike.positions, because)
    for at in index.rests_on_silence:
        if at not in held and is_unsure(index.rules[at].when, scene):
            held[at] = Blocked(Reason.of("undecided.misheard"), undecided=True)
    if waiting:
        for at, rule in enumerate(index.rules):
            if at not in held and rule.id in waiting:
                held[at] = Blocked(waiting[rule.id], undecided=True)
    return {index.rules[at].id: held[at] for at in sorted(held)}


def _held(rule: Rule, facts: CallFacts, unplaced: frozenset[Role]) -> Blocked | None:
    """What holds a rule up, whatever was said."""
    if because := rule.not_applicable(facts):
        return Blocked(because, undecided=False)
    unanswered = rule.undecided(facts, unplaced)
    return Blocked(unanswered, undecided=True) if unanswered else None
