"""Rules that ask a store about other calls, where it has no answer: what stands either way, and what waits.

Such an operator could have found something or nothing. The rule is matched both ways: a hit that both ways give is
found, one that only the one way gives is neither found nor missing. So a phrase that was not said beside it answers
the rule, a phrase that stands beside it in `any` is found all the same, and `absent` never rests on an unasked store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa_service.core.calls import CallFacts
from qa_service.core.findings import Finding
from qa_service.core.ids import finding_id, tag_id
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.rules.match import hits
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.rules.work import TooCostlyError


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found for certain, and by rule why it has no answer."""

    findings: tuple[Finding, ...]
    unanswered: dict[str, Reason] = field(default_factory=dict)


def settled(rules: Sequence[Rule], findings: tuple[Finding, ...], scene: Scene, facts: CallFacts) -> Settled:
    """Takes from the findings of one leg what rests on questions that the store did not answer."""
    unanswered: dict[str, Reason] = {}
    doubtful: set[str] = set()
    for rule in rules:
        for_certain, because = _either_way(rule, scene, facts) if rule.asks else (frozenset[str](), None)
        if because:
            own = {finding.id for finding in findings if finding.rule == rule.id}
            doubtful |= own - for_certain
            if not own & for_certain:
                unanswered[rule.id] = because
    kept = tuple(finding for finding in findings if finding.id not in doubtful) if doubtful else findings
    return Settled(kept, unanswered)


def _either_way(rule: Rule, scene: Scene, facts: CallFacts) -> tuple[frozenset[str], Reason | None]:
    """The ids of findings that stand either way, and why there may be others; no reason where there are none."""
    because: Reason | None = None
    might: list[Tag] = []
    for one in rule.asks:
        if why := one.unanswered(facts):
            because = because or why
            might += one.possible(facts, scene.utterances)
    if because is None:
        return frozenset(), None
    without, with_them = (_ids(rule, scene), _ids(rule, scene.also(might)))
    return without & with_them, because if without != with_them else None


def _ids(rule: Rule, scene: Scene) -> frozenset[str]:
    scene.work.begin()
    try:
        return frozenset(finding_id(rule.id, tag_id(hit.anchor)) for hit in hits(rule.when, scene))
    except TooCostlyError:
        scene.too_costly.add(rule.id)
        return frozenset()
