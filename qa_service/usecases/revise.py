"""revise: what the machine made of a call, and what people said about its findings → the scorecard filled in again.

Only the findings are different. Nothing is heard or judged anew, so that no score changes by more than its verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.calls import Leg
from qa_service.core.evaluation import Evaluation, Verdict
from qa_service.core.findings import Finding, Severity, Stage
from qa_service.core.reviews import Verdict as Said
from qa_service.core.speech import Role
from qa_service.core.texts import Reason, Text
from qa_service.core.time import Span
from qa_service.pipeline.agents import basis_of, by_agent
from qa_service.pipeline.assessment import LegAssessment
from qa_service.ports.storing import MachineWork
from qa_service.scoring.basis import Basis, fill_in
from qa_service.scoring.score import Blocked
from qa_service.scoring.scorecard import Charge

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AgentBasis:
    """What one agent's evaluation was made from: the findings, by their ids, and the rest."""

    findings: frozenset[str]
    basis: Basis


def basis_text(legs: Iterable[LegAssessment]) -> str:
    """What is kept with an evaluation, as JSON."""
    written = [
        {
            "findings": sorted(finding.id for part in own for finding in part.findings),
            "is_whole": basis.is_whole,
            "blocked": {rule: _written(why) for rule, why in basis.blocked.items()},
        }
        for own in by_agent(legs)
        for basis in (basis_of(own),)
    ]
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def revise(work: MachineWork, said: Mapping[str, Said]) -> tuple[Evaluation, ...]:
    """The evaluations of the agents, in order: dismissed findings cost nothing, confirmed ones cost what is sure.

    `said` names verdicts that count, by the finding's id.
    """
    book, found = work.book, [_finding(one) for one in work.document["findings"]]
    bases = _read(work.basis) if work.basis else _guessed(work.document, book.charges)
    evaluations = work.document["evaluations"]
    return tuple(
        fill_in(
            book.scorecard,
            book.charges,
            [
                _believed(one, said)
                for one in found
                if one.id in leg.findings and not _is_dismissed(one, said)
            ],
            leg.basis,
            leg=_leg(written, at, len(evaluations)),
        )
        for at, (written, leg) in enumerate(zip(evaluations, bases, strict=True))
    )


def _is_dismissed(finding: Finding, said: Mapping[str, Said]) -> bool:
    return said.get(finding.id) is Said.DISMISSED


def _believed(finding: Finding, said: Mapping[str, Said]) -> Finding:
    return replace(finding, doubts=()) if said.get(finding.id) is Said.CONFIRMED else finding


def _finding(wire: Document) -> Finding:
    """As far as scoring reads it."""
    return Finding(
        id=wire["id"],
        rule=wire["rule"],
        label=wire["label"],
        title=Text(wire["title"]),
        severity=Severity[wire["severity"].upper()],
        stage=Stage(wire["stage"]),
        criterion=wire["criterion"] or "",
        tags=(),
        evidence=(),
        confidence=wire["confidence"],
        because=_reason(wire["because"]),
        span=Span(wire["start_ms"], wire["end_ms"]),
        role=Role(wire["role"]),
        doubts=tuple(map(_reason, wire["doubts"])),
    )


def _reason(wire: Document) -> Reason:
    return Reason.of(wire["code"], **wire["values"])


def _leg(wire: Document, index: int, count: int) -> Leg:
    return Leg(Span(wire["start_ms"], wire["end_ms"]), index, count, wire["agent_id"] or "")


def _written(why: Blocked) -> list[Any]:
    return [why.because.code, dict(why.because.values), why.undecided]


def _read(text: str) -> tuple[AgentBasis, ...]:
    return tuple(
        AgentBasis(
            frozenset(leg["findings"]),
            Basis(
                {
                    rule: Blocked(Reason.of(code, **values), undecided)
                    for rule, (code, values, undecided) in leg["blocked"].items()
                },
                leg["is_whole"],
            ),
        )
        for leg in json.loads(text)
    )


def _guessed(document: Document, charges: Sequence[Charge]) -> tuple[AgentBasis, ...]:
    """Of an evaluation whose basis was not kept: what its answers tell, and where they tell nothing, undecided."""
    legs = document["evaluations"]
    owned: list[set[str]] = [set() for _ in legs]
    for finding in document["findings"]:
        owned[_place(finding, legs)].add(finding["id"])
    return tuple(
        AgentBasis(frozenset(ids), Basis(_unasked(leg["answers"], charges), is_whole=False))
        for leg, ids in zip(legs, owned, strict=True)
    )


def _place(finding: Document, legs: Sequence[Document]) -> int:
    """The agent's leg in which it begins; an agent who took the customer twice has two."""
    own = [at for at, leg in enumerate(legs) if leg["agent_id"] == finding["agent_id"]] or range(len(legs))
    begun = [at for at in own if legs[at]["start_ms"] <= finding["start_ms"]]
    return begun[-1] if begun else own[0]


def _unasked(answers: Iterable[Document], charges: Sequence[Charge]) -> dict[str, Blocked]:
    """What stood against each rule that found nothing."""
    blocked: dict[str, Blocked] = {}
    for answer in answers:
        rules = [charge.rule for charge in charges if charge.criterion == answer["criterion"]]
        why = _why(answer)
        if why is not None:
            blocked.update(dict.fromkeys(rules, why))
    return blocked


def _why(answer: Document) -> Blocked | None:
    if answer["findings"]:
        return Blocked(Reason.of("undecided.not_kept"), undecided=True)
    if answer["answer"] == Verdict.UNDECIDED:
        return Blocked(_reason(answer["because"]), undecided=True)
    if answer["answer"] == Verdict.NOT_APPLICABLE:
        return Blocked(_reason(answer["because"]), undecided=False)
    return None
