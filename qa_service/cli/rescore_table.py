"""What `rescore --dry-run` shows people: what flips, which rules, scores and agents, and the calls to listen to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from qa_service.cli.complaints import plain
from qa_service.core.rescores import Volume
from qa_service.exports.flow import Flow
from qa_service.exports.rescored_words import flips, is_touched, left_out, load_rows, passed, shifts, warnings
from qa_service.i18n.catalogue import Catalogue
from qa_service.lab.grid import figures_table
from qa_service.pipeline.diff import Again
from qa_service.pipeline.rescored import Diff, RuleChange, Touched

_NONE = "–"
#: Rows of a table on the screen; JSON has them all.
_MOST_ROWS = 10


def show_rescored(
    console: Console, texts: Catalogue, told: Mapping[str, Any], diff: Diff, volume: Volume
) -> None:
    """Everything, the most important first."""
    for line in (*_opening(texts, told, diff), *warnings(texts, diff, volume)):
        console.print(Flow(Text(line)))
    if not diff.is_empty:
        _show(console, texts, "rules", [_rule_row(one) for one in diff.rules if is_touched(one)])
        _show(console, texts, "shifts", list(_shift_rows(diff)))
        _show(console, texts, "agents", [_touched_row(one) for one in diff.agents])
        _show(
            console, texts, "teams", [_touched_row(one, texts.say("rescore.no_team")) for one in diff.teams]
        )
        _show(console, texts, "surprising", [_call_row(one, texts) for one in diff.surprising])
    _show(console, texts, "load", list(load_rows(texts, diff, volume)))


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
        yield texts.say("rescore.left_out", reasons=left_out(texts, diff))
    yield texts.say(
        "rescore.changed" if diff.changed else "rescore.same", calls=diff.calls, changed=diff.changed
    )
    yield from flips(texts, diff)
    if diff.mean is not None:
        yield texts.say("rescore.mean", before=f"{diff.mean[0]:.1f}", after=f"{diff.mean[1]:.1f}")


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


def _rule_row(one: RuleChange) -> Sequence[str]:
    return (
        plain(one.rule),
        *map(str, (one.before, one.after, one.appeared, one.disappeared, one.moved)),
    )


def _shift_rows(diff: Diff) -> Iterator[Sequence[str]]:
    for name, calls in zip(shifts(), diff.shifts, strict=True):
        if calls:
            yield name, str(calls)


def _touched_row(one: Touched, unnamed: str = _NONE) -> Sequence[str]:
    shift = _NONE if one.shift is None else f"{one.shift:+.1f}"
    return plain(one.name) or unnamed, str(one.calls), str(one.changed), str(one.flips), shift


def _call_row(again: Again, texts: Catalogue) -> Sequence[str]:
    change = again.change
    sides = (
        f"{_NONE if side.score is None else f'{side.score:.1f}'} {passed(side.passed, texts)}"
        for side in (change.before, change.after)
    )
    return again.call_id, *sides, f"+{len(change.appeared)}", f"-{len(change.disappeared)}"
