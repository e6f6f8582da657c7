"""Findings → answers → evaluation (decisions.md 15). Unknown stays unknown, it is never a zero."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from qa_service.core.calls import Leg
from qa_service.core.evaluation import Answer, Evaluation, Verdict
from qa_service.core.findings import Finding
from qa_service.core.per_object import per_object
from qa_service.core.texts import Reason
from qa_service.scoring.scorecard import Charge, Criterion, Fatal, Scorecard, Section


@dataclass(frozen=True, slots=True)
class Blocked:
    """A rule that could not be asked on this leg, and why; `undecided` ones call for a person."""

    because: Reason
    undecided: bool


def evaluate(
    scorecard: Scorecard,
    charges: tuple[Charge, ...],
    findings: Sequence[Finding],
    *,
    blocked: Mapping[str, Blocked],
    leg: Leg,
) -> Evaluation:
    """Fills in the scorecard for one leg from what the scoring rules found there."""
    asked = _Asked(by_criterion(charges), _found(charges, findings), blocked)
    answers = _answers(scorecard, asked)
    fatal = tuple(a.criterion for a in answers if a.is_fatal and a.answer is Verdict.NOT_MET and a.findings)
    worst_case = replace(asked, found=_found(charges, _believed(charges, findings)), is_worst=True)
    score, worst = _score(answers), _score(_answers(scorecard, worst_case))
    # What is undecided comes back into the denominator, where a large criterion that lost little would raise the share.
    lowest = worst if score is None or worst is None else min(score, worst)
    return Evaluation(
        scorecard=scorecard.name,
        leg=leg,
        score=score,
        lowest_score=lowest,
        passed=_passed(answers, lowest, bool(fatal), scorecard.pass_score),
        fatal=fatal,
        answers=answers,
    )


@dataclass(frozen=True, slots=True)
class Charged:
    """What is charged against one criterion, by rule and with its place; the rules in the order of their names."""

    charges: Mapping[str, Sequence[tuple[int, Charge]]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    #: Those of them that add points.
    earning: frozenset[str] = frozenset()

    @property
    def costs(self) -> bool:
        """Whether some rule takes points."""
        return len(self.rules) > len(self.earning)


#: A criterion that no rule counts against.
UNCHARGED = Charged()


@per_object
def by_criterion(charges: tuple[Charge, ...]) -> Mapping[str, Charged]:
    """Of a rulebook: ten thousand rules are sorted once, not for every criterion of every call."""
    held: defaultdict[str, defaultdict[str, list[tuple[int, Charge]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for at, charge in enumerate(charges):
        held[charge.criterion][charge.rule].append((at, charge))
    return {name: _charged(against) for name, against in held.items()}


def _charged(against: Mapping[str, Sequence[tuple[int, Charge]]]) -> Charged:
    earning = (rule for rule, charges in against.items() if any(charge.is_earned for _, charge in charges))
    return Charged(against, tuple(sorted(against)), frozenset(earning))


@per_object
def _criteria(charges: tuple[Charge, ...]) -> Mapping[str, frozenset[str]]:
    """What each rule counts against."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for charge in charges:
        held[charge.rule].add(charge.criterion)
    return {rule: frozenset(names) for rule, names in held.items()}


def _found(charges: tuple[Charge, ...], findings: Sequence[Finding]) -> Mapping[str, Sequence[Finding]]:
    counted: defaultdict[str, list[Finding]] = defaultdict(list)
    criteria = _criteria(charges)
    for finding in findings:
        for criterion in criteria.get(finding.rule, ()):
            counted[criterion].append(finding)
    return counted


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the scorecard is filled in from."""

    charges: Mapping[str, Charged]
    #: The findings that count, by criterion.
    found: Mapping[str, Sequence[Finding]]
    blocked: Mapping[str, Blocked]
    #: Whether what could not be decided counts against the agent.
    is_worst: bool = False


def _answers(scorecard: Scorecard, asked: _Asked) -> tuple[Answer, ...]:
    return tuple(answer for section in scorecard.sections for answer in _section(section, asked))


def _section(section: Section, asked: _Asked) -> list[Answer]:
    answers = [_answer(section, criterion, asked) for criterion in section.criteria]
    if asked.is_worst:
        answers = [
            _worst(a, c.floor if asked.charges.get(c.id, UNCHARGED).costs else c.start)
            for a, c in zip(answers, section.criteria, strict=True)
        ]
    lost = any(
        c.fatal is Fatal.SECTION and a.answer is Verdict.NOT_MET
        for c, a in zip(section.criteria, answers, strict=True)
    )
    return [_lose(a) for a in answers] if lost else answers


def _believed(charges: Sequence[Charge], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings if a person confirmed all that cost points, and none of the doubtful ones that earn them."""
    earned = {charge.rule for charge in charges if charge.is_earned}
    return tuple(replace(f, doubts=()) for f in findings if f.rule not in earned or not f.needs_human)


