"""An example that did not do what its author says → why, as clues."""

from __future__ import annotations

from qa_service.core.given_up import UNDECIDED
from qa_service.core.texts import Reason
from qa_service.rules.rule import Rule
from qa_service.rules.work import TOO_COSTLY, TooCostlyError
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST_CLUES, Clue
from qa_service.usecases.why.fired import fired, too_doubtful
from qa_service.usecases.why.walk import Walk


def explained(bench: Bench, rule: Rule, *, must_match: bool) -> tuple[Clue, ...]:
    """Why the rule did not match where it must, or matched where it must not: at most MOST_CLUES clues."""
    try:
        clues = _missed(bench, rule) if must_match else fired(bench, rule.when)
    except TooCostlyError:
        clues = [Clue.of("itself", because=Reason(TOO_COSTLY))]
    return tuple(clues[:MOST_CLUES])


def _missed(bench: Bench, rule: Rule) -> list[Clue]:
    """What the rule says of the example itself, before any of its words is looked at; else its condition."""
    scene, facts = bench.scene, bench.facts
    because = (
        rule.not_applicable(facts) or rule.undecided(facts, scene.unplaced) or rule.unjudged(scene.utterances)
    )
    if because:
        return [Clue.of("itself", because=because)]
    if rule.id in scene.too_costly:
        return [Clue.of("itself", because=Reason(TOO_COSTLY))]
    if rule.id in scene.too_common:
        return [Clue.of("itself", because=Reason(UNDECIDED))]
    return Walk(bench).missing(rule.when) or too_doubtful(bench, rule.when)
