"""Why rules that found nothing are no answer: they are not asked of this leg, or could not be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from qa_service.core.calls import CallFacts
from qa_service.core.given_up import UNDECIDED
from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.rules.index import RuleIndex
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.rules.unheard import is_unsure
from qa_service.rules.work import TOO_COSTLY, TooCostlyError
from qa_service.scoring.score import Blocked


def unanswered(
    index: RuleIndex, facts: CallFacts, scene: Scene, waiting: Mapping[str, Reason]
) -> dict[str, Blocked]:
    """By the rule's id, in the order of the rules; `waiting` are those that wait for what is missing of the leg."""
    held: dict[int, Blocked] = {}
    for alike in index.alike:
        if because := held_up(alike.first, facts, scene.unplaced, scene.utterances):
            held |= dict.fromkeys(alike.positions, because)
    for at, why in (*_misheard(index, scene), *_given_up(index, scene)):
        held.setdefault(at, Blocked(why, undecided=True))
    if waiting:
        for at, rule in enumerate(index.rules):
            if rule.id in waiting:
                held.setdefault(at, Blocked(waiting[rule.id], undecided=True))
    return {index.rules[at].id: held[at] for at in sorted(held)}


def _misheard(index: RuleIndex, scene: Scene) -> Iterator[tuple[int, Reason]]:
    """The rules that found nothing only because what was said there could not be heard."""
    for at in index.rests_on_silence:
        scene.work.begin()
        try:
            if is_unsure(index.rules[at].when, scene):
                yield at, Reason.of("undecided.misheard")
        except TooCostlyError:
            scene.too_costly.add(index.rules[at].id)


def _given_up(index: RuleIndex, scene: Scene) -> Iterator[tuple[int, Reason]]:
    """The rules that were too common, or too costly, to be answered."""
    for why, rules in ((UNDECIDED, scene.too_common), (TOO_COSTLY, scene.too_costly)):
        positions = (index.position_of(rule) for rule in rules)
        yield from ((at, Reason(why)) for at in positions if at is not None)


def held_up(
    rule: Rule, facts: CallFacts, unplaced: Set[Role], utterances: Sequence[Utterance]
) -> Blocked | None:
    """What keeps a rule from being asked of a leg, whatever its words say; nothing where nothing does."""
    if because := rule.not_applicable(facts):
        return Blocked(because, undecided=False)
    if unanswered := rule.undecided(facts, unplaced):
        return Blocked(unanswered, undecided=True)
    because = rule.unjudged(utterances)
    return Blocked(because, undecided=False) if because else None
