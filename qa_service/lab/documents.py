"""Accuracy as JSON: every figure with its n and interval; what is unknown is null. No words of any call."""

from __future__ import annotations

from qa_service import __version__
from qa_service.core.intervals import Interval, Share
from qa_service.lab.calls import CallResult, CallsResult
from qa_service.lab.error_rate import ErrorRate, line_setting
from qa_service.lab.intervals import SEED
from qa_service.lab.labels import LabelScore, LabelsResult
from qa_service.lab.matching import Found, Matched
from qa_service.lab.pairs import PairsResult
from qa_service.lab.truth import Place

SCHEMA = "qa-service/eval@1"
Document = dict[str, object]


def calls_document(result: CallsResult) -> Document:
    """Sample calls."""
    matched = result.matched
    return {
        **_head("calls"),
        "with": dict(result.heard_with),
        "passed": result.passed,
        "cer": rate_document(result.errors),
        "roles_right": share_document(result.roles),
        "moments": _matched(matched),
        "labels": {label: _matched(matched.only(label)) for label in sorted(matched.labels)},
        "calls": [_call(call) for call in result.calls],
    }


def _head(kind: str) -> Document:
    return {"schema": SCHEMA, "kind": kind, "qa_service": __version__, "bootstrap_seed": SEED}


def _call(call: CallResult) -> Document:
    return {
        "call": call.truth.call,
        "passed": not call.faults,
        "faults": list(call.faults),
        "error": call.failed or None,
        "status": call.status or None,
        "status_wanted": call.truth.status,
        "reasons": list(call.reasons),
        "reason_wanted": call.truth.reason or None,
        "cer": rate_document(call.errors),
        "roles_right": share_document(call.roles),
        "unheard": call.unheard,
        **_matched(call.matched),
        "missed": [_place(place) for place in call.matched.missed],
        "extra": [_found(found) for found in call.matched.extra],
        "forbidden": [_found(found) for found in call.matched.forbidden],
    }


def _matched(matched: Matched) -> Document:
    return {
        "recall": share_document(matched.recall),
        "precision": share_document(matched.precision),
        "allowed_findings": len(matched.allowed),
    }


def _place(place: Place) -> Document:
    return {"label": place.label, "start_ms": place.span.start_ms, "end_ms": place.span.end_ms}


def _found(found: Found) -> Document:
    return {"label": found.label, "spans_ms": [[span.start_ms, span.end_ms] for span in found.spans]}


def pairs_document(result: PairsResult, *, line: str) -> Document:
    """Recordings with text; the recordings by name, their text never."""
    return {
        **_head("pairs"),
        "with": dict(result.heard_with),
        "cer": rate_document(result.errors),
        "is_enough": result.is_enough,
        "settings": line_setting(result.errors, line) if result.is_enough else None,
        "conditions": {name: rate_document(errors) for name, errors in result.by_condition().items()},
        "recordings": [
            {
                "recording": one.pair.recording.name,
                "error": one.failed or None,
                "cer": rate_document(one.errors),
            }
            for one in result.pairs
        ],
    }


def labels_document(result: LabelsResult) -> Document:
    """Labelled transcripts."""
    return {
        **_head("transcripts"),
        "with": dict(result.judged_with),
        "calls": result.calls,
        "utterances": result.utterances,
        "overall": _score(result.overall),
        "labels": {score.label: _score(score) for score in result.scores},
        "slips": [
            {"label": s.label, "call": s.call, "utterance": s.utterance or None, "missed": s.missed}
            for s in result.slips
        ],
    }


def _score(score: LabelScore) -> Document:
    return {
        "recall": share_document(score.recall),
        "precision": share_document(score.precision),
        "f1": score.f1,
    }


def rate_document(errors: ErrorRate) -> Document:
    """An error rate with its parts."""
    pooled = errors.pooled
    return {
        "value": errors.value,
        "interval": interval_document(errors.interval),
        "characters": pooled.characters,
        "utterances": len(errors.utterances),
        "substitutions": pooled.substitutions,
        "deletions": pooled.deletions,
        "insertions": pooled.insertions,
        "utterances_lost": errors.lost,
    }


def share_document(share: Share) -> Document:
    """A share with its interval."""
    return {
        "value": share.value,
        "hits": share.hits,
        "n": share.n,
        "interval": interval_document(share.interval),
    }


def interval_document(interval: Interval | None) -> list[float] | None:
    """Both ends; null where nothing can be said."""
    return None if interval is None else [interval.low, interval.high]
