"""The comparison as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_service.core.intervals import Share
from qa_service.core.texts import Reason
from qa_service.i18n.catalogue import Catalogue
from qa_service.moving.bad_rows import BadRow
from qa_service.moving.parity_rows import Parity, Place, RuleParity
from qa_service.turns.scorable import Status

SCHEMA = "qa-service/parity@1"


def parity_json(
    parity: Parity,
    book: Mapping[str, Any],
    bad: Sequence[BadRow],
    texts: Catalogue,
    named_otherwise: Sequence[str] = (),
) -> Mapping[str, Any]:
    """Everything: every rule with its calls and sentences, and what could not be used. Unknown is null."""
    return {
        "schema": SCHEMA,
        "rulebook": book,
        "calls": parity.calls,
        "unscored": [
            {"call": call, "status": Status.NOT_SCORABLE.value, **_because(why, texts)}
            for call, why in parity.unscored.items()
        ],
        "unused_verdicts": {
            "unknown_calls": _verdicts(parity.unused.calls),
            "unknown_rules": _verdicts(parity.unused.rules),
            "not_hit": _verdicts(parity.unused.not_hit),
        },
        "named_otherwise": list(named_otherwise),
        "bad_rows": [_bad(row, texts) for row in bad],
        "rules": [_rule(row, texts) for row in parity.rules],
    }


def _verdicts(rows: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"call": call, "rule": rule} for call, rule in rows]


def _bad(row: BadRow, texts: Catalogue) -> Mapping[str, Any]:
    said = texts.say(f"moving_row.{row.why.code}", **dict(row.why.values))
    return {"row": row.row, "call": row.call or None, "code": row.why.code, "problem": said}


def _rule(row: RuleParity, texts: Catalogue) -> Mapping[str, Any]:
    return {
        "their_id": row.rid or None,
        "our_id": row.our_id or None,
        "title": row.title,
        "both": [_place(place) for place in row.both],
        "only_theirs": [_place(place) for place in row.only_theirs],
        "only_ours": [_place(place) for place in row.only_ours],
        "not_judged": [_silent(place, texts) for place in row.not_judged],
        "not_asked": row.not_asked,
        "precision_theirs": _share(row.theirs_right),
        "precision_ours": _share(row.ours_right),
    }


def _silent(place: Place, texts: Catalogue) -> Mapping[str, Any]:
    told = {"call": place.call, "utterances_theirs": list(place.theirs), "verdict": place.verdict}
    return {**told, **(_because(place.because, texts) if place.because else {})}


def _because(why: Reason, texts: Catalogue) -> Mapping[str, str]:
    return {"code": why.code, "because": texts.reason(why)}


def _place(place: Place) -> Mapping[str, Any]:
    is_same = bool(set(place.theirs) & set(place.ours)) if place.theirs and place.ours else None
    return {
        "call": place.call,
        "utterances_theirs": list(place.theirs),
        "utterances_ours": list(place.ours),
        "same_place": is_same,
        "needs_human": place.needs_human,
        "verdict": place.verdict,
    }


def _share(share: Share) -> Mapping[str, Any]:
    interval = share.interval
    bounds = None if interval is None else [round(interval.low, 3), round(interval.high, 3)]
    value = None if share.value is None else round(share.value, 3)
    return {"value": value, "right": share.hits, "n": share.n, "interval": bounds}
