"""judgement: what one rulebook makes of a measured call, ready to be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.part_scores import PartScore
from qa_service.core.stored import WHO_IS_WHO, StoredCall
from qa_service.pipeline.fast.standing import Standing
from qa_service.ports.history import CallHistory
from qa_service.ports.storing import Judged, KeptMeasures
from qa_service.rulebook.book import Bundle
from qa_service.usecases.again_keys import ready_key, ready_of, standing_of
from qa_service.usecases.analyze import Analyst, Analyzed, Request
from qa_service.usecases.known import known_of
from qa_service.usecases.revise import basis_text


@dataclass(frozen=True, slots=True)
class Judgement:
    """Judges from measurements alone, and writes the document that people read."""

    #: Without ears: for what has been heard.
    reader: Callable[[], Analyst]
    #: An assessment as the published document, and what was said in it, masked.
    document: Callable[[Analyzed], Mapping[str, Any]]
    masked: Callable[[Analyzed], tuple[str, ...]]
    #: Where earlier calls are looked up; rules that ask for them are undecided without.
    history: CallHistory | None = None

    def of(self, bundle: Bundle, kept: KeptMeasures, call: StoredCall, jurisdiction: str) -> Judged:
        """By this rulebook, under this law."""
        request = replace(
            Request.of_stored(call),
            rulebook=bundle.book,
            jurisdiction=jurisdiction,
            history=known_of(self.history, call, bundle.book),
        )
        reader = self.reader()
        analyzed = reader.measured(kept.call, request)
        timed = Analyzed(analyzed.assessment, {**kept.timings_ms, **analyzed.timings_ms})
        judged = self._judged(bundle, timed)
        if not kept.name:
            return judged
        key = ready_key(kept.name, call, reader.policy)
        book, standing = reader.interpreter.book(bundle.book), Standing.of(analyzed.assessment)
        return replace(
            judged,
            standing=standing_of(standing, book, key, jurisdiction, reader.policy),
            ready=(key, ready_of(reader.case(kept.call, request))),
        )

    def _judged(self, bundle: Bundle, analyzed: Analyzed) -> Judged:
        assessment = analyzed.assessment
        document, reasons = self.document(analyzed), assessment.scorable.reasons
        return Judged(
            document=document,
            rulebook=bundle,
            status=assessment.scorable.status.value,
            duration_ms=assessment.measured.duration_ms,
            parts=PartScore.of(document),
            findings=assessment.findings,
            texts=self.masked(analyzed),
            agents=tuple(leg.leg.agent_id for leg in assessment.legs if leg.leg.agent_id),
            reason=_first([reason.code for reason in reasons]),
            took_ms=analyzed.timings_ms.get("judge", 0),
            basis=basis_text(assessment.legs),
        )


def _first(codes: Sequence[str]) -> str:
    """What the list says of a call: what a person can answer comes before what nobody can mend.

    >>> _first(["scorable.problem", "scorable.roles_contradicted"])
    'scorable.roles_contradicted'
    """
    return next((code for code in codes if code in WHO_IS_WHO), codes[0] if codes else "")
