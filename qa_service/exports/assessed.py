"""What tables are made of: stored calls with their documents, cut into one part per agent.

A document is what exports.document.wire_assessment makes (docs/schema/assessment-1.json). A call without
one waits, is at work or has failed: it keeps its row, so that nobody takes what is missing for a good call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from qa_service.core.calls import Envelope, ParticipantKind
from qa_service.core.reviews import Verdict
from qa_service.core.stored import StoredCall

Document: TypeAlias = Mapping[str, Any]
#: One call of the stream; the document is None where there is none yet, or none any more.
Assessed: TypeAlias = tuple[StoredCall, Document | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part of a call, as the document tells it. Unknown is None."""

    #: From one, as people count; 1 also where nobody knows the legs.
    number: int
    agent: str | None
    lasts_ms: int | None
    evaluation: Document | None = None
    findings: tuple[Document, ...] = ()

    @property
    def standing(self) -> tuple[Document, ...]:
        """The findings that no person dismissed: what is counted."""
        return tuple(one for one in self.findings if one.get("verdict") != Verdict.DISMISSED)


def parts_of(call: StoredCall, document: Document | None) -> tuple[Part, ...]:
    """Each agent's part in order, at least one; every finding stands in exactly one of them."""
    legs = document["call"]["legs"] if document else ()
    if document is None or not legs:
        found = tuple(document["findings"]) if document else ()
        return (Part(1, _only_agent(call.envelope), duration_ms(call, document), findings=found),)
    findings: list[list[Document]] = [[] for _ in legs]
    for finding in document["findings"]:
        findings[_place(finding, legs)].append(finding)
    return tuple(
        Part(
            at + 1,
            leg["agent_id"],
            leg["end_ms"] - leg["start_ms"],
            _evaluation(leg, document["evaluations"]),
            tuple(findings[at]),
        )
        for at, leg in enumerate(legs)
    )


def is_judged(document: Document | None) -> bool:
    """Whether nothing found means that there was nothing to find."""
    return document is not None and document["status"] != "not_scorable"


def duration_ms(call: StoredCall, document: Document | None) -> int | None:
    """How long the whole call lasted."""
    known: int | None = document["call"]["duration_ms"] if document else call.duration_ms
    return known


def _place(finding: Document, legs: Sequence[Document]) -> int:
    """The agent's leg in which the finding begins; an agent who took the customer twice has two."""
    own = [at for at, leg in enumerate(legs) if leg["agent_id"] == finding["agent_id"]] or range(len(legs))
    begun = [at for at in own if legs[at]["start_ms"] <= finding["start_ms"]]
    return begun[-1] if begun else own[0]


def _evaluation(leg: Document, evaluations: Sequence[Document]) -> Document | None:
    keys = ("agent_id", "start_ms", "end_ms")
    return next((one for one in evaluations if all(one[key] == leg[key] for key in keys)), None)


def _only_agent(envelope: Envelope) -> str | None:
    """Who it was when only one agent took part; of several nobody knows."""
    agents = {who.agent_id for who in envelope.participants if who.kind is ParticipantKind.AGENT}
    return next(iter(agents)) or None if len(agents) == 1 else None
