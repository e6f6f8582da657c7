"""Rules → findings. Low certainty of words, roles or model makes a finding wait for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa_service.core.calls import CallFacts
from qa_service.core.findings import Finding
from qa_service.core.given_up import DOUBT
from qa_service.core.ids import finding_id, tag_id
from qa_service.core.measured import HearingModel
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.rules.about import is_about_end
from qa_service.rules.hit import Hit
from qa_service.rules.index import RuleIndex, indexed
from qa_service.rules.match import hits
from qa_service.rules.rule import Rule
from qa_service.rules.scene import Scene
from qa_service.rules.unheard import may_be_hidden
from qa_service.rules.work import TooCostlyError


@dataclass(frozen=True, slots=True)
class Certainty:
    """What the machine must be sure of before it decides against an agent alone (decisions.md 15)."""

    hearing: HearingModel
    #: Above this character error rate, and where nobody measured it, people decide.
    max_cer: float = 0.20
    min_confidence: float = 0.7
    min_role_confidence: float = 0.8
    #: Mean probability of the words quoted; Whisper's misheard words mostly lie below (docs/speech.md).
    min_word_confidence: float = 0.5
    #: What was said is the opposite of who the agent was told to be.
    are_roles_doubted: bool = False
    #: The parties' times cannot be held against each other: nobody knows what was said to what.
    are_clocks_doubted: bool = False


#: Below this a hit is not worth a person's time (decisions.md 15).
WORTH_ASKING = 0.4


def find(rules: Sequence[Rule], scene: Scene, facts: CallFacts, certainty: Certainty) -> tuple[Finding, ...]:
    """Everything the rules find in one leg, in order of time; the same tags give the same findings."""
    index = indexed(rules) if isinstance(rules, tuple) else RuleIndex(rules)
    awake = index.awake(scene, facts)
    found = [finding for rule in awake for finding in of_rule(rule, scene, certainty)]
    return tuple(sorted(found, key=lambda f: (f.span, -f.severity, f.rule, f.id)))


def of_rule(rule: Rule, scene: Scene, certainty: Certainty) -> list[Finding]:
    """What one rule finds; nothing at all where it would have to look about too much (rules.work)."""
    scene.work.begin()
    try:
        return [
            _finding(rule, hit, scene, certainty)
            for hit in one_per_utterance(hits(rule.when, scene))
            if hit.confidence >= WORTH_ASKING
        ]
    except TooCostlyError:
        scene.too_costly.add(rule.id)
        return []


def one_per_utterance(found: Iterable[Hit]) -> list[Hit]:
    """What one rule hits several times in one sentence is one finding: its surest hit, with those as sure.

    保证收益 and 稳赚不赔 in one breath cost an agent once. Hits that quote nobody stay as they are, and so do those
    that quote a sentence only for what should have come after it.
    """
    together: dict[object, list[Hit]] = {}
    for hit in found:
        quotes = hit.anchor.quotes
        about = (quotes[0].utterance, _row(hit)) if quotes and not hit.is_apart else hit
        together.setdefault(about, []).append(hit)
    return [_joined(same) for same in together.values()]


def _row(hit: Hit) -> object:
    """The row of a table that a hit is about: two questions in one breath are two."""
    return dict(hit.anchor.because.values).get("row")


def _joined(same: list[Hit]) -> Hit:
    if len(same) == 1:
        return same[0]
    surest = max(same, key=lambda hit: hit.confidence)
    others = (tag for hit in same if hit.confidence >= surest.confidence for tag in hit.tags)
    return replace(surest, support=tuple(dict.fromkeys((*surest.support, *others))))


def _finding(rule: Rule, hit: Hit, scene: Scene, certainty: Certainty) -> Finding:
    anchor_id = tag_id(hit.anchor)
    evidence = tuple(sorted({piece for tag in hit.tags for piece in tag.evidence}))
    return Finding(
        id=finding_id(rule.id, anchor_id),
        rule=rule.id,
        label=rule.label,
        title=rule.title,
        severity=rule.severity,
        stage=rule.stage,
        criterion=rule.criterion,
        tags=tuple(tag_id(tag) for tag in hit.tags),
        evidence=evidence,
        confidence=round(hit.confidence, 3),
        because=hit.anchor.because,
        span=hit.anchor.span,
        role=hit.anchor.role,
        doubts=(*hit.doubts, *_doubts(rule, hit, scene, certainty)),
        is_of_end=hit.is_of_end or is_about_end(rule.when),
    )


def _doubts(rule: Rule, hit: Hit, scene: Scene, certainty: Certainty) -> Iterable[Reason]:
    """Why a person decides. What customers did costs nobody points, so a poor model may report it."""
    if hit.confidence < certainty.min_confidence:
        yield Reason.of("doubt.confidence", percent=round(100 * hit.confidence))
    said = scene.said
    quoted = [said[quote.utterance] for tag in hit.tags for quote in tag.quotes if quote.utterance in said]
    if any(u.role_confidence < certainty.min_role_confidence for u in quoted):
        yield Reason.of("doubt.role")
    if certainty.are_roles_doubted:
        yield Reason("doubt.roles_contradicted")
    if certainty.are_clocks_doubted and rule.rests_on_order:
        yield Reason("doubt.clocks")
    if any(_words_confidence(tag, said) < certainty.min_word_confidence for tag in hit.tags):
        yield Reason.of("doubt.words")
    yield from _unlistened(rule, hit, scene)
    if hit.anchor.role is not Role.CUSTOMER or rule.criterion:
        yield from model_doubt(certainty)


def _unlistened(rule: Rule, hit: Hit, scene: Scene) -> Iterable[Reason]:
    """Why there may be more than was listened for: the rule was given up (detectors.allowance), or sound was lost."""
    if rule.id in scene.too_common:
        yield Reason(DOUBT)
    if may_be_hidden(rule.when, hit.anchor, scene):
        yield Reason.of("doubt.lost")


def _words_confidence(tag: Tag, said: dict[str, Utterance]) -> float:
    """The recogniser's mean probability for the quoted words of a tag; 1.0 where nothing is quoted."""
    return min((quote_confidence(said.get(q.utterance), q.start, q.end) for q in tag.quotes), default=1.0)


def quote_confidence(utterance: Utterance | None, start: int, end: int) -> float:
    """The recogniser's mean probability for the characters [start, end); 1.0 for what nobody said."""
    if utterance is None:
        return 1.0
    words = [w.confidence for w in utterance.words if w.start < end and start < w.end]
    return sum(words) / len(words) if words else utterance.confidence


def model_doubt(certainty: Certainty) -> Iterable[Reason]:
    """A model nobody measured on this line, or a poor one, may not judge people alone (issue 2, item 6)."""
    hearing = certainty.hearing
    if hearing.name == "transcript":
        return
    if hearing.cer is None:
        yield Reason.of("doubt.model_unmeasured", model=hearing.name)
    elif hearing.cer > certainty.max_cer:
        yield Reason.of("doubt.model_cer", model=hearing.name, percent=round(100 * hearing.cer, 1))
