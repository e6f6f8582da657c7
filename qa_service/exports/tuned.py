"""Proposed limits as JSON, and as the settings that an author pastes into a rulebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_service.core.intervals import Share
from qa_service.rulebook.gauges import written
from qa_service.usecases.tune import MEDIAN, P90, P95, P99, LineRows, Row

SCHEMA = "qa-service/tune@1"
_NAMES = {MEDIAN: "median", P90: "p90", P95: "p95", P99: "p99"}


def tuned_json(told: Mapping[str, Any], lines: Sequence[LineRows]) -> Mapping[str, Any]:
    """Everything, all lines together first; times in ms, unknown is null. `told` says what was read."""
    return {"schema": SCHEMA, **told, "lines": [_line(one, is_all=not at) for at, one in enumerate(lines)]}


def _line(line: LineRows, *, is_all: bool) -> Mapping[str, Any]:
    return {
        "line": None if is_all else line.line,
        "calls": line.calls,
        "left_out": line.left_out,
        "utterances": line.said,
        "unreliable_utterances": line.unreliable,
        "limits": [_row(row) for row in line.rows],
        "yaml": settings_yaml(line),
    }


def _row(row: Row) -> Mapping[str, Any]:
    gauge = row.gauged.gauge
    return {
        "detector": row.gauged.label,
        "setting": gauge.field,
        "fault": "below" if gauge.is_below else "above",
        "rules": list(row.gauged.rules),
        "own": row.gauged.is_own,
        "calls": row.calls,
        "left_out": row.left_out,
        "values": row.values,
        **{name: row.at.get(part) for part, name in _NAMES.items()},
        "limit": row.gauged.limit,
        "found": share_json(row.now),
        "proposed": row.proposed,
        "at_bound": row.is_bound,
        "why_not": row.why_not or None,
        "found_at_proposed": None if row.then is None else share_json(row.then),
    }


def share_json(share: Share) -> Mapping[str, Any]:
    """A share with its interval, 0–1."""
    reach = share.interval
    return {
        "share": None if share.value is None else round(share.value, 4),
        "calls": share.hits,
        "n": share.n,
        "interval": None if reach is None else [round(reach.low, 4), round(reach.high, 4)],
    }


def settings_yaml(line: LineRows) -> str:
    """What is proposed, as the `detectors:` of a rulebook; empty where nothing is.

    A limit that a rule has for itself stands in a comment: it belongs into that rule's `settings`.
    """
    shared = [row for row in line.rows if not row.gauged.is_own and row.proposed is not None]
    text = "".join(f"  {row.gauged.label}: {{{_setting(row)}}}\n" for row in shared)
    return ("detectors:\n" + text if text else "") + "".join(_own(line))


def _own(line: LineRows) -> Iterator[str]:
    for row in line.rows:
        if row.gauged.is_own and row.proposed is not None:
            yield f"# {' '.join(row.gauged.rules)}: {{tag: {row.gauged.label}, settings: {{{_setting(row)}}}}}\n"


def _setting(row: Row) -> str:
    return written(row.gauged.gauge, row.proposed or 0)
