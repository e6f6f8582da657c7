"""The document of an evaluation as people left it: the machine's, with verdicts, and scores that follow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.core.reviews import Verdict
from qa_service.exports.document import wire_evaluation
from qa_service.i18n.catalogue import Catalogue
from qa_service.ports.storing import MachineWork
from qa_service.usecases.revise import revise

Document = Mapping[str, Any]


def revised_document(work: MachineWork, said: Mapping[str, Verdict], texts: Catalogue) -> dict[str, Any]:
    """The same document with each finding's verdict; what was dismissed is in no moment, note, answer or score."""
    document = work.document
    dismissed = {name for name, verdict in said.items() if verdict is Verdict.DISMISSED}
    made = [wire_evaluation(one, texts).model_dump(mode="json") for one in revise(work, said)]
    evaluations = [_kept(old, new) for old, new in zip(document["evaluations"], made, strict=True)]
    findings = [_told(finding, said) for finding in document["findings"]]
    by_id = {finding["id"]: finding for finding in findings}
    moments = [_moment(one, by_id, dismissed) for one in document["moments"]]
    return {
        **document,
        "findings": findings,
        "moments": [one for one in moments if one["findings"]],
        "evaluation": evaluations[-1] if evaluations else None,
        "evaluations": evaluations,
        "coaching": [one for one in document["coaching"] if one["finding"] not in dismissed],
    }


def _told(finding: Document, said: Mapping[str, Verdict]) -> dict[str, Any]:
    """Who has a verdict waits for nobody; why the machine doubted stands in its own evaluation."""
    verdict = said.get(finding["id"])
    if verdict is None:
        return {**finding, "verdict": None}
    return {**finding, "verdict": verdict.value, "needs_human": False, "doubts": []}


def _kept(old: Document, new: Document) -> dict[str, Any]:
    """An answer that is the same keeps its sentence, in whatever language it was written."""
    same = ("answer", "points", "findings")
    answers = [
        was if all(was[key] == is_now[key] for key in same) else is_now
        for was, is_now in zip(old["answers"], new["answers"], strict=True)
    ]
    return {**new, "answers": answers}


def _moment(moment: Document, found: Mapping[str, Document], dismissed: set[str]) -> dict[str, Any]:
    """The place to listen, as the findings that are left make it."""
    left = [one for one in moment["findings"] if one not in dismissed]
    if not left or len(left) == len(moment["findings"]):
        return {**moment, "findings": left}
    worst = found[left[0]]  # they stand worst first
    return {
        **moment,
        "start_ms": min(found[one]["start_ms"] for one in left),
        "end_ms": max(found[one]["end_ms"] for one in left),
        "title": worst["title"],
        "severity": worst["severity"],
        "findings": left,
    }
