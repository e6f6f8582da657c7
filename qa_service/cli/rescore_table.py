"""What `rescore --dry-run` shows people: what flips, which rules, scores and agents, and the calls to listen to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.text import Text

from qa_service.cli.complaints import plain
from qa_service.core.intervals import Share
from qa_service.core.rescores import Volume
from qa_service.exports.flow import Flow
from qa_service.i18n.catalogue import Catalogue
from qa_service.lab.grid import figures_table
from qa_service.pipeline.diff import Again
from qa_service.pipeline.rescored import EDGES, Diff, Expected, RuleChange, Touched

_NONE = "–"
#: Rows of a table on the screen; JSON has them all.
_MOST_ROWS = 10


def show_rescored(
    console: Console, texts: Catalogue, told: Mapping[str, Any], diff: Diff, volume: Volume
) -> None:
    """Everything, the most important first."""
    for line in (*_opening(texts, told, diff), *_warnings(texts, diff, volume)):
        console.print(Flow(Text(line)))
    if not diff.is_empty:
        _show(console, texts, "rules", [_rule_row(one) for one in diff.rules if _is_touched(one)])
        _show(console, texts, "shifts", list(_shift_rows(diff)))
        _show(console, texts, "agents", [_touched_row(one) for one in diff.agents])
        _show(
            console, texts, "teams", [_touched_row(one, texts.say("rescore.no_team")) for one in diff.teams]
        )
        _show(console, texts, "surprising", [_call_row(one, texts) for one in diff.surprising])
    _show(console, texts, "load", list(_load_rows(texts, diff, volume)))


def _opening(texts: Catalogue, told: Mapping[str, Any], diff: Diff) -> Iterator[str]:
    book = told["rulebook"]
    yield texts.say(
        "rescore.read",
        book=f"{book['name']}@{book['version']}",
        calls=told["drawn"],
        candidates=told["candidates"],
        seed=told["seed"],
    )
    if diff.left_out:
        why = (f"{texts.say(f'rescore.left_out_{code}')} {calls}" for code, calls in diff.left_out.items())
        yield texts.say("rescore.left_out", reasons=texts.say("tune.comma").join(why))
    yield texts.say(
        "rescore.changed" if diff.changed else "rescore.same", calls=diff.calls, changed=diff.changed
    )
    for flip in diff.flips:
        sides = {"before": _passed(flip.before, texts), "after": _passed(flip.after, texts)}
        yield texts.say("rescore.flip", **sides, calls=flip.calls)
    if diff.mean is not None:
        yield texts.say("rescore.mean", before=f"{diff.mean[0]:.1f}", after=f"{diff.mean[1]:.1f}")


def _warnings(texts: Catalogue, diff: Diff, volume: Volume) -> Iterator[str]:
    over = diff.over(volume)
    if "review" in over:
        most = f"{100 * volume.most_reviewed:g}"
        yield texts.say("rescore.over_review", share=f"{100 * over['review']:.1f}", most=most)
    if "alerts" in over:
        yield texts.say("rescore.over_alerts", alerts=f"{over['alerts']:.1f}", most=f"{volume.most_alerts:g}")


def _passed(passed: bool | None, texts: Catalogue) -> str:
    return texts.say({True: "rescore.passed", False: "rescore.failed", None: "rescore.open"}[passed])


def _show(console: Console, texts: Catalogue, name: str, rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = figures_table(texts.say(f"rescore.{name}"), texts.say(f"rescore.{name}_columns").split("|"))
    for row in rows[:_MOST_ROWS]:
        table.add_row(*row)
    console.print()
    console.print(table)
    if len(rows) > _MOST_ROWS:
        console.print(Flow(Text(texts.say("rescore.more", rows=len(rows) - _MOST_ROWS))))


def _is_touched(one: RuleChange) -> bool:
    return bool(one.appeared or one.disappeared or one.moved)


def _rule_row(one: RuleChange) -> Sequence[str]:
    return (
        plain(one.rule),
        *map(str, (one.before, one.after, one.appeared, one.disappeared, one.moved)),
    )


def _shift_rows(diff: Diff) -> Iterator[Sequence[str]]:
    names = [
        f"≤ {EDGES[0]:g}",
        *(f"{low:g} … {high:g}" for low, high in pairwise(EDGES)),
        f"> {EDGES[-1]:g}",
    ]
    for name, calls in zip(names, diff.shifts, strict=True):
        if calls:
            yield name, str(calls)


def _touched_row(one: Touched, unnamed: str = _NONE) -> Sequence[str]:
    shift = _NONE if one.shift is None else f"{one.shift:+.1f}"
    return plain(one.name) or unnamed, str(one.calls), str(one.changed), str(one.flips), shift


def _call_row(again: Again, texts: Catalogue) -> Sequence[str]:
    change = again.change
    sides = (
        f"{_NONE if side.score is None else f'{side.score:.1f}'} {_passed(side.passed, texts)}"
        for side in (change.before, change.after)
    )
    return again.call_id, *sides, f"+{len(change.appeared)}", f"-{len(change.disappeared)}"


def _load_rows(texts: Catalogue, diff: Diff, volume: Volume) -> Iterator[Sequence[str]]:
    before, after, day = diff.before, diff.after, diff.expected(volume)
    yield texts.say("rescore.findings"), str(before.findings), str(after.findings), _day(day.findings)
    yield texts.say("rescore.review"), _share(before.review), _share(after.review), _day(day.review)
    yield texts.say("rescore.alerts"), _count(before.alerts), _count(after.alerts), _alerts(texts, day)
    sides = diff.agreement
    for name, shares in (
        ("confirmed", [side.confirmed for side in sides]),
        ("dismissed", [side.dismissed for side in sides]),
    ):
        if shares[0].n:
            yield texts.say(f"rescore.{name}"), *(f"{one.hits}/{one.n}" for one in shares), _NONE


def _alerts(texts: Catalogue, day: Expected) -> str:
    if day.alerts_an_hour is None:
        return _day(day.alerts)
    return f"{_day(day.alerts)}\n{texts.say('rescore.an_hour', alerts=f'{day.alerts_an_hour:.1f}')}"


def _share(share: Share) -> str:
    return _NONE if share.value is None else f"{share.hits} ({100 * share.value:.1f} %)"


def _count(value: int | None) -> str:
    return _NONE if value is None else str(value)


def _day(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"
