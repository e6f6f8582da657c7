"""What `bench serve` measured, as tables and as JSON, against what is promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from qa_service.lab.bench.serving.lists import LIST, SEARCH, Listing
from qa_service.lab.bench.serving.load import Latency
from qa_service.lab.bench.targets import Target
from qa_service.lab.grid import figures_table

if TYPE_CHECKING:
    from rich.console import Console

    from qa_service.lab.bench.serving.run import Served
    from qa_service.lab.words import Say

GREW_MB_MOST = 32.0
MANY_RATIO_MOST, MANY_MS_MOST = 2.0, 80.0
BUSY_MS_MOST = 200.0


def serving_targets(served: Served) -> tuple[Target, ...]:
    """All of them; what was not measured is no pass."""
    upload, over = served.upload, served.overload
    return (
        Target("upload.grew_mb", GREW_MB_MOST, upload.grew_mb if upload else None),
        *_of_lists(served.lists),
        *_of_busy(served),
        Target("loop.blocked", 0, sum(served.blocked.values()) if served.beats else None),
        Target("overload.lost", 0, over.lost if over else None),
        Target("overload.failed", 0, over.failed if over else None),
        Target("overload.untold", 0, over.untold if over else None),
        # Were all taken in, it was no overload.
        Target("overload.none_refused", 0, float(not over.refused) if over else None),
    )


def _of_lists(lists: tuple[Listing, ...]) -> Iterator[Target]:
    few, many = (lists[0], lists[-1]) if lists else (None, None)
    for kind in (LIST, SEARCH):
        low, high = (one.latency[kind].p99_ms if one else None for one in (few, many))
        is_pair = few is not many and low and high
        yield Target(f"{kind}.p99_ms", MANY_MS_MOST, high)
        yield Target(f"{kind}.p99_ratio", MANY_RATIO_MOST, high / low if is_pair and low and high else None)


def _of_busy(served: Served) -> Iterator[Target]:
    for kind in ("list", "progress"):
        busy = served.busy.latency[kind].p99_ms if served.busy else None
        yield Target(f"busy.{kind}.p99_ms", BUSY_MS_MOST, busy)


def serving_document(served: Served) -> dict[str, object]:
    """Everything, as it was measured."""
    return {"serving": {**asdict(served), "beats": served.beats}}


def print_serving(served: Served, console: Console, say: Say) -> None:
    """A table for each part that was measured."""
    if served.upload:
        up = served.upload
        table = figures_table(say("uploading"), [say(c) for c in ("call", "grew", "seconds", "copy")])
        table.add_row(f"{up.megabytes} MB", f"{up.grew_mb:.1f}", f"{up.wall_s:.1f}", f"{up.copy_s:.1f}")
        console.print(table)
    for listing in served.lists:
        title = f"{say('lists', calls=listing.calls)} ({served.database})"
        _print_latency(title, listing.latency, console, say)
    if served.busy:
        title = say("busy", share=f"{served.busy.machine:.0%}", judged=served.busy.judged)
        _print_latency(title, served.busy.latency, console, say)
    _print_overload(served, console, say)
    _print_loop(served, console, say)


def _print_latency(title: str, latency: Mapping[str, Latency], console: Console, say: Say) -> None:
    table = figures_table(title, [say("question"), "n", "p50 ms", "p99 ms", say("worst")])
    for kind, one in latency.items():
        table.add_row(kind, str(one.n), f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}", f"{one.worst_ms:.1f}")
    console.print(table)


def _print_overload(served: Served, console: Console, say: Say) -> None:
    over = served.overload
    if over is None:
        return
    names = ("offered", "accepted", "refused", "failed_requests", "lost_calls", "accepted_ms", "refused_ms")
    table = figures_table(say("overload", capacity=f"{over.capacity:.0f}"), [say(name) for name in names])
    accepted = sum(over.statuses.values()) - over.refused - over.failed
    ms = (f"{over.accepted_p99_ms:.0f}", f"{over.refused_p99_ms:.0f}")
    counts = (str(n) for n in (accepted, over.refused, over.failed, over.lost))
    table.add_row(f"{over.offered:.0f}/s", *counts, *ms)
    console.print(table)


def _print_loop(served: Served, console: Console, say: Say) -> None:
    table = figures_table(say("loop", beats=served.beats), [say("part"), say("blocked")])
    for part, times in served.blocked.items():
        table.add_row(part, str(times))
    console.print(table)
