"""What a rulebook changes, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from qa_service.core.rescores import Volume
from qa_service.exports.tuned import share_json
from qa_service.pipeline.diff import Again, Found, Outcome
from qa_service.pipeline.rescored import EDGES, Agreement, Diff, Expected, Load, Touched

SCHEMA = "qa-service/rescore@1"


def rescored_json(told: Mapping[str, Any], diff: Diff, volume: Volume) -> Mapping[str, Any]:
    """Everything that was counted; unknown is null. `told` says which calls and which rulebook."""
    return {
        "schema": SCHEMA,
        **told,
        "calls": diff.calls,
        "changed": diff.changed,
        "left_out": diff.left_out,
        "flips": [{"before": flip.before, "after": flip.after, "calls": flip.calls} for flip in diff.flips],
        "rules": [
            {
                "rule": one.rule,
                "before": one.before,
                "after": one.after,
                "appeared": one.appeared,
                "disappeared": one.disappeared,
                "moved": one.moved,
            }
            for one in diff.rules
        ],
        "shifts": {"edges": list(EDGES), "calls": list(diff.shifts)},
        "mean_score": None if diff.mean is None else {"before": diff.mean[0], "after": diff.mean[1]},
        "agents": [_touched(one) for one in diff.agents],
        "teams": [_touched(one) for one in diff.teams],
        "before": _load(diff.before),
        "after": _load(diff.after),
        "agreement": {"before": _agreement(diff.agreement[0]), "after": _agreement(diff.agreement[1])},
        "a_day": _expected(diff.expected(volume)),
        "over_budget": dict(diff.over(volume)),
        "surprising": [_again(one) for one in diff.surprising],
    }


def _touched(one: Touched) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "calls": one.calls,
        "changed": one.changed,
        "flips": one.flips,
        "mean_shift": one.shift,
    }


def _expected(expected: Expected) -> Mapping[str, Any]:
    told = asdict(expected)
    return {name: None if value is None else round(value, 2) for name, value in told.items()}


def _load(load: Load) -> Mapping[str, Any]:
    return {"findings": load.findings, "review": share_json(load.review), "alerts": load.alerts}


def _agreement(one: Agreement) -> Mapping[str, Any]:
    return {"confirmed_found": share_json(one.confirmed), "dismissed_found": share_json(one.dismissed)}


def _again(again: Again) -> Mapping[str, Any]:
    change = again.change
    return {
        "call": again.call_id,
        "team": again.team,
        "before": _outcome(change.before),
        "after": _outcome(change.after),
        "appeared": [_found(one) for one in change.appeared],
        "disappeared": [_found(one) for one in change.disappeared],
        "moved": [{"before": _found(was), "after": _found(now)} for was, now in change.moved],
    }


def _outcome(outcome: Outcome) -> Mapping[str, Any]:
    return {
        "rulebook": outcome.digest,
        "status": outcome.status,
        "score": outcome.score,
        "passed": outcome.passed,
        "findings": len(outcome.found),
    }


def _found(one: Found) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule,
        "start_ms": one.span.start_ms,
        "end_ms": one.span.end_ms,
        "needs_human": one.needs_human,
    }