def _answer(section: Section, criterion: Criterion, asked: _Asked) -> Answer:
    charged = asked.charges.get(criterion.id, UNCHARGED)
    found = asked.found.get(criterion.id, ())
    against = [f for f in found if f.rule not in charged.earning]
    credit = [f for f in found if f.rule in charged.earning]
    certain, earned = ([f for f in some if not f.needs_human] for some in (against, credit))
    blank = Answer(
        criterion=criterion.id,
        title=criterion.title,
        section=section.id,
        answer=Verdict.NOT_APPLICABLE,
        points=None,
        max_points=criterion.max_points,
        because=Reason.of("answer.no_rule"),
        findings=tuple(f.id for f in ((*certain, *earned) if certain or not against else against)),
        is_fatal=criterion.fatal is Fatal.CALL,
    )
    if certain:
        points = points_left(criterion, charged, _hits((*certain, *earned)))
        because = Reason.of("answer.not_met", count=len(certain))
        return replace(blank, answer=Verdict.NOT_MET, points=points, because=because)
    if against:
        return replace(blank, answer=Verdict.UNDECIDED, because=against[0].doubts[0])
    if credit and criterion.start < criterion.max_points:
        return _credited(blank, points_left(criterion, charged, _hits(earned)), credit, earned)
    return _unhit(blank, criterion.start, charged, asked.blocked)


def _credited(blank: Answer, points: float, credit: Sequence[Finding], earned: Sequence[Finding]) -> Answer:
    """Nothing costs points, and something earns them; what is doubtful earns none."""
    if not earned:
        findings = tuple(f.id for f in credit)
        return replace(blank, answer=Verdict.UNDECIDED, because=credit[0].doubts[0], findings=findings)
    because = Reason.of("answer.earned", count=len(earned))
    return replace(blank, answer=Verdict.MET, points=points, because=because)


def _unhit(blank: Answer, start: float, charged: Charged, blocked: Mapping[str, Blocked]) -> Answer:
    """Nothing was found: met, unless its rules could not be asked at all, or there was only something to earn."""
    rules = charged.rules
    if not rules:
        return blank
    held_up = [blocked[rule] for rule in rules if rule in blocked] if blocked else []
    undecided = [b for b in held_up if b.undecided]
    if undecided:
        return replace(blank, answer=Verdict.UNDECIDED, because=undecided[0].because)
    if len(held_up) == len(rules):
        return replace(blank, because=held_up[0].because)
    if start < blank.max_points and all(rule in charged.earning or rule in blocked for rule in rules):
        return replace(blank, answer=Verdict.NOT_MET, points=start, because=Reason("answer.not_earned"))
    because = Reason.of("answer.met", rules=len(rules) - len(held_up))
    return replace(blank, answer=Verdict.MET, points=start, because=because)


def _hits(certain: Sequence[Finding]) -> Counter[str]:
    return Counter(finding.rule for finding in certain)


def points_left(criterion: Criterion, charged: Charged, hits: Mapping[str, int]) -> float:
    """What is left and earned, from the floor to the most that there is; charges count in the order of the book.

    `hits` are the certain findings by rule.
    """
    points = criterion.start
    counted = (placed for rule in hits for placed in charged.charges.get(rule, ()))
    for _, charge in sorted(counted, key=itemgetter(0)):
        times = hits[charge.rule] if charge.per_hit else 1
        cost = criterion.max_points if charge.deduct is None else charge.deduct
        points += times * (charge.add if charge.add is not None else -cost)
    return min(criterion.max_points, max(criterion.floor, points))


def _lose(answer: Answer) -> Answer:
    """An answer in a section that a fatal criterion brought to zero."""
    if answer.answer is not Verdict.MET:
        return replace(answer, points=None if answer.points is None else 0.0)
    return replace(answer, answer=Verdict.NOT_MET, points=0.0, because=Reason.of("answer.section_lost"))


def _worst(answer: Answer, points: float) -> Answer:
    """The answer if a person decided against the agent what could not be asked."""
    if answer.answer is not Verdict.UNDECIDED:
        return answer
    return replace(answer, answer=Verdict.NOT_MET, points=points)


def _score(answers: Sequence[Answer]) -> float | None:
    counted = [a for a in answers if a.answer in {Verdict.MET, Verdict.NOT_MET}]
    possible = sum(a.max_points for a in counted)
    kept = sum(a.points or 0.0 for a in counted)
    return round(100 * kept / possible, 1) if possible else None


def _passed(answers: Sequence[Answer], lowest: float | None, is_fatal: bool, mark: float) -> bool | None:
    """Whether the call passed, whatever a person says about what was undecided; nothing if that matters."""
    if is_fatal:
        return False
    score, highest = _score(answers), _score([_best(answer) for answer in answers])
    if score is None or lowest is None or highest is None or lowest < mark <= highest:
        return None
    if any(a.is_fatal and a.answer is Verdict.UNDECIDED for a in answers):
        return None
    return lowest >= mark


def _best(answer: Answer) -> Answer:
    """The answer if a person decided for the agent what could not be asked."""
    if answer.answer is not Verdict.UNDECIDED:
        return answer
    return replace(answer, answer=Verdict.MET, points=answer.max_points)
