"""Results in the shape of Alibaba Cloud 智能对话分析 (SCA, Qualitycheck 2019-01-15, GetResult).

For systems that read such results already. Names are theirs in camel case, without the lists that their
XML wraps into objects. What they have no field for is ours and named in docs/exports.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qa_service.core.stored import CallState, StoredCall
from qa_service.exports.assessed import Assessed, Document, Part, is_judged, parts_of
from qa_service.exports.cells import writable
from qa_service.exports.files import whole_file
from qa_service.exports.masking import Mask, masked_quote, unmasked

#: Theirs: 0 not finished, 1 finished, anything else an error.
_UNFINISHED, _FINISHED, _ERROR = 0, 1, -1
_ROLES = {"agent": "客服", "customer": "客户", "system": "系统", "other": "其他", "unknown": "未知"}


def sca_results(
    call: StoredCall, document: Document | None, mask: Mask = unmasked
) -> Iterator[dict[str, Any]]:
    """One result per call and agent; those of a transferred call share `taskId`."""
    said = {utterance["id"]: utterance for utterance in document["utterances"]} if document else {}
    for part in parts_of(call, document):
        yield {
            "taskId": call.id,
            "tid": call.envelope.call_id or None,
            "status": _status(call, document),
            "errorMessage": _error(call, document, mask),
            "agent": {"id": part.agent, "skillGroup": call.envelope.skill_group or None},
            **_scores(part),
            "asrResult": [_phrase(utterance, mask) for utterance in said.values()],
            "hitResult": _rules(part, said, mask),
        }


def write_sca(assessed: Iterable[Assessed], file: Path, mask: Mask = unmasked) -> None:
    """A JSON array of all results, a line each; whole or not at all.

    Raises:
        OSError: from the operating system.
    """
    with whole_file(file) as beside, beside.open("w", encoding="utf-8", newline="\n") as opened:
        before = "[\n"
        for call, document in assessed:
            for result in sca_results(call, document, mask):
                opened.write(before + writable(json.dumps(result, ensure_ascii=False)))
                before = ",\n"
        opened.write("[]\n" if before == "[\n" else "\n]\n")


def _status(call: StoredCall, document: Document | None) -> int:
    """A call that could not be judged is an error there: finished without hits would mean a good call."""
    if is_judged(document):
        return _FINISHED
    over = document is not None or call.state in {CallState.FAILED, CallState.NOT_SCORABLE}
    return _ERROR if over else _UNFINISHED


def _error(call: StoredCall, document: Document | None, mask: Mask) -> str | None:
    if document is None:
        return call.reason or None
    if is_judged(document):
        return None
    return mask("；".join(reason["text"] for reason in document["status_because"])) or None


def _scores(part: Part) -> dict[str, int | None]:
    """Whole numbers, as theirs are; rounded down, so that rounding lets nobody pass."""
    scores = part.evaluation or {"score": None, "lowest_score": None}
    names = {"score": scores["score"], "lowestScore": scores["lowest_score"]}
    return {name: None if score is None else math.floor(score) for name, score in names.items()}


def _rules(part: Part, said: Mapping[str, Document], mask: Mask) -> list[dict[str, Any]]:
    """One entry per rule that fired, with all its hits, in the order of the first."""
    rules: dict[str, dict[str, Any]] = {}
    for finding in part.standing:
        named = {"rid": finding["rule"], "ruleName": finding["title"], "needsHuman": False, "hits": []}
        rule = rules.setdefault(finding["rule"], named)
        rule["needsHuman"] = rule["needsHuman"] or finding["needs_human"]
        rule["hits"].extend(_hits(finding, said, mask))
    return list(rules.values())


def _hits(finding: Document, said: Mapping[str, Document], mask: Mask) -> Iterator[dict[str, Any]]:
    """One hit per quote; evidence without words (a silence) is a phrase without words."""
    for piece in finding["evidence"]:
        if not piece["quotes"]:
            yield {"phrase": _wordless(finding, piece), "keyWords": []}
        for quote in piece["quotes"]:
            utterance = said.get(quote["utterance"])
            phrase = _phrase(utterance, mask) if utterance else _wordless(finding, piece)
            yield {"phrase": phrase, "keyWords": [_key_word(quote, utterance, mask)]}


def _phrase(utterance: Document, mask: Mask) -> dict[str, Any]:
    return {
        "role": _ROLES[utterance["role"]],
        "begin": utterance["start_ms"],
        "end": utterance["end_ms"],
        "words": mask(utterance["text"]),
    }


def _wordless(finding: Document, piece: Document) -> dict[str, Any]:
    span = {"begin": piece["start_ms"], "end": piece["end_ms"]}
    return {"role": _ROLES[finding["role"]], **span, "words": ""}


def _key_word(quote: Document, utterance: Document | None, mask: Mask) -> dict[str, Any]:
    """Characters [from, to) of the phrase's words; null where a mask has moved them."""
    text = utterance["text"] if utterance else ""
    val = masked_quote(quote, {quote["utterance"]: text}, mask)
    start, end = quote["start"], quote["end"]
    stays = mask(text)[start:end] == val
    return {"val": val, "from": start if stays else None, "to": end if stays else None}
